// The same, and those of our own headers that cost most to read: for the sanitizers' builds alone,
// which compile everything anew most of the time. Elsewhere a change of one of these would compile
// everything for nothing.
#pragma once

#include "chat/audit.hpp"
#include "chat/store.hpp"
#include "precompiled.hpp"
#include "socketio/server.hpp"
#include "socketio/typed_handler.hpp"
