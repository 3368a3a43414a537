#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace quickclinic::testing {

/// Starts a program, found on the PATH; its output goes to the file `output`, appended. Throws
/// `std::runtime_error` when there is no such program.
pid_t spawn_program(const std::vector<std::string>& command, const std::filesystem::path& output);

/// Runs a program to its end; answers what it printed. Throws, with that, when it fails.
std::string run_program(const std::vector<std::string>& command,
                        const std::filesystem::path& output);

/// Looks every few milliseconds whether `ready`, until the process ends or a minute has passed:
/// then false.
bool wait_until_ready(pid_t process, const std::function<bool()>& ready);

std::string file_contents(const std::filesystem::path& path);

/// A new folder for what servers of tests keep, in memory where the system offers that and nobody
/// asked for `durable`. `name` is its beginning.
std::filesystem::path make_test_folder(const std::string& name, bool durable = false);

}  // namespace quickclinic::testing
