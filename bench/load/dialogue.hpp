#pragma once

#include "load/crowd.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace quickclinic::load {

/// What the sessions of an exchange ask, and how they know the answer. Each session has a fixed
/// number of slots, with at most one request under way in each.
class Dialogue {
 public:
  virtual ~Dialogue() = default;

  virtual Session::Identity identify(std::size_t number) const = 0;
  /// Valid until the next call.
  virtual const Outgoing& request(std::size_t session, std::size_t slot) = 0;
  /// The slot that `packet` answers, or nothing when it answers none; `oldest` is the slot longest
  /// under way. Throws `Failure` for a wrong answer.
  virtual std::optional<std::size_t> answered(std::string_view packet,
                                              std::size_t oldest) const = 0;
};

/// For `echo`, `ack`, `chat` and `history`.
std::unique_ptr<Dialogue> make_dialogue(const Options& options, std::size_t slots);

}  // namespace quickclinic::load
