// The adapters for clusters keep the contract, whichever dialect they speak.
#include "cluster/classic_dialect.hpp"
#include "cluster/pub_sub_adapter.hpp"
#include "cluster/sharded_dialect.hpp"
#include "socketio/server.hpp"
#include "tests/integration/adapter_contract.hpp"
#include "tests/support/memory_pub_sub.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace quickclinic::testing {
namespace {

using cluster::ClassicDialect;
using cluster::Dialect;
using cluster::RoomChannels;
using cluster::ShardedDialect;

socketio::AdapterFactory network(std::function<std::unique_ptr<Dialect>()> dialect) {
  auto broker = std::make_shared<MemoryBroker>();
  return [broker, dialect = std::move(dialect)](socketio::Node& node) {
    auto member = std::make_unique<MemoryBroker::Member>(broker, node.server().executor());
    return std::make_unique<cluster::PubSubAdapter>(
        node, dialect(), std::move(member),
        cluster::AdapterOptions{.requests_timeout = std::chrono::milliseconds(500),
                                .counters = {}});
  };
}

socketio::AdapterFactory classic() {
  return network([] { return std::make_unique<ClassicDialect>(); });
}

socketio::AdapterFactory classic_answering_apart() {
  return network([] {
    return std::make_unique<ClassicDialect>(cluster::ClassicOptions{.answer_apart = true});
  });
}

template <RoomChannels rooms>
socketio::AdapterFactory sharded() {
  return network(
      [] { return std::make_unique<ShardedDialect>(cluster::ShardedOptions{.rooms = rooms}); });
}

INSTANTIATE_TEST_SUITE_P(
    Cluster, AdapterContract,
    ::testing::Values(AdapterKind{"classic", classic, 2},
                      AdapterKind{"classic_answering_apart", classic_answering_apart, 1},
                      AdapterKind{"sharded", sharded<RoomChannels::dynamic>, 2},
                      AdapterKind{"sharded_with_all_rooms_apart", sharded<RoomChannels::all>, 1},
                      AdapterKind{"sharded_with_no_room_apart", sharded<RoomChannels::none>, 1}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace quickclinic::testing
