#pragma once

#include "chat/archive.hpp"
#include "chat/audit.hpp"
#include "chat/inbox.hpp"
#include "chat/overview.hpp"
#include "chat/store.hpp"
#include "store/contract/await.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// One suite of tests over every implementation of the store interfaces (`chat/store.hpp`). An
/// implementation joins by a line in `implementations.cpp`.
namespace quickclinic::store {

/// An empty store, and whatever it needs to live.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual chat::MessageStore& messages() = 0;
  virtual chat::Directory& directory() = 0;
  virtual chat::Inbox& inbox() = 0;
  virtual chat::Overview& overview() = 0;

  /// Writes an appointment as the web application does, into its tables, which are made when they
  /// are not there. `doctor_row` will be the id of the doctor's `"Doctor"` row.
  virtual void add_appointment(const chat::Appointment& appointment,
                               const std::string& doctor_row) = 0;
  virtual chat::AuditLog& audit() = 0;
  /// Null: it has none.
  virtual chat::Archive* archive() { return nullptr; }
};

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>(std::function<WallTime()>)> open;
};

/// All of them; the tests run over each.
std::vector<Implementation> implementations();
/// Those that can be carried away and brought in.
std::vector<Implementation> archive_implementations();
std::string implementation_name(const ::testing::TestParamInfo<Implementation>& info);

class StoreContract : public testing::TestWithParam<Implementation> {
 protected:
  StoreContract();

  chat::MessageStore& messages() { return store_->messages(); }
  chat::Directory& directory() { return store_->directory(); }
  chat::Inbox& inbox() { return store_->inbox(); }
  chat::Overview& overview() { return store_->overview(); }
  void add_appointment(const chat::Appointment& appointment, const std::string& doctor_row) {
    store_->add_appointment(appointment, doctor_row);
  }
  chat::AuditLog& audit() { return store_->audit(); }
  chat::Archive& archive() { return *store_->archive(); }

  /// The wall clock that the store sees. It stands still until it is told otherwise.
  void set_clock(std::chrono::milliseconds since_1970) { clock_ = since_1970.count(); }

  chat::User add_user(const std::string& email, chat::Role role);
  /// A new doctor, a new patient and their relation.
  chat::Relation add_pair(const std::string& name);

  /// Appends one message with a fresh id, which must succeed.
  chat::Message send(const chat::RelationId& relation, const chat::UserId& sender,
                     const std::string& text);
  /// Appends `count` messages, "1", "2" …, by the relation's doctor.
  std::vector<chat::Message> send_many(const chat::Relation& relation, int count);

 private:
  std::atomic<std::int64_t> clock_;
  std::unique_ptr<StoreUnderTest> store_;
};

std::vector<std::string> texts_of(const std::vector<chat::Message>& messages);
/// "from", …, "to".
std::vector<std::string> numbers(int from, int to);

}  // namespace quickclinic::store
