#pragma once

#include "base/log.hpp"                     // IWYU pragma: export
#include "base/result.hpp"                  // IWYU pragma: export
#include "base/task.hpp"                    // IWYU pragma: export
#include "cluster/redis_adapter.hpp"        // IWYU pragma: export
#include "json/json.hpp"                    // IWYU pragma: export
#include "socketio/msgpack_parser.hpp"      // IWYU pragma: export
#include "socketio/remote_socket.hpp"       // IWYU pragma: export
#include "socketio/server.hpp"              // IWYU pragma: export
#include "transport/client_bundle.hpp"      // IWYU pragma: export
#include "transport/inherited_sockets.hpp"  // IWYU pragma: export
#include "transport/run.hpp"                // IWYU pragma: export

/// All that a Socket.IO server usually needs, in one include. A project that counts the seconds of
/// its build includes the single headers instead: `#include "socketio/namespace.hpp"`.
