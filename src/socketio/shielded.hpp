#pragma once

#include <functional>
#include <string_view>

namespace quickclinic::socketio {

/// Runs a handler of the application. False when it threw, which is logged: the application's fault
/// must not become everybody's.
bool shielded(std::string_view nsp, std::string_view kind, const std::function<void()>& call);

}  // namespace quickclinic::socketio
