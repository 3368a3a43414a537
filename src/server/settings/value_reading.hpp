#pragma once

#include "server/settings/settings.hpp"

#include <charconv>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

/// How the text of a setting becomes a field of `Settings`.
namespace quickclinic::settings {

/// Nothing, or what the value must be instead: "must be …", to stand behind the setting's name.
using Reading = std::expected<void, std::string>;

/// Reads a value into its field. Values are never empty.
using ReadValue = Reading (*)(std::string_view value, Settings& into);

/// The whole of `text` as a decimal number.
std::optional<std::int64_t> parse_integer(std::string_view text);

std::string range_complaint(std::int64_t least, std::int64_t most);

template <class Field>
struct FieldType {
  using type = Field;
};
template <class Field>
struct FieldType<std::optional<Field>> {
  using type = Field;
};

/// A number or a duration, counted in the field's own unit.
template <auto member, std::int64_t least, std::int64_t most>
Reading read_number(std::string_view value, Settings& into) {
  const auto number = parse_integer(value);
  if (!number || *number < least || *number > most) {
    return std::unexpected(range_complaint(least, most));
  }
  using Field = typename FieldType<std::remove_reference_t<decltype(into.*member)>>::type;
  into.*member = static_cast<Field>(*number);
  return {};
}

std::optional<bool> parse_boolean(std::string_view text);

template <bool Settings::* member>
Reading read_boolean(std::string_view value, Settings& into) {
  const auto flag = parse_boolean(value);
  if (!flag) return std::unexpected("must be true or false");
  into.*member = *flag;
  return {};
}

template <Rate Settings::* member>
Reading read_rate(std::string_view value, Settings& into) {
  const auto rate = Rate::parse(value);
  if (!rate) return std::unexpected("must be a rate such as 30/1m, 5/s or 100/10s, or off");
  into.*member = *rate;
  return {};
}

Reading read_trust_proxy(std::string_view value, Settings& into);
Reading read_host(std::string_view value, Settings& into);
Reading read_data_folder(std::string_view value, Settings& into);
Reading read_database_url(std::string_view value, Settings& into);
Reading read_frontend_url(std::string_view value, Settings& into);
Reading read_tls_certificate(std::string_view value, Settings& into);
Reading read_tls_key(std::string_view value, Settings& into);
Reading read_jwt_secret(std::string_view value, Settings& into);
/// Takes PEM text, with line ends or `\n` in it, or a path; telling them apart is `load`'s.
Reading read_jwt_public_key(std::string_view value, Settings& into);
Reading read_internal_api_key(std::string_view value, Settings& into);
Reading read_redis_url(std::string_view value, Settings& into);
Reading read_redis_adapter(std::string_view value, Settings& into);
Reading read_cluster_advertise(std::string_view value, Settings& into);
Reading read_otlp_endpoint(std::string_view value, Settings& into);
Reading read_service_name(std::string_view value, Settings& into);
Reading read_trace_ratio(std::string_view value, Settings& into);
Reading read_log_level(std::string_view value, Settings& into);
Reading read_log_format(std::string_view value, Settings& into);

}  // namespace quickclinic::settings
