#pragma once

#include "base/result.hpp"
#include "socketio/ack.hpp"

#include <functional>
#include <string_view>

namespace quickclinic::socketio {

class Socket;

/// What becomes of an event that could not be dealt with: its arguments could not be read,
/// middleware refused it, or its handler failed or threw. Answers `ack` when that is wanted. Runs
/// on the socket's shard.
using ErrorPolicy =
    std::function<void(Socket&, std::string_view event, const Error& error, Ack& ack)>;

/// The policy where none is set: `{"ok":false,"error":{"code":…,"message":…}}` as the answer. The
/// code is the error's condition (`bad_request`); the message is the error's context, or the code's
/// own when that is empty; an internal error tells the client nothing but `Internal error`. Without
/// an answer wanted it is logged, and nothing else.
void answer_error(Socket& socket, std::string_view event, const Error& error, Ack& ack);

}  // namespace quickclinic::socketio
