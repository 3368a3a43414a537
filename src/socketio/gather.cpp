#include "socketio/gather.hpp"

namespace quickclinic::socketio {

void on_shards(Server& here, Shards which, const std::function<void(Server&)>& call) {
  if (which == Shards::all) call(here);
  ShardLink* link = here.link();
  if (link == nullptr) return;
  for (unsigned i = 0; i < link->shards(); ++i) {
    if (i != link->shard()) link->run_on(i, call);
  }
}

}  // namespace quickclinic::socketio
