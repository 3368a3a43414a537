#include "server/demo.hpp"

#include "base/random.hpp"
#include "json/json.hpp"
#include "server/database.hpp"
#include "server/identity/password.hpp"
#include "server/token_for.hpp"
#include "transport/file_descriptor.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace quickclinic::server {
namespace {

constexpr std::chrono::days demo_token_life{7};
constexpr std::size_t secret_characters = 64;

// Owner only: the file speaks for everybody of the clinic.
Result<> write_private_file(const std::filesystem::path& path, const std::string& content) {
  const transport::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file ||
      ::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    return fail(settings::SettingsError::unreadable_file,
                "Cannot write " + path.string() + ": " + std::strerror(errno));
  }
  return {};
}

}  // namespace

Result<> settle_demo_secret(settings::Settings& settings) {
  if (settings.jwt_secret || settings.jwt_public_key) return {};
  std::error_code error;
  std::filesystem::create_directories(settings.data_folder, error);
  if (error) {
    return fail(settings::SettingsError::unreadable_file,
                "Cannot make the folder " + settings.data_folder.string() + ": " + error.message());
  }
  const std::filesystem::path path = settings.data_folder / "jwt_secret";
  std::string secret;
  if (std::ifstream in(path); in) secret.assign(std::istreambuf_iterator<char>(in), {});
  if (secret.size() < secret_characters) {
    secret = random_token(secret_characters);
    if (const Result<> written = write_private_file(path, secret); !written) return written;
  }
  settings.jwt_secret = settings::Secret(secret);
  return {};
}

Result<store::DemoClinic> open_demo_clinic(const settings::Settings& settings) {
  const auto path = embedded_database(settings);
  if (!path) return std::unexpected(path.error());
  return store::make_demo_clinic(*path, wall_now(), [](std::string_view password) {
    return identity::hash_password(password);
  });
}

Result<std::string> introduce_demo(const settings::Settings& settings,
                                   const store::DemoClinic& clinic, const std::string& url,
                                   bool has_pages) {
  if (clinic.accounts.empty())
    return "The database holds other people than the demo clinic's, so none is shown.\n";
  std::string text = "The demo clinic, each with a token for " +
                     std::to_string(demo_token_life.count()) + " days:\n";
  json::Array accounts;
  for (const store::DemoAccount& account : clinic.accounts) {
    Result<std::string> token = token_for(settings, account.user, demo_token_life);
    if (!token) return std::unexpected(token.error());
    const std::string_view role = to_text(account.user.role);
    text += "\n  " + account.user.name + " (" + std::string(role) + ")\n    " + account.user.email +
            "  password " + account.password + "\n    token " + *token + "\n";
    accounts.push_back(json::Object{{"id", account.user.id.text()},
                                    {"name", account.user.name},
                                    {"email", account.user.email},
                                    {"role", role},
                                    {"token", *token}});
  }
  const auto email = [&clinic](const chat::UserId& id) -> std::string {
    const auto found =
        std::ranges::find(clinic.accounts, id, [](const auto& account) { return account.user.id; });
    return found == clinic.accounts.end() ? id.text() : found->user.email;
  };
  json::Array relations;
  for (const chat::Relation& relation : clinic.relations) {
    relations.push_back(json::Object{{"id", relation.id.text()},
                                     {"doctor", email(relation.doctor)},
                                     {"patient", email(relation.patient)}});
  }
  json::Object demo{
      {"url", url}, {"accounts", std::move(accounts)}, {"relations", std::move(relations)}};
  const Result<> written =
      write_private_file(settings.data_folder / "demo.json", json::to_text(demo) + "\n");
  if (!written) return std::unexpected(written.error());
  if (has_pages) {
    text += "\nLog in as one of them in a browser, and as another in a private window:\n\n  " +
            url + "\n";
  }
  text += "\nWatch two of them chat, from another terminal:\n\n  examples/watch/watch\n\n";
  return text;
}

}  // namespace quickclinic::server
