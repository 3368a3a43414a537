#pragma once

#include "socketio/callbacks.hpp"
#include "socketio/server.hpp"
#include "socketio/shard_link.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace quickclinic::socketio {

enum class Shards {
  all,    ///< this one at once, the others when they come to it
  others  ///< all but this one
};

/// Runs `call` on shards of this process. It is copied to each of them, so it holds values only.
void on_shards(Server& here, Shards which, const std::function<void(Server&)>& call);

/// Calls what waits under `id` on the shard `home`, from another shard's thread or from its own.
template <class... Arguments>
void call_back(Server& from, unsigned home, Callbacks::Id id, Arguments... arguments) {
  ShardLink* link = from.link();
  if (link == nullptr || link->shard() == home) {
    from.callbacks().call(id, std::move(arguments)...);
    return;
  }
  link->run_on(home, [id, ... values = std::move(arguments)](Server& there) mutable {
    there.callbacks().call(id, std::move(values)...);
  });
}

/// Asks shards, and calls `done` here with what they answer, in any order.
template <class Part>
void gather(Server& here, Shards which, std::function<Part(Server&)> ask,
            std::function<void(std::vector<Part>)> done) {
  struct Gathering {
    std::function<void(std::vector<Part>)> done;
    std::vector<Part> parts;
    Callbacks::Id id = 0;
  };
  const std::size_t shards = here.link() == nullptr ? 1 : here.link()->shards();
  const std::size_t owed = which == Shards::all ? shards : shards - 1;
  if (owed == 0) {
    done({});
    return;
  }
  const auto gathering = std::make_shared<Gathering>();  // owner: the callback
  gathering->done = std::move(done);
  gathering->id = here.callbacks().open(
      std::function<void(Part)>([gathering, owed, &callbacks = here.callbacks()](Part part) {
        gathering->parts.push_back(std::move(part));
        if (gathering->parts.size() < owed) return;
        callbacks.close(gathering->id);
        gathering->done(std::move(gathering->parts));
      }));
  on_shards(here, which,
            [ask = std::move(ask), home = here.shard(), id = gathering->id](Server& shard) {
              call_back(shard, home, id, ask(shard));
            });
}

}  // namespace quickclinic::socketio
