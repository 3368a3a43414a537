#include "load/people.hpp"

#include "load/failure.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>

namespace quickclinic::load {

namespace {

/// Tokens and ids are made of such characters; anything else would break the JSON around them.
const std::string& plain(const std::string& word) {
  const bool fine = std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
  if (!fine) {
    throw Failure("a token or relation of --identities holds a character that neither can hold");
  }
  return word;
}

}  // namespace

std::vector<std::string> read_people(const std::string& file) {
  std::vector<std::string> people;
  std::ifstream stream(file);
  std::string token;
  std::string relation;
  while (stream >> token >> relation) {
    people.push_back(R"({"token":")" + plain(token) + R"(","relationId":")" + plain(relation) +
                     R"("})");
  }
  if (people.empty()) {
    throw Failure(file + " holds no line 'token relationId'");
  }
  return people;
}

std::string unique_prefix() {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return std::to_string(getpid()) + "-" + std::to_string(now);
}

}  // namespace quickclinic::load
