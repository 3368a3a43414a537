#include "store/sqlite/private_file.hpp"

#include "chat/store.hpp"

#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace quickclinic::store {
namespace {

std::unexpected<Error> cannot(const std::string& what, const std::filesystem::path& path,
                              int reason) {
  return fail(chat::StoreError::unavailable, "cannot " + what + " " + path.string() + ": " +
                                                 std::generic_category().message(reason));
}

Result<> make_private_folder(const std::filesystem::path& folder) {
  if (folder.empty() || ::access(folder.c_str(), F_OK) == 0) return {};
  if (auto parent = make_private_folder(folder.parent_path()); !parent) return parent;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return cannot("make the folder", folder, errno);
  }
  return {};
}

}  // namespace

Result<> make_private_file(const std::filesystem::path& path) {
  if (auto folder = make_private_folder(path.parent_path()); !folder) return folder;
  // Made without being opened: closing a descriptor would give up every lock that this process
  // holds on the file through another connection (POSIX, fcntl).
  if (::mknod(path.c_str(), S_IFREG | 0600, 0) != 0 && errno != EEXIST) {
    return cannot("make the database", path, errno);
  }
  return {};
}

}  // namespace quickclinic::store
