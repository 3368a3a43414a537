#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::socketio {

/// Runs a handler of the application. False when it threw, which is logged: the application's fault
/// must not become everybody's.
bool shielded(std::string_view nsp, std::string_view kind, const std::function<void()>& call);

/// `callback` as one that throws nothing, to be called later. Empty when it is.
template <class... Arguments>
std::function<void(Arguments...)> shielded_callback(const std::string& nsp,
                                                    std::function<void(Arguments...)> callback) {
  if (!callback) return {};
  return [nsp, callback = std::move(callback)](Arguments... arguments) {
    shielded(nsp, "callback", [&] { callback(std::move(arguments)...); });
  };
}

}  // namespace quickclinic::socketio
