#include "socketio/error_policy.hpp"

#include "base/log.hpp"
#include "socketio/namespace.hpp"

namespace quickclinic::socketio {
namespace {

json::Object answer_for(const Error& error) {
  const Condition condition = error.condition();
  std::string words = error.context.empty() ? error.code.message() : error.context;
  if (condition == Condition::internal) words = "Internal error";
  return {{"ok", false}, {"error", {{"code", to_code(condition)}, {"message", words}}}};
}

}  // namespace

void answer_error(Socket& socket, std::string_view event, const Error& error, Ack& ack) {
  if (ack.wanted()) {
    ack.send({json::Array{answer_for(error)}, {}});
  } else {
    log::debug("event failed", {{"nsp", socket.nsp().name()},
                                {"socket", socket.id().text()},
                                {"event", event},
                                {"error", error.describe()}});
  }
}

}  // namespace quickclinic::socketio
