#include "server/token_for.hpp"

#include "server/identity/token_verifier.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

using std::chrono::hours;

const chat::User doctor{.id = chat::UserId("d1"),
                        .email = "dr@clinic.test",
                        .name = "Dr. Bones",
                        .role = chat::Role::doctor,
                        .active = true,
                        .created_at = {}};

TEST(TokenFor, MakesATokenThatTheServerTakesUntilItExpires) {
  const std::string secret(32, 's');
  settings::Settings settings;
  settings.jwt_secret = settings::Secret(secret);
  const auto verifier = identity::TokenVerifier::create({.secret = secret, .public_key_pem = {}});

  const auto token = token_for(settings, doctor, hours(1));

  ASSERT_TRUE(token);
  const auto claims = verifier->verify(*token, wall_now());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->user, doctor.id);
  EXPECT_FALSE(verifier->verify(*token, wall_now() + hours(1) + std::chrono::minutes(5)));
}

TEST(TokenFor, NamesTheSettingThatIsMissing) {
  const auto token = token_for({}, doctor, hours(1));

  ASSERT_FALSE(token);
  EXPECT_NE(token.error().context.find("JWT_SECRET"), std::string::npos);
}

}  // namespace
}  // namespace quickclinic::server
