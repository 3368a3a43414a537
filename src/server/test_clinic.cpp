#include "server/test_clinic.hpp"

#include "server/run_blocking.hpp"
#include "server/token_for.hpp"

#include <stdexcept>

namespace quickclinic::server::test {
namespace {

const std::string secret(32, 's');

settings::Settings settings_with(unsigned shards, const Clinic::Adjust& adjust) {
  settings::Settings settings;
  settings.host = "127.0.0.1";
  settings.port = 0;
  settings.shards = shards;
  settings.jwt_secret = settings::Secret(secret);
  if (adjust) adjust(settings);
  return settings;
}

transport::Options options_with(const settings::Settings& settings, Services& services) {
  transport::Options options = transport_options(settings, nullptr);
  apply(services.limits, options);
  return options;
}

}  // namespace

Clinic::Clinic(unsigned shards, const Adjust& adjust, const web::Site* site)
    : doctor(add("Bones", chat::Role::doctor)),
      patient(add("Pat", chat::Role::patient)),
      other_patient(add("Quinn", chat::Role::patient)),
      admin(add("Ada", chat::Role::admin)),
      relation(run_blocking(store.add_relation(doctor.id, patient.id)).value().relation.id.text()),
      other_relation(
          run_blocking(store.add_relation(doctor.id, other_patient.id)).value().relation.id.text()),
      settings_(settings_with(shards, adjust)),
      verifier_(identity::TokenVerifier::create({.secret = secret, .public_key_pem = {}}).value()),
      services_{settings_, store, store, store, store, store.audit(), verifier_},
      server_(options_with(settings_, services_)) {
  services_.site = site;
  const auto port = server_.start([this](transport::Shard& shard) {
    chat_.push_back(std::make_unique<ChatShard>(services_, shard));
  });
  if (!port) throw std::runtime_error(port.error().describe());
  port_ = *port;
}

// As `serve` does: whoever still answers to the shards' loops ends while these are there.
Clinic::~Clinic() {
  server_.stop();
  services_.passwords.stop();
}

chat::User Clinic::add(std::string_view name, chat::Role role) {
  return run_blocking(store.add_user({.email = std::string(name) + "@clinic.test",
                                      .name = std::string(name),
                                      .password_hash = "*",
                                      .role = role}))
      .value();
}

std::string Clinic::token(const chat::User& user, std::chrono::seconds expires_in) const {
  return token_for(settings_, user, expires_in).value();
}

std::string Clinic::auth(const chat::User& user, std::string_view with) const {
  std::string auth = "{\"token\":\"" + token(user) + "\"";
  if (!with.empty()) auth += ",\"relationId\":\"" + std::string(with) + "\"";
  return auth + "}";
}

testing::SocketIoClient Clinic::enter(const chat::User& user, std::string_view with) const {
  testing::SocketIoClient client = connect(auth(user, with));
  client.event("connected");
  return client;
}

std::vector<std::string> Clinic::stored(std::string_view of) {
  const auto page = run_blocking(store.page(
      chat::RelationId(of), {.page = 1, .limit = 100'000, .order = chat::PageOrder::oldest}));
  std::vector<std::string> texts;
  for (const chat::Message& message : page.value().messages) texts.push_back(message.text);
  return texts;
}

std::string refusing(std::string_view code, std::string_view message) {
  return "[{\"ok\":false,\"error\":{\"code\":\"" + std::string(code) + "\",\"message\":\"" +
         std::string(message) + "\"}}]";
}

std::string field(std::string_view packet, std::string_view name) {
  const std::string begin = "\"" + std::string(name) + "\":\"";
  const std::size_t at = packet.find(begin);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = packet.substr(at + begin.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace quickclinic::server::test
