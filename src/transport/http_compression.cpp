#include "transport/http_compression.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::transport {
namespace {

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// RFC 9110, section 12.4.2: `0`, `0.123`, `1`, `1.000`. In thousandths; what is malformed is a
// refusal.
int quality(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int thousandths = (text[0] - '0') * 1000;
  int place = 100;
  for (const char digit : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (digit < '0' || digit > '9') return 0;
    thousandths += (digit - '0') * place;
    place /= 10;
  }
  return thousandths <= 1000 ? thousandths : 0;
}

// The elements of Accept-Encoding, one after the other.
struct Wishes : CodingWishes {
  int others = -1;  // `*`

  void take(std::string_view element) noexcept {
    const auto semicolon = element.find(';');
    const std::string_view coding = trim(element.substr(0, semicolon));
    int wish = 1000;
    if (semicolon != std::string_view::npos) {
      const std::string_view weight = trim(element.substr(semicolon + 1));
      const bool well_formed = weight.starts_with("q=") || weight.starts_with("Q=");
      wish = well_formed ? quality(trim(weight.substr(2))) : 0;
    }
    if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) {
      gzip = wish;
    } else if (equal_ignoring_case(coding, "br")) {
      brotli = wish;
    } else if (equal_ignoring_case(coding, "deflate")) {
      deflate = wish;
    } else if (equal_ignoring_case(coding, "identity")) {
      identity = wish;
    } else if (coding == "*") {
      others = wish;
    }
  }
};

bool has_header(const HttpResponse& response, std::string_view name) noexcept {
  return std::ranges::any_of(response.headers, [&](const auto& header) {
    return equal_ignoring_case(header.first, name);
  });
}

}  // namespace

CodingWishes coding_wishes(const Headers& request) noexcept {
  Wishes wishes;
  for (const Header header : request) {
    if (!equal_ignoring_case(header.name, "Accept-Encoding")) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      wishes.take(rest.substr(0, comma));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
  }
  for (int* wish : {&wishes.brotli, &wishes.gzip, &wishes.deflate}) {
    if (*wish < 0) *wish = wishes.others;
  }
  return static_cast<CodingWishes>(wishes);
}

ContentCoding preferred_coding(const Headers& request) noexcept {
  const CodingWishes wishes = coding_wishes(request);
  const int best = std::max(wishes.gzip, wishes.deflate);
  if (best <= 0 || wishes.identity > best) return ContentCoding::identity;
  return wishes.gzip == best ? ContentCoding::gzip : ContentCoding::deflate;
}

Deflater& HttpCompressor::deflater(ContentCoding coding) {
  const bool gzip = coding == ContentCoding::gzip;
  std::optional<Deflater>& wanted = gzip ? gzip_ : deflate_;
  if (!wanted) {
    // The coding called "deflate" is zlib's frame (RFC 9110, section 8.4.1.2).
    wanted.emplace(DeflateParameters{.format = gzip ? DeflateFormat::gzip : DeflateFormat::zlib,
                                     .level = settings_.level});
  }
  return *wanted;
}

void HttpCompressor::compress(HttpResponse& response, ContentCoding coding) {
  if (!settings_.enabled || response.body.size() < settings_.threshold_bytes) return;
  if (has_header(response, "Content-Encoding")) return;
  // Also where this client wants none: a cache must not give it to one that wants.
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (coding == ContentCoding::identity) return;
  std::string smaller;
  if (!deflater(coding).compress_alone(response.body, smaller)) return;
  if (smaller.size() >= response.body.size()) return;
  response.body = std::move(smaller);
  response.headers.emplace_back("Content-Encoding",
                                coding == ContentCoding::gzip ? "gzip" : "deflate");
  for (auto& [name, value] : response.headers) {
    if (equal_ignoring_case(name, "ETag") && value.starts_with('"')) value.insert(0, "W/");
  }
}

}  // namespace quickclinic::transport
