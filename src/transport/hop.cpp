#include "transport/hop.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <array>

namespace quickclinic::transport {
namespace {

constexpr std::string_view secure_word = "secure";
constexpr std::string_view plain_word = "plain";
constexpr std::array<std::string_view, 3> body_words = {"whole", "cut", "marked"};

// In front of what is sealed, so that a code for one purpose is none for another.
constexpr std::string_view purpose = "hop\n";

std::string code_for(std::string_view words, std::string_view sid, std::string_view key) {
  std::string sealed(purpose);
  sealed.append(sid).append("\n").append(words);
  return hmac_sha256_hex(key, sealed);
}

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

// Of one connection (RFC 9110, section 7.6.1), or written anew.
constexpr auto not_passed_on = std::to_array<std::string_view>(
    {"Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding",
     "Upgrade", "Content-Length", "Expect", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto",
     hop_header});

bool is_passed_on(const HttpRequest& request, std::string_view name) {
  return std::ranges::none_of(
             not_passed_on, [&](std::string_view own) { return equal_ignoring_case(own, name); }) &&
         !request.headers.has_token("Connection", name);
}

void append(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string seal_hop(const Hop& hop, std::string_view sid, std::string_view key) {
  std::string words = hop.client.address.text();
  words.append(" ").append(hop.client.secure ? secure_word : plain_word).append(" ");
  words += body_words.at(!hop.body_cut ? 0 : !hop.body_marked ? 1 : 2);
  const std::string code = code_for(words, sid, key);
  return words.append(" ").append(code);
}

std::optional<Hop> hop_of(const HttpRequest& request, std::string_view sid, std::string_view key) {
  const auto header = request.header(hop_header);
  if (!header || key.empty() || request.headers.count(hop_header) != 1) return std::nullopt;
  const std::size_t end = header->rfind(' ');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view words = header->substr(0, end);
  if (!equal_secrets(header->substr(end + 1), code_for(words, sid, key))) return std::nullopt;
  const auto address = PeerAddress::parse(take_word(words));
  if (!address) return std::nullopt;
  Hop hop{.client = {*address, take_word(words) == secure_word}};
  const std::string_view body = take_word(words);
  hop.body_cut = body != body_words[0];
  hop.body_marked = body == body_words[2];
  return hop;
}

std::string format_passed_on(const HttpRequest& request, const Client& client, std::string_view hop,
                             bool upgrade) {
  std::string head = request.method;
  head.append(" ").append(request.target).append(" HTTP/1.1\r\n");
  if (!request.header("Host")) append(head, "Host", "localhost");  // HTTP/1.0
  for (const Header header : request.headers) {
    if (is_passed_on(request, header.name)) append(head, header.name, header.value);
  }
  append(head, "X-Forwarded-For", client.address.text());
  append(head, "X-Forwarded-Proto", client.secure ? "https" : "http");
  append(head, hop_header, hop);
  if (upgrade) {
    append(head, "Connection", "Upgrade");
    append(head, "Upgrade", request.header("Upgrade").value_or("websocket"));
  } else {
    append(head, "Content-Length", std::to_string(request.body.size()));
  }
  return head.append("\r\n");
}

}  // namespace quickclinic::transport
