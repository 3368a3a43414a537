#include "cluster/redis/sentinels.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace quickclinic::redis {
namespace {

// `[host, port]`, both texts.
std::optional<Address> address_in(const Reply& reply) {
  if (!reply.is_list(2)) return std::nullopt;
  Address address{.host = reply.items[0].text, .port = 0};
  const std::string& port = reply.items[1].text;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  if (address.host.empty() || address.port == 0) return std::nullopt;
  return address;
}

}  // namespace

Sentinels::Sentinels(boost::asio::any_io_executor executor, Introduction introduction,
                     std::vector<Address> addresses, std::string master)
    : executor_(std::move(executor)),
      introduction_(std::move(introduction)),
      addresses_(std::move(addresses)),
      master_(std::move(master)),
      timer_(executor_) {}

Sentinels::~Sentinels() {
  timer_.cancel();
  for (const auto& search : searches_) {
    if (search->connection != nullptr) search->connection->close();
  }
}

void Sentinels::find(std::function<void(Result<Address>)> done) {
  const auto search = std::make_shared<Search>(
      Search{.done = std::move(done),
             .tried = 0,
             .why = fail(Condition::unavailable, "no sentinel answers").error()});
  searches_.push_back(search);
  ask_next(search);
}

void Sentinels::ask_next(const std::shared_ptr<Search>& search) {
  const Address& address = addresses_[(first_ + search->tried) % addresses_.size()];
  search->connection =
      Connection::dial(executor_, introduction_, Connection::Role::asks, address,
                       {.ready = [this, search] { ask(search, *search->connection); },
                        .heard = {},
                        .lost = [this, search](const Error& reason) { failed(search, reason); }});
}

void Sentinels::ask(const std::shared_ptr<Search>& search, Connection& connection) {
  connection.ask({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_},
                 [this, search](const Result<Reply>& reply) {
                   if (reply) answered(search, *reply);  // else it is lost, which is told, too
                 });
}

void Sentinels::answered(const std::shared_ptr<Search>& search, const Reply& reply) {
  const std::optional<Address> address = address_in(reply);
  search->connection->close();
  if (!address) {
    failed(search, fail(Condition::unavailable, reply.is_error() ? reply.text
                                                                 : "the sentinel knows no master "
                                                                   "of this name")
                       .error());
    return;
  }
  first_ = (first_ + search->tried) % addresses_.size();
  end(search, *address);
}

void Sentinels::failed(const std::shared_ptr<Search>& search, const Error& reason) {
  const Address& address = addresses_[(first_ + search->tried) % addresses_.size()];
  search->why = Error(reason.code, reason.context + " (sentinel " + address.text() + ")");
  if (++search->tried < addresses_.size()) {
    ask_next(search);
  } else {
    end(search, std::unexpected(search->why));
  }
}

void Sentinels::end(const std::shared_ptr<Search>& search, Result<Address> found) {
  std::erase(searches_, search);
  search->connection.reset();
  search->done(std::move(found));
}

void Sentinels::watch(std::function<Address()> known, std::function<void(const Address&)> moved) {
  known_ = std::move(known);
  moved_ = std::move(moved);
  look_later();
}

void Sentinels::look_later() {
  timer_.expires_after(look_interval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    find([this](const Result<Address>& found) {
      if (found && *found != known_()) moved_(*found);
      look_later();
    });
  });
}

}  // namespace quickclinic::redis
