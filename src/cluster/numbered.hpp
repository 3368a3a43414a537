#pragma once

#include "base/result.hpp"
#include "cluster/message.hpp"
#include "cluster/wire.hpp"
#include "json/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Messages as Node's newer adapters number them: what the sharded dialect and that of streams have
/// in common. Types 1, 2 and 13 are heartbeats of other adapters.
namespace quickclinic::cluster::numbered {

struct Body {
  std::uint8_t type = 0;
  json::Object data;
};

/// Takes the arguments out of `message`; what they are attached to stays there.
Body body(Message& message);
/// Reads what was in an envelope. Fails with `ClusterError`.
Result<Message> read(std::uint64_t type, std::string sender, std::string nsp, json::Object& data,
                     wire::Content& content);

/// `{type, data, uid, nsp}`.
json::Object envelope(Message& message, std::string_view sender);
/// Reads one, whose namespace has to be `nsp`.
Result<Message> read_envelope(std::string_view nsp, std::string_view bytes);

/// An id of a node or of a request: 16 hexadecimal digits.
std::string new_id();

}  // namespace quickclinic::cluster::numbered
