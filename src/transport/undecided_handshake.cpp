#include "transport/undecided_handshake.hpp"

#include "transport/engine_endpoint.hpp"

#include <utility>

namespace quickclinic::transport {

UndecidedHandshake::UndecidedHandshake(EngineEndpoint& endpoint, std::uint64_t ticket,
                                       Connection& connection, Opening opening)
    : endpoint_(endpoint),
      ticket_(ticket),
      connection_(connection),
      opening_(std::move(opening)),
      timer_(
          [](void* self, TimePoint) {
            const auto& late = *static_cast<UndecidedHandshake*>(self);
            late.endpoint_.decide(late.ticket_, std::string());
          },
          this) {}

bool UndecidedHandshake::asked() noexcept {
  asking_ = false;
  return decided_;
}

bool UndecidedHandshake::decide(std::optional<std::string> refusal) {
  if (std::exchange(decided_, true)) return false;
  refusal_ = std::move(refusal);
  return !asking_;
}

void UndecidedHandshake::connection_lost(Connection&) { endpoint_.forget(ticket_); }

}  // namespace quickclinic::transport
