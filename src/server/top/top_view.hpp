#pragma once

#include "server/top/scrape.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server {

/// How much room there is. Whatever does not fit is cut off at the right, or left out below.
struct Screen {
  std::size_t columns = 0;  ///< 0: as many as are needed
  std::size_t rows = 0;     ///< likewise
};

/// What `quickclinic top` shows of a server: what it did between two scrapes, and how it stands
/// now. Lines of plain ASCII, without line ends.
std::vector<std::string> top_lines(std::string_view url, const Scrape& before, const Scrape& now,
                                   Screen screen);

}  // namespace quickclinic::server
