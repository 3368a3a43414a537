#include "cluster/error.hpp"

#include "base/error_table.hpp"

#include <array>

namespace quickclinic::cluster {
namespace {

constexpr std::array entries = {
    ErrorEntry{static_cast<int>(ClusterError::malformed), "malformed message of another node",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(ClusterError::too_large), "message of another node is too large",
               Condition::too_large},
    ErrorEntry{static_cast<int>(ClusterError::no_answer), "another node did not answer in time",
               Condition::timeout},
};

}  // namespace

std::error_code make_error_code(ClusterError error) noexcept {
  static const ErrorTable table("cluster", entries);
  return {static_cast<int>(error), table};
}

}  // namespace quickclinic::cluster
