#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "chat/model.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::store {

/// Somebody of the demo clinic, who signs in with a password that everybody knows.
struct DemoAccount {
  chat::User user;
  std::string password;
};

struct DemoClinic {
  bool created = false;  ///< false: it was there already, or the database is somebody else's
  std::vector<DemoAccount>
      accounts;  ///< doctors first; empty when the database is not a demo clinic
  std::vector<chat::Relation> relations;  ///< between these accounts
};

/// Makes the hash of a password, as `chat::NewUser` wants it.
using PasswordHasher = std::function<Result<std::string>(std::string_view)>;

/// In a database without users: two doctors, three patients, four relations and some weeks of
/// conversation up to shortly before `now`, the same every time. Otherwise changes nothing and
/// tells who is there. Everything or nothing, and once, though several processes begin at the same
/// time. Blocks; for the start of the program.
Result<DemoClinic> make_demo_clinic(const std::filesystem::path& path, WallTime now,
                                    const PasswordHasher& hash);

}  // namespace quickclinic::store
