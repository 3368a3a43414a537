#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::load {

/// Whoever may join, from a file with a line `token relationId` each: their CONNECT payloads in the
/// order of the file. Throws `Failure` when there is nobody, or a word would break the JSON.
std::vector<std::string> read_people(const std::string& file);

/// A text that this run has never used before, made of its process and the time.
std::string unique_prefix();

}  // namespace quickclinic::load
