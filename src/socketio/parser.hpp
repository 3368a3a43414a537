#pragma once

#include "base/result.hpp"
#include "json/json.hpp"
#include "socketio/packet.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace quickclinic::socketio {

/// Turns the messages of one client into packets. Owned by the client. Every error is final: the
/// client broke the protocol and has to be closed.
class PacketDecoder {
 public:
  virtual ~PacketDecoder() = default;

  /// A text message. Nothing when the packet is not complete yet. The payload of a packet that is
  /// complete at once may live in `storage`; keep it alive as long as the packet.
  virtual Result<std::optional<Packet>> text(std::string_view message, json::Storage storage) = 0;

  /// A binary message.
  virtual Result<std::optional<Packet>> binary(std::string_view bytes, json::Storage storage) = 0;

  /// A text message of which only the beginning was kept, because it is larger than may be read.
  /// Succeeds for an event whose name can be made out: it comes without arguments, with
  /// `Flaw::oversized`.
  virtual Result<Packet> oversized(std::string_view beginning) const = 0;
};

/// What an event has beside its arguments.
struct EventHead {
  std::string_view nsp;
  std::string_view name;
  std::optional<AckId> id = {};
  std::string_view offset = {};  ///< goes behind the arguments when it is not empty
  bool compress = true;          ///< let the transport compress it, if it does such things
};

/// How packets are written as messages of a session and read back: the `parser` of the Node server.
/// Server and clients have to use the same. Without state: one object serves all shards at once.
class Parser {
 public:
  virtual ~Parser() = default;

  virtual std::unique_ptr<PacketDecoder> new_decoder(const PacketLimits& limits) const = 0;

  virtual Frames event(const EventHead& head, const Arguments& arguments) const = 0;
  /// With arguments that are JSON already: values joined by commas.
  virtual Frames event_text(const EventHead& head, std::string_view arguments) const = 0;
  virtual Frames ack(std::string_view nsp, AckId id, const Arguments& arguments) const = 0;
  /// `arguments` is a JSON array.
  virtual Frames ack_text(std::string_view nsp, AckId id, std::string_view arguments) const = 0;
  /// `session`: what the client shows to have its state recovered; empty: none is sent.
  virtual engineio::FramePtr connect(std::string_view nsp, std::string_view socket_id,
                                     std::string_view session) const = 0;
  /// No data is sent when it is null.
  virtual engineio::FramePtr connect_error(std::string_view nsp, std::string_view message,
                                           const json::Value& data) const = 0;
  virtual engineio::FramePtr disconnect(std::string_view nsp) const = 0;

  /// The packet in `frames`, which this parser has made: for those who have to see again what was
  /// encoded once for everybody.
  Result<Packet> read(const Frames& frames) const;
};

/// The protocol's own format (Socket.IO protocol 5, "Packet encoding"): text, with attachments in
/// binary messages behind it.
const Parser& default_parser();

}  // namespace quickclinic::socketio
