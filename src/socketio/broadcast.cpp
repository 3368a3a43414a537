#include "socketio/broadcast.hpp"

#include <functional>

namespace quickclinic::socketio {

std::uint64_t room_hash(std::string_view nsp, std::string_view room) noexcept {
  const std::hash<std::string_view> hash;
  return hash(room) * 0x9E3779B97F4A7C15ULL + hash(nsp);
}

}  // namespace quickclinic::socketio
