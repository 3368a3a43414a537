#include "socketio/protocol4.hpp"

#include <charconv>
#include <string>

namespace quickclinic::socketio {
namespace {

std::string head(char type, std::string_view nsp) {
  std::string packet = {'4', type};
  if (nsp != "/") packet.append(nsp).push_back(',');
  return packet;
}

// As the application of a form has it: `+` is a space, and a `%` that stands alone is itself.
std::string decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = 0;
    const std::string_view hex = text.substr(at + 1, 2);
    if (text[at] == '%' && hex.size() == 2 &&
        std::from_chars(hex.data(), hex.data() + 2, byte, 16).ptr == hex.data() + 2) {
      decoded.push_back(static_cast<char>(byte));
      at += 2;
    } else {
      decoded.push_back(text[at] == '+' ? ' ' : text[at]);
    }
  }
  return decoded;
}

}  // namespace

engineio::FramePtr connect_v4(std::string_view nsp) {
  return engineio::Frame::text(head('0', nsp));
}

engineio::FramePtr refuse_v4(std::string_view nsp, const ConnectRefusal& refusal) {
  std::string packet = head('4', nsp);
  if (refusal.data.is_null()) {
    json::append_string(packet, refusal.message);
  } else {
    json::append(packet, refusal.data);
  }
  return engineio::Frame::text(packet);
}

json::Object auth_v4(std::string_view connect_packet) {
  json::Object auth;
  const std::string_view address = connect_packet.substr(0, connect_packet.find(','));
  const std::size_t mark = address.find('?');
  if (mark == std::string_view::npos) return auth;
  std::string_view rest = address.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view field = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    if (field.empty()) continue;
    const std::size_t equals = field.find('=');
    const std::string value =
        equals == std::string_view::npos ? std::string() : decode(field.substr(equals + 1));
    auth[decode(field.substr(0, equals))] = json::String(value);
  }
  return auth;
}

}  // namespace quickclinic::socketio
