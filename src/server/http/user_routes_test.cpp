#include "server/http/user_routes.hpp"

#include "server/http/api_test.hpp"
#include "server/identity/password.hpp"
#include "server/run_blocking.hpp"

namespace quickclinic::server {
namespace {

class HttpLogin : public test::Api {
 protected:
  explicit HttpLogin(const test::Clinic::Adjust& adjust = {}) : Api(1, adjust) {}

  testing::HttpAnswer login(std::string_view email, std::string_view password,
                            std::string_view headers = {}) {
    return post(
        "/api/user/login",
        "{\"email\":\"" + std::string(email) + "\",\"password\":\"" + std::string(password) + "\"}",
        headers);
  }
  // `name=value` of the cookie that an answer sets.
  static std::string set_cookie(const testing::HttpAnswer& answer) {
    const std::string& header = answer.headers.at("set-cookie");
    return header.substr(0, header.find(';'));
  }

  chat::User ana = run_blocking(clinic.store.add_user(
                                    {.email = "Ana@clinic.test",
                                     .name = "Ana",
                                     .password_hash = identity::hash_password("secret", 4).value(),
                                     .role = chat::Role::doctor}))
                       .value();
};

TEST_F(HttpLogin, LetsSomebodyInWithACookie) {
  const auto answer = login(" ana@CLINIC.test", "secret");

  expect(answer, 200,
         "{\"message\":\"Login successful\",\"user\":{\"id\":\"" + ana.id.text() +
             R"(","name":"Ana","email":"Ana@clinic.test","role":"DOCTOR"}})");
  const std::string& cookie = answer.headers.at("set-cookie");
  EXPECT_TRUE(cookie.ends_with("; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax")) << cookie;
  const auto me = get("/api/user/me", "Cookie: " + set_cookie(answer) + "\r\n");
  expect(me, 200,
         "{\"user\":{\"id\":\"" + ana.id.text() +
             R"(","name":"Ana","email":"Ana@clinic.test","role":"DOCTOR"}})");
  EXPECT_EQ(audited(chat::AuditAction::login), ana.id.text() + "   ok\n");
}

TEST_F(HttpLogin, TellsAPageWhoIsInOrThatNobodyIs) {
  const std::string held = "Cookie: " + set_cookie(login("ana@clinic.test", "secret")) + "\r\n";

  expect(get("/api/user/session", held), 200,
         "{\"user\":{\"id\":\"" + ana.id.text() +
             R"(","name":"Ana","email":"Ana@clinic.test","role":"DOCTOR"}})");
  expect(get("/api/user/session"), 200, R"({"user":null})");
  expect(get("/api/user/session", "Cookie: token=none\r\n"), 200, R"({"user":null})");
}

TEST_F(HttpLogin, MakesTheCookieSecureBehindAProxyThatSpeaksTls) {
  const auto answer = login("ana@clinic.test", "secret", "X-Forwarded-Proto: https\r\n");

  EXPECT_TRUE(answer.headers.at("set-cookie").ends_with("; SameSite=Lax; Secure"));
}

TEST_F(HttpLogin, TellsNobodyWhatWasWrong) {
  run_blocking(clinic.store.add_user({.email = "gone@clinic.test",
                                      .name = "Gone",
                                      .password_hash = identity::hash_password("secret", 4).value(),
                                      .role = chat::Role::patient}))
      .value();
  const auto gone = run_blocking(clinic.store.find_user_by_email("gone@clinic.test")).value();
  run_blocking(clinic.store.set_user_active(gone.id, false)).value();

  for (const auto& answer :
       {login("ana@clinic.test", "wrong"), login("nobody@clinic.test", "secret"),
        login("gone@clinic.test", "secret"), login("Bones@clinic.test", "*")}) {
    expect(answer, 401, error("Invalid email or password"));
    EXPECT_FALSE(answer.headers.contains("set-cookie"));
  }
  EXPECT_EQ(audited(chat::AuditAction::login),
            ana.id.text() + "   unauthenticated\n   unauthenticated\n" + gone.id.text() +
                "   unauthenticated\n" + clinic.doctor.id.text() + "   unauthenticated\n");
}

TEST_F(HttpLogin, NeedsBothFieldsAsText) {
  for (const std::string body :
       {"{}", R"({"email":"ana@clinic.test"})", R"({"email":"","password":"x"})",
        R"({"email":" ","password":"x"})", R"({"email":"ana@clinic.test","password":""})",
        R"({"email":["ana@clinic.test"],"password":"secret"})",
        R"({"email":"ana@clinic.test","password":{"$ne":""}})"}) {
    expect(post("/api/user/login", body), 400, error("email and password are required"));
  }
}

TEST_F(HttpLogin, SlowsDownWhoGuesses) {
  testing::HttpAnswer last;
  for (int i = 0; i < 20 && last.status != 429; ++i) last = login("ANA@clinic.test ", "wrong");

  expect(last, 429, error("Rate limit exceeded"));
  EXPECT_GE(std::stoi(last.headers.at("retry-after")), 1);
  expect(login("ana@clinic.test", "secret"), 429, error("Rate limit exceeded"));
  expect(login("bones@clinic.test", "wrong"), 401, error("Invalid email or password"));
}

TEST_F(HttpLogin, SaysThatTheDatabaseCannotBeAsked) {
  clinic.fail(chat::StoreError::unavailable);

  expect(login("ana@clinic.test", "secret"), 503, error("Service unavailable"));
  expect(get("/api/user/me", bearer(ana)), 503, error("Service unavailable"));
  expect(get("/api/user/session", bearer(ana)), 503, error("Service unavailable"));
  expect(request("POST", "/api/user/logout", {}, bearer(ana)), 503, error("Service unavailable"));
}

class HttpLoginElsewhere : public HttpLogin {
 protected:
  HttpLoginElsewhere()
      : HttpLogin([](settings::Settings& settings) { settings.jwt_secret = std::nullopt; }) {}
};

TEST_F(HttpLoginElsewhere, IsNotThereWithoutASecretToSignWith) {
  expect(login("ana@clinic.test", "secret"), 404, error("Not found"));
}

TEST_F(HttpLogin, LogoutClearsTheCookieAndRevokesTheToken) {
  const std::string held = "Cookie: " + set_cookie(login("ana@clinic.test", "secret")) + "\r\n";

  const auto answer = request("POST", "/api/user/logout", {}, held);

  expect(answer, 200, R"({"message":"Logged out"})");
  EXPECT_EQ(answer.headers.at("set-cookie"), "token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
  expect(get("/api/user/me", held), 401, error("Unauthorized"));
  EXPECT_EQ(audited(chat::AuditAction::logout), ana.id.text() + "   ok\n");
}

TEST_F(HttpLogin, LogoutClearsWhatIsNoTokenAnyMore) {
  for (const std::string held : {"", "Cookie: token=rubbish\r\n"}) {
    const auto answer = request("POST", "/api/user/logout", {}, held);
    expect(answer, 200, R"({"message":"Logged out"})");
    EXPECT_TRUE(answer.headers.at("set-cookie").starts_with("token=; "));
  }
}

TEST_F(HttpLogin, WritesThatRestOnTheCookieAreNotForForeignPages) {
  const std::string foreign = "Origin: https://evil.test\r\n";

  expect(request("POST", "/api/user/logout", {}, cookie(ana) + foreign), 403, error("Forbidden"));
  expect(request("POST", "/api/user/logout", {}, bearer(ana) + foreign), 200,
         R"({"message":"Logged out"})");
  const std::string own = "Origin: http://localhost:3000\r\n";
  expect(request("POST", "/api/user/logout", {}, cookie(ana) + own), 200,
         R"({"message":"Logged out"})");
}

class HttpIdentity : public test::Api {};

TEST_F(HttpIdentity, ComesFromTheHeaderTheCookieOrTheQueryInThisOrder) {
  const auto who = [](const testing::HttpAnswer& answer) { return field(answer.body, "name"); };
  const std::string query = "/api/user/me?token=" + clinic.token(clinic.admin);

  EXPECT_EQ(who(get(query)), "Ada");
  EXPECT_EQ(who(get(query, cookie(clinic.patient))), "Pat");
  EXPECT_EQ(who(get(query, cookie(clinic.patient) + bearer(clinic.doctor))), "Bones");
  expect(get(query, "Authorization: Bearer rubbish\r\n" + cookie(clinic.patient)), 401,
         error("Unauthorized"));
}

TEST_F(HttpIdentity, IsRefusedAlikeForWhateverReason) {
  run_blocking(clinic.store.set_user_active(clinic.patient.id, false)).value();
  const chat::User stranger{
      .id = chat::UserId("nobody"), .email = "", .name = "", .created_at = {}};

  for (const std::string& headers :
       {std::string(), bearer(clinic.patient), bearer(stranger),
        "Authorization: Bearer " + clinic.token(clinic.doctor, std::chrono::seconds(-10)) + "\r\n",
        std::string("Authorization: Bearer\r\n"), std::string("Cookie: token=a.b.c\r\n")}) {
    expect(get("/api/user/me", headers), 401, error("Unauthorized"));
  }
  expect(get("/api/user/me?token=a&token=b", {}), 401, error("Unauthorized"));
}

}  // namespace
}  // namespace quickclinic::server
