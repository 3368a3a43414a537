#include "server/password_pool.hpp"

#include "server/error_reply.hpp"
#include "server/identity/password.hpp"
#include "server/run_blocking.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace quickclinic::server {
namespace {

const std::string hash = identity::hash_password("secret", 4).value();

TEST(PasswordPool, TellsWhetherAHashIsOfAPassword) {
  PasswordPool pool;

  EXPECT_TRUE(run_blocking(pool.check("secret", hash)).value());
  EXPECT_FALSE(run_blocking(pool.check("Secret", hash)).value());
}

TEST(PasswordPool, LetsNobodyInWithoutAHash) {
  PasswordPool pool;

  for (const std::optional<std::string>& none :
       {std::optional<std::string>(), std::optional<std::string>("*"),
        std::optional<std::string>(""), std::optional<std::string>("secret")}) {
    EXPECT_FALSE(run_blocking(pool.check("secret", none)).value());
  }
}

TEST(PasswordPool, RefusesWhenTooManyWaitAndAnswersAllOthers) {
  PasswordPool pool({.threads = 1, .waiting_max = 2});
  boost::asio::io_context loop;
  std::vector<Result<bool>> answers;
  for (int i = 0; i < 10; ++i) {
    boost::asio::co_spawn(loop, pool.check("secret", hash),
                          [&](const std::exception_ptr&, Result<bool> answer) {
                            answers.push_back(std::move(answer));
                          });
  }
  loop.run();

  ASSERT_EQ(answers.size(), 10U);
  std::size_t refused = 0;
  for (const auto& answer : answers) {
    if (answer) {
      EXPECT_TRUE(*answer);
    } else {
      EXPECT_EQ(answer.error().code, ServerError::service_unavailable);
      ++refused;
    }
  }
  EXPECT_GE(refused, 1U);
  EXPECT_LE(refused, 8U);
}

TEST(PasswordPool, RefusesAfterItsEnd) {
  PasswordPool pool;
  pool.stop();
  pool.stop();

  EXPECT_EQ(run_blocking(pool.check("secret", hash)).error().code,
            ServerError::service_unavailable);
}

}  // namespace
}  // namespace quickclinic::server
