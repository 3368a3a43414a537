#pragma once

#include "base/result.hpp"

#include <system_error>

namespace quickclinic::socketio {

/// What a peer can do wrong at this layer. Each closes the connection with "parse error" or "forced
/// close".
enum class SocketError {
  bad_type = 1,           ///< no packet type, or one that clients may not send
  bad_namespace,          ///< too long, or not UTF-8
  bad_ack_id,             ///< more digits than any counter has
  bad_attachment_count,   ///< none, too many, or without its dash
  bad_payload,            ///< not the JSON that this type of packet carries
  reserved_event,         ///< an event named as one of the library's own; also one to be sent
  unexpected_attachment,  ///< binary data that no packet announced
  missing_attachment,     ///< a text packet while binary data is owed, or a placeholder without its
                          ///< data
  disconnected,           ///< the socket is gone; nothing was sent, or no answer will come
  ack_timeout,            ///< the client did not answer in time
  too_many_questions,     ///< the client owes more answers than it may, or too many requests are
                          ///< under way; nothing was sent
  too_many_events,        ///< middleware still holds as many events of the socket as it may
};
std::error_code make_error_code(SocketError error) noexcept;

}  // namespace quickclinic::socketio

template <>
struct std::is_error_code_enum<quickclinic::socketio::SocketError> : std::true_type {};
