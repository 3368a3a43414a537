#pragma once

#include "base/result.hpp"
#include "server/settings/settings.hpp"
#include "store/sqlite/demo_clinic.hpp"

#include <string>

namespace quickclinic::server {

/// Gives the settings a secret of their own when the operator has set none: made once, and kept in
/// the data folder, readable by its owner only, so that tokens outlive a restart.
Result<> settle_demo_secret(settings::Settings& settings);

/// Makes the demo clinic in an empty database. Blocks.
Result<store::DemoClinic> open_demo_clinic(const settings::Settings& settings);

/// What `./run` shows: accounts with a token each, the address to open when there are pages to be
/// seen, and how to watch two of them chat. Also leaves it in `demo.json` in the data folder, for
/// `examples/watch`.
Result<std::string> introduce_demo(const settings::Settings& settings,
                                   const store::DemoClinic& clinic, const std::string& url,
                                   bool has_pages);

}  // namespace quickclinic::server
