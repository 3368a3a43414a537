#pragma once

#include <span>

namespace quickclinic::store {

enum class Speaker { doctor, patient };

struct DemoLine {
  Speaker speaker;
  /// `{doctor}`, `{patient}`, `{day}` and `{hour}` stand for what the conversation is about this
  /// time.
  const char* text;
};

/// A short conversation about one everyday matter, as doctors and their patients write between
/// visits.
using DemoTalk = std::span<const DemoLine>;

std::span<const DemoTalk> demo_talks() noexcept;

}  // namespace quickclinic::store
