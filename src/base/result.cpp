#include "base/result.hpp"

#include "base/error_table.hpp"

namespace quickclinic {
namespace {

class ConditionCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "condition"; }

  std::string message(int value) const override {
    switch (static_cast<Condition>(value)) {
      case Condition::bad_request:
        return "bad request";
      case Condition::unauthenticated:
        return "unauthenticated";
      case Condition::forbidden:
        return "forbidden";
      case Condition::not_found:
        return "not found";
      case Condition::conflict:
        return "conflict";
      case Condition::too_large:
        return "too large";
      case Condition::rate_limited:
        return "rate limited";
      case Condition::timeout:
        return "timeout";
      case Condition::unavailable:
        return "unavailable";
      case Condition::internal:
        return "internal error";
    }
    return "unknown condition";
  }
};

}  // namespace

const std::error_category& condition_category() noexcept {
  static const ConditionCategory category;
  return category;
}

std::error_condition make_error_condition(Condition condition) noexcept {
  return {static_cast<int>(condition), condition_category()};
}

std::string_view to_code(Condition condition) noexcept {
  switch (condition) {
    case Condition::bad_request:
      return "bad_request";
    case Condition::unauthenticated:
      return "unauthenticated";
    case Condition::forbidden:
      return "forbidden";
    case Condition::not_found:
      return "not_found";
    case Condition::conflict:
      return "conflict";
    case Condition::too_large:
      return "too_large";
    case Condition::rate_limited:
      return "rate_limited";
    case Condition::timeout:
      return "timeout";
    case Condition::unavailable:
      return "unavailable";
    case Condition::internal:
      return "internal";
  }
  return "internal";
}

std::unexpected<Error> fail(Condition condition, std::string words) {
  // A category's own value is its default condition, so the code compares equal to `condition`.
  return std::unexpected(
      Error(std::error_code(static_cast<int>(condition), condition_category()), std::move(words)));
}

Condition Error::condition() const noexcept {
  const std::error_condition found = code.default_error_condition();
  if (found.category() == condition_category()) return static_cast<Condition>(found.value());
  return Condition::internal;
}

std::string Error::describe() const {
  return context.empty() ? code.message() : code.message() + ": " + context;
}

std::string ErrorTable::message(int value) const {
  for (const ErrorEntry& entry : entries_) {
    if (entry.value == value) return std::string(entry.message);
  }
  return "unknown error";
}

std::error_condition ErrorTable::default_error_condition(int value) const noexcept {
  for (const ErrorEntry& entry : entries_) {
    if (entry.value == value) return make_error_condition(entry.condition);
  }
  return make_error_condition(Condition::internal);
}

}  // namespace quickclinic
