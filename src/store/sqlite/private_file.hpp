#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace quickclinic::store {

/// Makes an empty file at `path` unless one is there, readable by its owner alone (0600), and the
/// missing folders on the way to it (0700): what is inside are people's medical conversations.
/// SQLite gives its log the file's mode. What is there already keeps its mode. On failure the
/// error's context is one sentence that names the path.
Result<> make_private_file(const std::filesystem::path& path);

}  // namespace quickclinic::store
