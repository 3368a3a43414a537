#include "store/postgres/link.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unordered_map>
#include <utility>

namespace quickclinic::postgres {

namespace {

// What a loop's context keeps: its link of each store, by the store's address.
class LinkService final : public asio::execution_context::service {
 public:
  using key_type = LinkService;
  inline static asio::execution_context::id id;

  explicit LinkService(asio::execution_context& context)
      : asio::execution_context::service(context) {}

  std::unique_ptr<Link>& of(const Links* store) { return links_[store]; }

 private:
  void shutdown() override { links_.clear(); }

  std::unordered_map<const Links*, std::unique_ptr<Link>> links_;
};

}  // namespace

Link& Links::of(const asio::any_io_executor& executor) {
  asio::execution_context& context = asio::query(executor, asio::execution::context);
  std::unique_ptr<Link>& link = asio::use_service<LinkService>(context).of(this);
  if (link == nullptr) link = make_(executor);
  return *link;
}

Link* Links::find(const asio::any_io_executor& executor) const {
  asio::execution_context& context = asio::query(executor, asio::execution::context);
  return asio::use_service<LinkService>(context).of(this).get();
}

void Link::measure(chat::StoreMeasures& measures) const {
  appends.measure(measures);
  // A batch of messages is one request of its lane, and is counted above.
  measures.reads_waiting += reads.outstanding();
  for (const Lane* lane : {&writes, &more_appends, &reads}) {
    measures.refused += lane->refused();
    measures.connections += lane->is_open() ? 1 : 0;
  }
}

Task<Rows> ask(Links& links, LaneChoice choice, Statement statement, Parameters parameters) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Link& link = links.of(executor);
  Lane& lane = choice == LaneChoice::read ? link.reads : link.writes;
  auto begin = [](auto handler, Lane& chosen, Statement todo, Parameters values) {
    chosen.ask(todo, std::move(values), [handler = std::move(handler)](Result<Rows> rows) mutable {
      std::move(handler)(std::move(rows));
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<Rows>)>(
      begin, asio::use_awaitable, std::ref(lane), statement, std::move(parameters));
}

}  // namespace quickclinic::postgres
