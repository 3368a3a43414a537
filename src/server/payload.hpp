#pragma once

#include "base/result.hpp"
#include "chat/store.hpp"
#include "json/fields.hpp"
#include "socketio/event.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// Reading what clients send with their events. A wrong type anywhere is `invalid_payload`.
namespace quickclinic::server {

/// The event's first argument as an object. An event that may come without one
/// (`get_initial_messages`) reads as empty; an acknowledgement's client may also send null.
enum class Payload { required, optional };
Result<json::Fields> read_payload(const socketio::Event& event, Payload payload);

/// 1 to 100, clamped; `fallback` when it is not given.
Result<std::int64_t> read_limit(const json::Fields& fields, std::int64_t fallback);
Result<chat::PageRequest> read_page_request(const json::Fields& fields);
Result<chat::SliceRequest> read_slice_request(const json::Fields& fields);

}  // namespace quickclinic::server
