#include "transport/websocket_compression.hpp"

#include "transport/transport_error.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace quickclinic::transport {
namespace {

struct Parameter {
  std::string_view name;
  std::optional<std::string> value;
};

struct Extension {
  std::string_view name;
  std::vector<Parameter> parameters;
};

constexpr bool is_token_char(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

// RFC 6455, section 9.1: `name; parameter; parameter=value; parameter="value", name …`
class ExtensionReader {
 public:
  explicit ExtensionReader(std::string_view text) : rest_(text) {}

  // Nothing when the text is malformed.
  std::optional<std::vector<Extension>> read() {
    std::vector<Extension> list;
    while (true) {
      while (skip(',')) {
      }
      if (rest_.empty()) return list;
      Extension extension{token(), {}};
      if (extension.name.empty()) return std::nullopt;
      while (skip(';')) {
        Parameter parameter{token(), std::nullopt};
        if (parameter.name.empty()) return std::nullopt;
        if (skip('=') && !read_value(parameter)) return std::nullopt;
        extension.parameters.push_back(std::move(parameter));
      }
      list.push_back(std::move(extension));
      if (!rest_.empty() && rest_.front() != ',') return std::nullopt;
    }
  }

 private:
  void skip_space() noexcept {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }
  bool skip(char c) noexcept {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    skip_space();
    return true;
  }
  std::string_view token() noexcept {
    const auto end = std::ranges::find_if_not(rest_, is_token_char);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    skip_space();
    return found;
  }
  // A token, or one in quotes.
  bool read_value(Parameter& parameter) {
    if (!rest_.starts_with('"')) {
      parameter.value = std::string(token());
      return !parameter.value->empty();
    }
    rest_.remove_prefix(1);
    std::string value;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\') rest_.remove_prefix(1);
      if (rest_.empty() || !is_token_char(rest_.front())) return false;
      value += rest_.front();
      rest_.remove_prefix(1);
    }
    parameter.value = std::move(value);
    return skip('"') && !parameter.value->empty();
  }

  std::string_view rest_;
};

constexpr int bits_min = 8;
constexpr int bits_max = 15;

// Section 7.1.2.1: a decimal number from 8 to 15 without leading zeros.
std::optional<int> window_bits(const std::optional<std::string>& value) {
  for (int bits = bits_min; bits <= bits_max; ++bits) {
    if (value == std::to_string(bits)) return bits;
  }
  return std::nullopt;
}

struct Offer {
  bool server_no_context = false;
  bool client_no_context = false;
  std::optional<int> server_bits;
  std::optional<int> client_bits;  // 15 when the client only lets us choose

  // False when the parameter makes the offer invalid.
  bool take(const Parameter& parameter) {
    if (parameter.name == "server_no_context_takeover") {
      return !parameter.value && !std::exchange(server_no_context, true);
    }
    if (parameter.name == "client_no_context_takeover") {
      return !parameter.value && !std::exchange(client_no_context, true);
    }
    if (parameter.name == "server_max_window_bits") {
      return !std::exchange(server_bits, window_bits(parameter.value)) && server_bits;
    }
    if (parameter.name == "client_max_window_bits") {
      const auto bits = parameter.value ? window_bits(parameter.value) : bits_max;
      return !std::exchange(client_bits, bits) && client_bits;
    }
    return false;
  }
};

std::optional<DeflateTerms> accept(const Extension& extension,
                                   const WebSocketCompression& settings) {
  Offer offer;
  for (const Parameter& parameter : extension.parameters) {
    if (!offer.take(parameter)) return std::nullopt;
  }
  if (offer.server_bits == bits_min) return std::nullopt;
  DeflateTerms terms;
  terms.server_keeps_context = settings.keep_server_context && !offer.server_no_context;
  terms.client_keeps_context = settings.keep_client_context && !offer.client_no_context;
  const int server_bits =
      std::min(offer.server_bits.value_or(bits_max), settings.server_window_bits);
  // Section 7.1.2.2: the client's window is ours to choose only when it says so.
  const int client_bits =
      offer.client_bits ? std::min(*offer.client_bits, settings.client_window_bits) : bits_max;
  terms.server_window_bits = static_cast<std::uint8_t>(server_bits);
  terms.client_window_bits = static_cast<std::uint8_t>(client_bits);
  terms.answer = "permessage-deflate";
  if (!terms.server_keeps_context) terms.answer += "; server_no_context_takeover";
  if (!terms.client_keeps_context) terms.answer += "; client_no_context_takeover";
  if (server_bits < bits_max)
    terms.answer += "; server_max_window_bits=" + std::to_string(server_bits);
  if (client_bits < bits_max)
    terms.answer += "; client_max_window_bits=" + std::to_string(client_bits);
  return terms;
}

}  // namespace

Result<std::optional<DeflateTerms>> negotiate_deflate(const Headers& request,
                                                      const WebSocketCompression& settings) {
  std::optional<DeflateTerms> terms;
  for (const Header header : request) {
    if (!equal_ignoring_case(header.name, "Sec-WebSocket-Extensions")) continue;
    const auto extensions = ExtensionReader(header.value).read();
    if (!extensions || extensions->empty()) {
      return fail(TransportError::bad_handshake, "malformed Sec-WebSocket-Extensions");
    }
    for (const Extension& extension : *extensions) {
      if (!terms && extension.name == "permessage-deflate") terms = accept(extension, settings);
    }
  }
  return terms;
}

}  // namespace quickclinic::transport
