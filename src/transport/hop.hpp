#pragma once

#include "transport/http_request.hpp"
#include "transport/trusted_proxies.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::transport {

/// The header in which a node tells the owner of a session about a request that it passes on.
inline constexpr std::string_view hop_header = "X-Quickclinic-Hop";

/// What a node says of a request that it passes on.
struct Hop {
  Client client;
  bool body_cut = false;     ///< `HttpRequest::body_cut`
  bool body_marked = false;  ///< `HttpRequest::body_marked`
};

/// The header's value: what `hop` says, and a code that only who knows `key` can make. It is good
/// for the session `sid` alone.
std::string seal_hop(const Hop& hop, std::string_view sid, std::string_view key);

/// What another node says of a request for the session `sid`. Nothing when the request has no such
/// header, or one that no node has made.
std::optional<Hop> hop_of(const HttpRequest& request, std::string_view sid, std::string_view key);

/// The bytes that pass `request` on: its head, for a connection that is kept alive, and in front of
/// its body, which is sent as it is. Headers that are for one connection only, and what a client
/// says of itself and of hops, are left out; `client` takes their place. `upgrade`: it asks for a
/// WebSocket.
std::string format_passed_on(const HttpRequest& request, const Client& client, std::string_view hop,
                             bool upgrade);

}  // namespace quickclinic::transport
