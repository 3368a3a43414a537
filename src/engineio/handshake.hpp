#pragma once

#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "engineio/settings.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::engineio {

/// A session's private name: whoever knows it speaks for the client. 120 bits of randomness behind
/// two characters that name the shard and, where there are several nodes, `node_characters` that
/// name the node.
using SessionId = StrongId<struct SessionIdTag>;

/// Of a node's name in its sessions' ids: letters, digits, `-` and `_`.
constexpr std::size_t node_characters = 6;

/// `node` is empty where there is one alone.
SessionId new_session_id(unsigned shard, std::string_view node = {});
/// The shard that made `id`; nothing when `id` has not the shape of one.
std::optional<unsigned> shard_of(std::string_view id) noexcept;
/// The node that made `id`, which has the shape of one; empty: it names none.
std::string_view node_of(std::string_view id) noexcept;

enum class TransportKind { polling, websocket };
std::string_view to_text(TransportKind kind) noexcept;

/// The two revisions of Engine.IO that clients speak. In version 3 (Socket.IO 2) the client sends
/// the pings, polling bodies have another form, and binary messages their type in front.
enum class Protocol : unsigned char { v3 = 3, v4 = 4 };

/// How one session's packets are written.
struct Encoding {
  Protocol protocol = Protocol::v4;
  bool base64 = false;  ///< version 3: the client takes no bytes, so binary messages become text
};

/// The parts of an HTTP request that the protocol looks at. All borrowed.
struct RequestView {
  std::string_view method;
  std::optional<std::string_view> transport;  ///< query `transport`
  std::optional<std::string_view> protocol;   ///< query `EIO`
  std::optional<std::string_view> session;    ///< query `sid`
  bool websocket_upgrade = false;             ///< the request asks for the WebSocket protocol
  bool base64 = false;                        ///< query `b64`: has any value
};

/// What a well-formed request wants.
struct Intent {
  enum class Kind {
    open,     ///< no session yet: a handshake over `transport`
    poll,     ///< GET of a session
    post,     ///< POST of a session
    upgrade,  ///< a WebSocket with a session's id
    options,  ///< a CORS preflight
  };
  Kind kind = Kind::open;
  TransportKind transport = TransportKind::polling;
  std::string_view session;
  /// Of a handshake; of a session when the request names its protocol.
  std::optional<Protocol> protocol = std::nullopt;
  bool base64 = false;

  Encoding encoding() const noexcept { return {protocol.value_or(Protocol::v4), base64}; }
};

/// Sorts a request, or refuses it in the order in which the Node server does (codes 0, 1, 2, 3, 5).
/// Whether the session exists, and speaks that protocol, is for the caller to find out.
Result<Intent> classify(const RequestView& request, bool allow_eio3 = false);

/// The open packet: `0{"sid":…,"upgrades":…,"pingInterval":…,"pingTimeout":…,"maxPayload":…}`.
std::string open_packet(const SessionId& id, TransportKind transport, const Settings& settings);

}  // namespace quickclinic::engineio
