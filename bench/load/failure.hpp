#pragma once

#include <stdexcept>

namespace quickclinic::load {

/// The run cannot be made, or its figures would be worthless: a wrong option, a session lost, an
/// answer that is not the one expected. Thrown from anywhere, through the loop if need be, and
/// caught in `main`, which says it and ends.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace quickclinic::load
