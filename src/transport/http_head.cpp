#include "transport/http_head.hpp"

#include "transport/character_set.hpp"
#include "transport/transport_error.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace quickclinic::transport {
namespace {

namespace beast = boost::beast;
using beast::http::field;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Beast finds the parts and checks their characters; what they mean for the framing is decided
// below. It is given the whole head at once and never a body: this object lives for one call.
class HeadReader final : public beast::http::basic_parser<true> {
 public:
  explicit HeadReader(HttpRequest& request) : request_(request) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the scanner has bounded it
    body_limit(boost::none);
  }

  std::size_t content_lengths = 0;
  std::size_t transfer_encodings = 0;

 private:
  using View = beast::string_view;

  void on_request_impl(beast::http::verb, View method, View target, int version,
                       beast::error_code&) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    request_.version = static_cast<unsigned>(version);
  }
  void on_field_impl(field name, View name_text, View value, beast::error_code&) override {
    if (name == field::content_length) ++content_lengths;
    if (name == field::transfer_encoding) ++transfer_encodings;
    request_.headers.add({name_text.data(), name_text.size()}, {value.data(), value.size()});
  }
  void on_header_impl(beast::error_code&) override {}
  void on_response_impl(int, View, int, beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(View body, beast::error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, View, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, beast::error_code&) override {
    return body.size();
  }
  void on_finish_impl(beast::error_code&) override {}

  HttpRequest& request_;
};

TransportError refusal(const beast::error_code& error) {
  using Reason = beast::http::error;
  if (error == Reason::bad_method || error == Reason::bad_version)
    return TransportError::bad_request_line;
  if (error == Reason::bad_target) return TransportError::bad_target;
  if (error == Reason::bad_content_length || error == Reason::multiple_content_length) {
    return TransportError::bad_content_length;
  }
  if (error == Reason::bad_transfer_encoding) return TransportError::bad_transfer_encoding;
  return TransportError::bad_header;
}

// Of a field that is known to be there.
std::string_view value_of(const HttpRequest& request, std::string_view name) {
  return request.header(name).value_or(std::string_view());
}

// Content-Length and Transfer-Encoding: exactly one way to say where the body ends (RFC 9112,
// section 6.3).
Result<BodyFraming> framing_of(const HttpRequest& request, const HeadReader& reader) {
  BodyFraming framing;
  if (reader.transfer_encodings > 0) {
    const bool only_chunked =
        reader.transfer_encodings == 1 &&
        equal_ignoring_case(value_of(request, "Transfer-Encoding"), "chunked");
    if (!only_chunked || reader.content_lengths > 0 || request.version < 11) {
      return fail(TransportError::bad_transfer_encoding);
    }
    framing.chunked = true;
  } else if (reader.content_lengths > 0) {
    const std::string_view text = value_of(request, "Content-Length");
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), framing.content_length);
    const bool all_digits = !text.empty() && std::ranges::all_of(text, is_digit);
    if (reader.content_lengths > 1 || !all_digits || error != std::errc() ||
        end != text.data() + text.size()) {
      return fail(TransportError::bad_content_length);
    }
  }
  return framing;
}

// RFC 3986, section 3.2, without the user part, which has no place in HTTP.
constexpr CharacterSet authority_characters("-._~!$&'()*+;=%:[]");

bool is_authority(std::string_view text) noexcept {
  return !text.empty() && authority_characters.contains_all(text);
}

Result<> check_host(HttpRequest& request) {
  const std::size_t count = request.headers.count("Host");
  if (count > 1 || (count == 0 && request.version >= 11)) return fail(TransportError::bad_host);
  if (count == 1 && !is_authority(value_of(request, "Host"))) return fail(TransportError::bad_host);
  return {};
}

// The authority of a target in absolute form, which loses it; nothing when it has another form.
std::string take_authority(std::string& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(std::string_view(target).substr(0, scheme.size()), scheme)) continue;
    const std::size_t end = std::min(target.find_first_of("/?", scheme.size()), target.size());
    std::string authority = target.substr(scheme.size(), end - scheme.size());
    target.erase(0, end);
    if (!target.starts_with('/')) target.insert(0, 1, '/');
    return authority;
  }
  return {};
}

Result<> read_target(HttpRequest& request) {
  std::string& target = request.target;
  if (target.front() != '/' && target != "*") {
    const std::string authority = take_authority(target);
    if (!is_authority(authority)) return fail(TransportError::bad_target);
    request.headers.replace("Host", authority);
  }
  if (target == "*" && request.method != "OPTIONS") return fail(TransportError::bad_target);
  if (target.contains('#')) return fail(TransportError::bad_target);
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  return {};
}

void read_connection(HttpRequest& request) {
  const Headers& headers = request.headers;
  request.keep_alive = request.version >= 11 ? !headers.has_token("Connection", "close")
                                             : headers.has_token("Connection", "keep-alive");
  request.upgrade_requested =
      headers.find("Upgrade").has_value() && headers.has_token("Connection", "upgrade");
}

}  // namespace

Result<> check_request_line(std::string_view line) {
  const auto after_method = line.find(' ');
  const auto before_version = line.rfind(' ');
  if (after_method == std::string_view::npos || after_method == before_version ||
      after_method == 0) {
    return fail(TransportError::bad_request_line);  // HTTP/0.9 ends after the target
  }
  const std::string_view version = line.substr(before_version + 1);
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return {};
  const bool another = version.size() == 8 && version.starts_with("HTTP/") &&
                       is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  return fail(another ? TransportError::unsupported_version : TransportError::bad_request_line);
}

Result<BodyFraming> read_head(std::string_view text, HttpRequest& request) {
  HeadReader reader(request);
  beast::error_code error;
  reader.put(boost::asio::const_buffer(text.data(), text.size()), error);
  if (error) return fail(refusal(error), error.message());
  // The head is complete by the scanner's word; if Beast disagrees, nobody should act on it.
  if (!reader.is_header_done()) return fail(TransportError::bad_header);
  if (const auto host = check_host(request); !host) return std::unexpected(host.error());
  if (const auto target = read_target(request); !target) return std::unexpected(target.error());
  read_connection(request);
  return framing_of(request, reader);
}

}  // namespace quickclinic::transport
