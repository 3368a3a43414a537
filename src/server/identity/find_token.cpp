#include "server/identity/find_token.hpp"

#include "server/identity/cookie.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::identity {
namespace {

/// Nothing when the header is of another scheme. A scheme's case does not matter (RFC 9110, 11.1).
std::optional<std::string_view> bearer_token(std::string_view header) {
  constexpr std::string_view scheme = "bearer";
  constexpr std::string_view blank = " \t";
  if (header.size() < scheme.size()) return std::nullopt;
  const auto same_letter = [](char expected, char c) {
    return (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == expected;
  };
  if (!std::ranges::equal(scheme, header.substr(0, scheme.size()), same_letter)) {
    return std::nullopt;
  }
  header.remove_prefix(scheme.size());
  if (!header.empty() && !blank.contains(header.front())) return std::nullopt;
  const std::size_t first = header.find_first_not_of(blank);
  if (first == std::string_view::npos) return "";
  return header.substr(first, header.find_last_not_of(blank) - first + 1);
}

const json::Value* auth_token(const json::Value* auth) {
  const json::Object* object = auth == nullptr ? nullptr : auth->if_object();
  const json::Value* token = object == nullptr ? nullptr : object->if_contains("token");
  return token == nullptr || token->is_null() ? nullptr : token;
}

}  // namespace

Result<FoundToken> find_token(const Credentials& credentials) {
  if (const json::Value* token = auth_token(credentials.auth)) {
    const json::String* text = token->if_string();
    if (text == nullptr) return fail(TokenError::format);
    if (!text->empty()) return FoundToken{TokenSource::auth, std::string(json::view(*text))};
  }
  if (credentials.authorization) {
    if (const auto token = bearer_token(*credentials.authorization)) {
      return FoundToken{TokenSource::bearer, std::string(*token)};
    }
  }
  if (auto token = cookie_value(credentials.cookie, "token"); token && !token->empty()) {
    return FoundToken{TokenSource::cookie, std::move(*token)};
  }
  if (credentials.query_token && !credentials.query_token->empty()) {
    return FoundToken{TokenSource::query, std::string(*credentials.query_token)};
  }
  return fail(TokenError::missing);
}

}  // namespace quickclinic::identity
