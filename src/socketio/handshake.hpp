#pragma once

#include "base/clock.hpp"
#include "json/json.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::socketio {

/// The HTTP request that opened a session. Shared by the client's sockets; never changed.
struct SessionInfo {
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, each name once
  std::string url;                                           ///< path and query as they came
  std::string address;                                       ///< of the peer
  bool secure = false;
  WallTime issued;

  std::optional<std::string_view> header(std::string_view lower_case_name) const;
  std::optional<std::string_view> query_value(std::string_view name) const;
};

/// What a client said when it joined a namespace.
struct Handshake {
  std::shared_ptr<const SessionInfo> session;  ///< owners: the client and each of its handshakes
  json::Value auth;  ///< the CONNECT packet's object, `{}` when there was none
};

/// The same as an object with the fields of the Node server's `socket.handshake`: `headers`,
/// `time`, `address`, `xdomain`, `secure`, `issued`, `url`, `query` and `auth`.
json::Object to_json(const Handshake& handshake);

/// Why a client may not join. It receives `CONNECT_ERROR` with exactly this.
struct ConnectRefusal {
  std::string message;
  json::Value data;  ///< null: none is sent
};

}  // namespace quickclinic::socketio
