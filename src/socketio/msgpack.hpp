#pragma once

#include "base/result.hpp"
#include "json/json.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio::msgpack {

/// What stands in a MessagePack text: JSON, in which `{"_placeholder":true,"num":n}` stands for the
/// bytes `attachments[n]`.
struct Content {
  json::Value value;
  std::vector<std::string> attachments;
};

/// What a text may hold.
struct Bounds {
  std::size_t depth_max = json::depth_max;
  /// Two bytes of the text can be one attachment, and cost a hundred times as much memory.
  std::size_t attachments_max = std::numeric_limits<std::size_t>::max();
};

/// Reads one MessagePack value that is the whole of `bytes`. Its depth is bounded, its strings are
/// UTF-8, and no number that it announces decides how much is allocated.
///
/// Extensions are those of notepack, which the official parser uses: undefined becomes null, a Date
/// its ISO text, an ArrayBuffer bytes. Others, and keys that are no strings, are refused
/// (`SocketError::bad_payload`).
Result<Content> read(std::string_view bytes, const Bounds& bounds = {});

/// Writes a value; bytes where it has placeholders that name an attachment.
std::string write(const json::Value& value, const std::vector<std::string>& attachments);

}  // namespace quickclinic::socketio::msgpack
