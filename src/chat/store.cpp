#include "chat/store.hpp"

#include "base/completion.hpp"

#include <utility>

namespace quickclinic::chat {

Task<Appended> MessageStore::append(NewMessage message) {
  return completion_on<Appended>(
      [this, message = std::move(message)](const asio::any_io_executor& executor,
                                           std::function<void(Result<Appended>)> reply) {
        append(message, executor, std::move(reply));
      });
}

}  // namespace quickclinic::chat
