#include "store/contract/store_contract.hpp"

#include "chat/message_id.hpp"

#include <utility>

namespace quickclinic::store {

std::string implementation_name(const ::testing::TestParamInfo<Implementation>& info) {
  return info.param.name;
}

StoreContract::StoreContract()
    : clock_(1'767'323'045'678),
      store_(
          GetParam().open([this] { return WallTime(std::chrono::milliseconds(clock_.load())); })) {}

chat::User StoreContract::add_user(const std::string& email, chat::Role role) {
  return await(
             directory().add_user(
                 {.email = email, .name = "Name of " + email, .password_hash = "*", .role = role}))
      .value();
}

chat::Relation StoreContract::add_pair(const std::string& name) {
  const auto doctor = add_user("doctor-" + name + "@clinic.example", chat::Role::doctor);
  const auto patient = add_user("patient-" + name + "@clinic.example", chat::Role::patient);
  return await(directory().add_relation(doctor.id, patient.id)).value().relation;
}

chat::Message StoreContract::send(const chat::RelationId& relation, const chat::UserId& sender,
                                  const std::string& text) {
  auto appended = await(messages().append(
      {.id = chat::new_message_id(), .relation = relation, .sender = sender, .text = text}));
  EXPECT_TRUE(appended.value().stored);
  return appended->message;
}

std::vector<chat::Message> StoreContract::send_many(const chat::Relation& relation, int count) {
  std::vector<chat::Message> sent;
  for (int i = 1; i <= count; ++i) {
    sent.push_back(send(relation.id, relation.doctor, std::to_string(i)));
  }
  return sent;
}

std::vector<std::string> texts_of(const std::vector<chat::Message>& messages) {
  std::vector<std::string> texts;
  for (const auto& message : messages) texts.push_back(message.text);
  return texts;
}

std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> all;
  for (int i = from; i <= to; ++i) all.push_back(std::to_string(i));
  return all;
}

}  // namespace quickclinic::store
