#pragma once

#include "engineio/session.hpp"

namespace quickclinic::socketio {

using engineio::Delivery;

/// How an event is sent to one client.
struct EmitOptions {
  Delivery delivery = Delivery::reliable;
  bool compress = true;  ///< let the transport compress it, where that is switched on

  EmitOptions() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): most often it is all there is to say
  EmitOptions(Delivery how) : delivery(how) {}
  EmitOptions(Delivery how, bool may_compress) : delivery(how), compress(may_compress) {}
};

}  // namespace quickclinic::socketio
