#include "server/web/pack.hpp"

#include "server/web/site.hpp"
#include "server/web/test_pack.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::web {
namespace {

using test::pack_of;

class PackFind : public testing::Test {
 protected:
  // What the file that a path means holds; `-` for none.
  std::string find(std::string_view path) const {
    const File* file = pack.find(path);
    return file == nullptr ? "-" : std::string(file->identity.bytes);
  }

  const std::string bytes = test::small_pack();
  const Pack pack = Pack::read(bytes).value();
};

TEST_F(PackFind, KnowsAPageWithAndWithoutItsSuffix) {
  EXPECT_EQ(find("/"), "home in full");
  EXPECT_EQ(find("/index.html"), "home in full");
  EXPECT_EQ(find("/login"), "login");
  EXPECT_EQ(find("/login.html"), "login");
  EXPECT_EQ(find("/login.txt"), "login for the router");
  EXPECT_EQ(find("/%6Cogin"), "login");
}

TEST_F(PackFind, TakesAnySegmentForAPlaceholder) {
  for (const char* id : {"c1", "_", "a.b", "%E0%A4%86", "x%20y", "a%3Fb", ".html.html"}) {
    const std::string chat = std::string("/doctor/chat/") + id;
    EXPECT_EQ(find(chat), "any chat") << id;
    EXPECT_EQ(find(chat + ".txt"), "any chat for the router") << id;
    EXPECT_EQ(find(chat + "/__next._tree.txt"), "a piece of any chat") << id;
  }
  EXPECT_EQ(find("/doctor/chat/c1.html"), "any chat");
}

TEST_F(PackFind, FindsNothingByATrick) {
  for (const char* path : {"",
                           "login",
                           "//",
                           "//login",
                           "/./login",
                           "/x/../login",
                           "/%2e%2e/login",
                           "/login/",
                           "/login%00",
                           "/login%00.html",
                           "/login%2Ehtml%2F",
                           "/%2Flogin",
                           "\\login",
                           "/doctor\\chat\\c1",
                           "/doctor%5Cchat/c1",
                           "/doctor/chat",
                           "/doctor/chat/",
                           "/doctor/chat//",
                           "/doctor/chat/..",
                           "/doctor/chat/%2e%2e",
                           "/doctor/chat/.",
                           "/doctor/chat/.txt",
                           "/doctor/chat/../chat/c1",
                           "/doctor/chat/c1/",
                           "/doctor/chat/c1/..",
                           "/doctor/chat/c1/../../../etc/passwd",
                           "/doctor/chat/c1%2Fd",
                           "/doctor/chat/%00",
                           "/doctor/chat/%C0%AE%C0%AE",
                           "/doctor/chat/%FF",
                           "/doctor/chat/c1/__next",
                           "/patient/chat/c1",
                           "/_next/static/",
                           "/_next/static/..%2Fa.js",
                           "/_next/static/a.js/",
                           "/LOGIN",
                           "/login.html.html",
                           "/404",
                           "/404.html"}) {
    EXPECT_EQ(find(path), "-") << path;
  }
}

TEST_F(PackFind, KnowsWhatNeverChanges) {
  EXPECT_TRUE(pack.find("/_next/static/a.js")->immutable);
  EXPECT_FALSE(pack.find("/login")->immutable);
  EXPECT_FALSE(pack.find("/_next/static/a.js")->is_page());
  EXPECT_EQ(pack.find("/login")->policy, "default-src /login.html");
}

TEST(PackRead, RefusesWhatIsNoWholePack) {
  const std::string whole = test::small_pack();
  std::string far_away = pack_of({{"/404.html", "x"}});
  far_away.replace(far_away.find("\"at\":0"), 6, "\"at\":9");

  for (const std::string& bytes :
       {std::string(), std::string("quickclinic-web 2 2\n{}"),
        std::string("quickclinic-web 1 9\n{}"), std::string("quickclinic-web 1 2 {}"),
        std::string("quickclinic-web 1 2\n{}"), std::string("quickclinic-web 1 \n{}"),
        std::string("quickclinic-web 1 3\n{x}"), whole.substr(0, whole.size() - 1),
        whole.substr(0, 100), far_away,
        pack_of({{"/index.html", "no page for what is not there"}})}) {
    const auto pack = Pack::read(bytes);

    ASSERT_FALSE(pack) << bytes;
    EXPECT_EQ(pack.error().condition(), Condition::internal);
    EXPECT_TRUE(pack.error().context.starts_with("The web front end in this program is broken"));
  }
}

TEST(PackRead, ReadsWhatIsBuiltIn) {
  if (built_in_pack().empty()) GTEST_SKIP() << "built without the front end";

  const auto pack = Pack::read(built_in_pack());

  ASSERT_TRUE(pack) << pack.error().describe();
  EXPECT_NE(pack->find("/"), nullptr);
  EXPECT_NE(pack->find("/doctor/chat/c1"), nullptr);
  EXPECT_NE(pack->find("/patient/chat/c1.txt"), nullptr);
}

}  // namespace
}  // namespace quickclinic::web
