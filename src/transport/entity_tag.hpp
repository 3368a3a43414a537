#pragma once

#include <string_view>

namespace quickclinic::transport {

/// Whether an `If-None-Match` names `tag`, quotes included: `*` or a list of tags, compared without
/// regard to weakness (RFC 9110, section 13.1.2).
bool names_tag(std::string_view if_none_match, std::string_view tag) noexcept;

}  // namespace quickclinic::transport
