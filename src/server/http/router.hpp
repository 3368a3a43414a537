#pragma once

#include "base/log.hpp"
#include "base/task.hpp"
#include "server/http/exchange.hpp"
#include "server/http/reply.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::server {

/// Which handler answers which path and method. Filled before the shard runs; belongs to it.
class Router {
 public:
  /// What a handler has to say; nothing: somebody else will answer the exchange.
  using Answer = std::optional<Reply>;
  using Handler = std::function<Task<Answer>(ExchangePtr)>;

  /// `pattern` is a path in which `{}` stands for a segment of its own. GET answers HEAD too.
  /// `log_level` is that of the line that each request leaves.
  void add(std::string_view method, std::string_view pattern, Handler handler,
           log::Level log_level = log::Level::info);

  /// Who answers requests to paths that nobody was added for, in place of 404.
  void set_fallback(std::function<void(ExchangePtr)> fallback) { fallback_ = std::move(fallback); }

  /// Answers the request, sooner or later: by its handler, or 404 for an unknown path, 405 for a
  /// method that the path has not, and OPTIONS with those it has. What a handler fails with or
  /// throws is answered too.
  void serve(const asio::any_io_executor& executor, ExchangePtr exchange) const;

 private:
  struct Resource {
    std::string pattern;
    std::vector<std::string> segments;
    log::Level log_level;
    std::vector<std::pair<std::string, Handler>> methods;
  };

  const Resource* find(std::string_view path, std::vector<std::string>& parameters) const;

  std::vector<Resource> resources_;
  std::function<void(ExchangePtr)> fallback_;
};

}  // namespace quickclinic::server
