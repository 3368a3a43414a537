#include "socketio/shielded.hpp"

#include "base/log.hpp"

#include <exception>

namespace quickclinic::socketio {

bool shielded(std::string_view nsp, std::string_view kind, const std::function<void()>& call) {
  try {
    call();
    return true;
  } catch (const std::exception& error) {
    log::error("handler threw", {{"nsp", nsp}, {"kind", kind}, {"what", error.what()}});
  } catch (...) {
    log::error("handler threw", {{"nsp", nsp}, {"kind", kind}});
  }
  return false;
}

}  // namespace quickclinic::socketio
