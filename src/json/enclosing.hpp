#pragma once

#include "json/json.hpp"

#include <cstddef>
#include <string_view>

namespace quickclinic::json {

/// As `parse_lenient`, for text of which other JSON is a part: servers pack what their clients sent
/// into messages to each other, and what was just within the depth has to come through. `levels` is
/// how many more there may be.
Result<Lenient> parse_enclosing(std::string_view text, std::size_t levels, Storage storage = {});

}  // namespace quickclinic::json
