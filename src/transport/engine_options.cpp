#include "transport/engine_options.hpp"

namespace quickclinic::transport {

std::string SessionCookie::set_to(std::string_view session_id) const {
  std::string text = name + "=" + std::string(session_id);
  if (max_age) text += "; Max-Age=" + std::to_string(max_age->count());
  if (!domain.empty()) text += "; Domain=" + domain;
  if (!path.empty()) text += "; Path=" + path;
  if (http_only) text += "; HttpOnly";
  if (secure) text += "; Secure";
  switch (same_site) {
    case SameSite::unsaid:
      break;
    case SameSite::strict:
      text += "; SameSite=Strict";
      break;
    case SameSite::lax:
      text += "; SameSite=Lax";
      break;
    case SameSite::none:
      text += "; SameSite=None";
      break;
  }
  return text;
}

}  // namespace quickclinic::transport
