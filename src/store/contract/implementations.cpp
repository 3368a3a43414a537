#include "store/contract/store_contract.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/memory/memory_store.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <filesystem>
#include <utility>

namespace quickclinic::store {
namespace {

class Memory final : public StoreUnderTest {
 public:
  explicit Memory(std::function<WallTime()> now) : store_(std::move(now)) {}
  chat::MessageStore& messages() override { return store_; }
  chat::Directory& directory() override { return store_; }

 private:
  MemoryStore store_;
};

class Sqlite final : public StoreUnderTest {
 public:
  explicit Sqlite(std::function<WallTime()> now)
      : store_(SqliteStore::open({.path = folder_.path() / "clinic.db", .wall_now = std::move(now)})
                   .value()) {}
  chat::MessageStore& messages() override { return *store_; }
  chat::Directory& directory() override { return *store_; }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

template <class Store>
Implementation implementation(std::string name) {
  return {.name = std::move(name),
          .open = [](std::function<WallTime()> now) -> std::unique_ptr<StoreUnderTest> {
            return std::make_unique<Store>(std::move(now));
          }};
}

}  // namespace

std::vector<Implementation> implementations() {
  return {implementation<Memory>("Memory"), implementation<Sqlite>("Sqlite")};
}

}  // namespace quickclinic::store
