#pragma once

#include "base/result.hpp"

#include <system_error>

namespace quickclinic::cluster {

/// What goes wrong between the nodes of a cluster.
enum class ClusterError {
  malformed = 1,  ///< another program published what is no message of an adapter
  too_large,      ///< a message of more than `message_bytes_max`
  no_answer,      ///< another node was asked, and did not answer in time
};
std::error_code make_error_code(ClusterError error) noexcept;

}  // namespace quickclinic::cluster

template <>
struct std::is_error_code_enum<quickclinic::cluster::ClusterError> : std::true_type {};
