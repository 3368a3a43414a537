#include "socketio/error.hpp"

#include "base/error_table.hpp"

#include <array>

namespace quickclinic::socketio {
namespace {

constexpr ErrorEntry entry(SocketError error, std::string_view message, Condition condition) {
  return {static_cast<int>(error), message, condition};
}

constexpr std::array entries = {
    entry(SocketError::bad_type, "unknown packet type", Condition::bad_request),
    entry(SocketError::bad_namespace, "malformed namespace", Condition::bad_request),
    entry(SocketError::bad_ack_id, "malformed ack id", Condition::bad_request),
    entry(SocketError::bad_attachment_count, "malformed attachment count", Condition::bad_request),
    entry(SocketError::bad_payload, "malformed packet payload", Condition::bad_request),
    entry(SocketError::reserved_event, "reserved event name", Condition::bad_request),
    entry(SocketError::unexpected_attachment, "unexpected binary data", Condition::bad_request),
    entry(SocketError::missing_attachment, "missing binary data", Condition::bad_request),
    entry(SocketError::disconnected, "the socket is disconnected", Condition::unavailable),
    entry(SocketError::ack_timeout, "operation has timed out", Condition::timeout),
    entry(SocketError::too_many_questions, "too many answers are owed", Condition::rate_limited),
    entry(SocketError::too_many_events, "too many events at once", Condition::rate_limited),
};

}  // namespace

std::error_code make_error_code(SocketError error) noexcept {
  static const ErrorTable table("socketio", entries);
  return {static_cast<int>(error), table};
}

}  // namespace quickclinic::socketio
