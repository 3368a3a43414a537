// The parts of a request that name a person, cookies and query: what was put in is found, each name
// once, and the first source that has a token decides.
//
// The first line is a `Cookie` header, the second a query, the third an `Authorization` header.
#include "base/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "server/identity/cookie.hpp"
#include "server/identity/find_token.hpp"
#include "transport/http_query.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace {

using namespace quickclinic::transport;
using namespace quickclinic::identity;
using quickclinic::fuzz::require;

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789aBcDeF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

void check_cookie(std::string_view header) {
  require(percent_decode(percent_encode(header)) == header);
  const auto value = cookie_value(header, "token");
  if (value) require(header.contains("token"));

  const auto found = cookie_value("a=b; token=" + percent_encode(header) + "; token=x", "token");
  require(found == (quickclinic::is_utf8(header) ? std::string(header) : percent_encode(header)));
}

void check_query(const Query& query, std::string_view text) {
  require(query.size() <= Query::parameters_max);
  std::set<std::string_view> names;
  std::string again;
  for (const auto& [name, value] : query) {
    require(names.insert(name).second);
    require(query.find(name) == value);
    if (!again.empty()) again += '&';
    again += percent_encode(name) + '=' + percent_encode(value);
  }
  const auto same = Query::parse(again);
  require(same && same->size() == query.size());
  for (const auto& [name, value] : query) require(same->find(name) == value);

  if (query.size() == Query::parameters_max) return;
  const auto overruled = Query::parse(std::string(text) + "&token=last");
  require(!overruled || overruled->find("token") == "last");
}

void check_token(const Credentials& credentials) {
  const auto found = find_token(credentials);
  if (!found) return;
  const auto cookie = cookie_value(credentials.cookie, "token");
  switch (found->source) {
    case TokenSource::auth:
      require(false);
      break;
    case TokenSource::bearer:
      require(credentials.authorization && credentials.authorization->contains(found->token));
      break;
    case TokenSource::cookie:
      require(cookie == found->token && !found->token.empty());
      break;
    case TokenSource::query:
      require(!cookie || cookie->empty());
      require(credentials.query_token == found->token && !found->token.empty());
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view cookie = take_line(text);
  const std::string_view parameters = take_line(text);
  const std::string_view authorization = take_line(text);
  check_cookie(cookie);
  const auto query = Query::parse(parameters);
  if (!query) return 0;
  check_query(*query, parameters);
  check_token({.auth = nullptr,
               .authorization = std::optional(authorization),
               .cookie = cookie,
               .query_token = query->find("token")});
  return 0;
}
