#include "server/web/site.hpp"

#include <cstdint>

// Defined in built_in.S.
extern "C" const char quickclinic_web_pack[];
extern "C" const std::uint64_t quickclinic_web_pack_bytes;

namespace quickclinic::web {

std::string_view built_in_pack() noexcept {
  return {quickclinic_web_pack, quickclinic_web_pack_bytes};
}

}  // namespace quickclinic::web
