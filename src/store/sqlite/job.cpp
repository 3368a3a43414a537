#include "store/sqlite/job.hpp"

#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <algorithm>

namespace quickclinic::store {

void resume_all(Jobs jobs) {
  // As many groups as there are shards: few enough to be searched one by one.
  std::vector<Jobs> groups;
  for (auto& job : jobs) {
    const auto same = [&job](const Jobs& group) {
      return group.front()->executor() == job->executor();
    };
    auto group = std::ranges::find_if(groups, same);
    if (group == groups.end()) group = groups.insert(groups.end(), Jobs());
    group->push_back(std::move(job));
  }
  for (auto& group : groups) {
    const auto executor = group.front()->executor();
    // Keeps the loop running until `post` has returned: the last caller may be all that it runs
    // for, and whoever owns it may destroy it as soon as it has stopped, while this thread is still
    // waking it.
    const auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    asio::post(executor, [callers = std::move(group)]() mutable {
      for (auto& caller : callers) {
        const auto finished = std::move(caller);
        finished->resume();
      }
    });
  }
}

}  // namespace quickclinic::store
