#pragma once

#include "server/services.hpp"
#include "server/wiring.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/support/socketio_client.hpp"
#include "transport/server.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server::test {

/// For tests: the whole chat on a real server on a free port of this machine, over a store in
/// memory. A doctor has a relation with each of two patients.
///
/// Driven by one thread, which also tells the store to fail.
class Clinic {
 public:
  using Adjust = std::function<void(settings::Settings&)>;

  /// `site`: the web front end, which outlives the clinic; null: none.
  explicit Clinic(unsigned shards, const Adjust& adjust = {}, const web::Site* site = nullptr);
  ~Clinic();

  /// `{"token":…,"relationId":…}`; no relation for a notification connection.
  std::string auth(const chat::User& user, std::string_view relation = {}) const;
  std::string token(const chat::User& user,
                    std::chrono::seconds expires_in = std::chrono::hours(1)) const;
  /// Connects, whatever comes of it.
  testing::SocketIoClient connect(std::string_view auth) const {
    return testing::SocketIoClient(port_, auth);
  }
  /// Connects to a conversation and reads the greeting.
  testing::SocketIoClient enter(const chat::User& user, std::string_view relation) const;

  /// Until `recover`, every call of the store fails.
  void fail(chat::StoreError error) { store.fail_next(1'000'000, error); }
  void recover() { store.fail_next(0, chat::StoreError::unavailable); }
  /// The texts of a conversation as they are stored.
  std::vector<std::string> stored(std::string_view relation);

  std::uint16_t port() const noexcept { return port_; }

  store::MemoryStore store;
  chat::User doctor;
  chat::User patient;
  chat::User other_patient;
  chat::User admin;
  std::string relation;        ///< of the doctor and the patient
  std::string other_relation;  ///< of the doctor and the other patient

 private:
  chat::User add(std::string_view name, chat::Role role);

  settings::Settings settings_;
  identity::TokenVerifier verifier_;
  Services services_;
  std::vector<std::unique_ptr<ChatShard>> chat_;
  transport::Server server_;  // last: its shards use the rest
  std::uint16_t port_ = 0;
};

/// The acknowledgement that refuses, as its packet says it.
std::string refusing(std::string_view code, std::string_view message);

/// The value of a text field in a packet, the first of that name; empty when there is none.
std::string field(std::string_view packet, std::string_view name);

}  // namespace quickclinic::server::test
