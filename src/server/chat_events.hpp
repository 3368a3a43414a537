#pragma once

#include "base/task.hpp"
#include "server/answer.hpp"
#include "server/services.hpp"
#include "server/tracing/trace_context.hpp"
#include "socketio/namespace.hpp"
#include "transport/shard.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::server {

/// The events of a conversation (contract, section 4): each handler turns one event into one call
/// of the store, and its result into one answer. One for each shard, which it outlives.
///
/// A relation has a home among the shards. Its sends are stored and shown from there (`live.hpp`),
/// whichever shard took them, so that everybody sees the order in which they were committed.
class ChatEvents {
 public:
  ChatEvents(Services& services, transport::Shard& shard) : services_(services), shard_(shard) {}

  void install(socketio::Namespace& root);

  /// Hears on this shard, once, what became of a message.
  using Sent = std::function<void(const Result<chat::Appended>&)>;

  /// Sends a message for a member who has no socket, on the very path of `send_message`: the same
  /// order, the same home, shown to the same people. `address` is where they are. When the server
  /// goes down first, `sent` is dropped. `parent` is what it is done for, in a trace.
  void send(chat::ConversationPtr conversation, chat::Draft draft, std::string address, Sent sent,
            const std::optional<TraceContext>& parent = std::nullopt);

 private:
  struct Send;
  struct Load;
  struct Mark;

  /// Sends of one socket that have no answer yet; a client that is further ahead is not waiting for
  /// any.
  static constexpr unsigned sends_under_way_max = 1000;

  // The handlers, on the socket's shard.
  Result<> send_message(socketio::Socket& socket, socketio::Event& event, const Answer& answer);
  Result<> get_initial_messages(socketio::Socket& socket, socketio::Event& event,
                                const Answer& answer);
  Result<> get_messages(socketio::Socket& socket, socketio::Event& event, const Answer& answer);
  Result<> mark_as_read(socketio::Socket& socket, socketio::Event& event, const Answer& answer);
  Result<> user_typing(socketio::Socket& socket, socketio::Event& event, const Answer& answer);

  void begin(std::unique_ptr<Send> send, const std::optional<TraceContext>& parent = std::nullopt);
  static void store(std::unique_ptr<Send> send);
  static void show(std::unique_ptr<Send> send, Result<chat::Appended> appended);
  static void settle(Send& send, const Result<chat::Appended>& appended);
  void record_load(const Load& load, std::string_view newest, std::string result);
  Task<> load_page(std::shared_ptr<Load> load);
  Task<> load_slice(std::shared_ptr<Load> load);
  Task<> store_mark(std::shared_ptr<Mark> mark);

  Services& services_;
  transport::Shard& shard_;
};

}  // namespace quickclinic::server
