#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::json {

/// The double nearest to a number of JSON, every bit of it, as `JSON.parse` reads it. Nothing when
/// it is larger than any double; what is too small for one is zero. `text` must have the form of a
/// JSON number.
std::optional<double> parse_double(std::string_view text);

/// Appends `number` exactly as `JSON.stringify` writes it: the fewest digits that mean this double,
/// an exponent only from 1e21 on and below 1e-6, `0` for minus zero, `null` for what is not finite.
void append_double(std::string& out, double number);

void append_integer(std::string& out, std::int64_t number);
void append_integer(std::string& out, std::uint64_t number);

}  // namespace quickclinic::json
