#include "transport/entity_tag.hpp"

#include <gtest/gtest.h>

namespace quickclinic::transport {
namespace {

TEST(EntityTag, IsFoundInAListWhateverItsWeakness) {
  for (const char* list :
       {R"("a")", R"(W/"a")", R"("b", "a")", R"( "b" ,W/"a" )", "*", R"("b", *)"}) {
    EXPECT_TRUE(names_tag(list, R"("a")")) << list;
  }
}

TEST(EntityTag, IsNotFoundInWhatOnlyResemblesIt) {
  for (const char* list : {"", ",", "a", R"("A")", R"("ab")", R"(w/"a")", R"("a)", R"(W/ "a")"}) {
    EXPECT_FALSE(names_tag(list, R"("a")")) << list;
  }
}

}  // namespace
}  // namespace quickclinic::transport
