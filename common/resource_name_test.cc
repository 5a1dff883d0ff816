#include "common/resource_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace profilesync {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(ResourceNameTest, TakesANameOfTheGivenShapeApart) {
  EXPECT_THAT(ParseName("firms/harbour/links/l-1", {"firms", "links"}),
              Optional(ElementsAre("harbour", "l-1")));
  EXPECT_THAT(ParseName("firms/harbour", {"firms"}), Optional(ElementsAre("harbour")));
}

TEST(ResourceNameTest, RefusesEveryOtherShape) {
  for (const std::string_view name :
       {"", "/", "firms", "firms/", "firms//links/a", "firms/a/", "firms/a/link/b",
        "Firms/a/links/b", "firms/a/links/b/", "firms/a/links/b/diff", "/firms/a/links/b",
        "firms/a/links/..", "firms/a/links/-b", "firms/a/links/b c", "firms/a/links/b%2fc"}) {
    EXPECT_EQ(ParseName(name, {"firms", "links"}), std::nullopt) << name;
  }
}

TEST(ResourceNameTest, HoldsIdsToTheirLengthAndAlphabet) {
  EXPECT_TRUE(IsValidId(std::string(63, 'a')));
  EXPECT_FALSE(IsValidId(std::string(64, 'a')));
  EXPECT_TRUE(IsValidId("0b.C_d~e-"));
  EXPECT_FALSE(IsValidId("."));
  EXPECT_FALSE(IsValidId(std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsValidId("caf\xc3\xa9"));
}

TEST(ResourceNameTest, FindsTheFirmAndTheLastId) {
  EXPECT_EQ(FirmOf("firms/harbour/links/x"), "harbour");
  EXPECT_EQ(FirmOf("firms/harbour"), "harbour");
  EXPECT_EQ(FirmOf("practiceSystems/xpm"), "");
  EXPECT_EQ(LastId("firms/harbour/links/x"), "x");
}

TEST(ResourceNameTest, FindsWhatAResourceBelongsTo) {
  EXPECT_EQ(ParentOf("firms/f/addOns/a/fieldRules/email"), "firms/f/addOns/a");
  EXPECT_EQ(ParentOf("firms/f/links/l"), "firms/f");
  EXPECT_EQ(ParentOf("firms/f"), "");
  EXPECT_EQ(ParentOf("nothing"), "");
}

TEST(ResourceNameTest, MakesNamesThatItTakesApart) {
  EXPECT_EQ(DiffName("f", "l"), "firms/f/links/l/diff");
  EXPECT_EQ(AddOnName("f", "a"), "firms/f/addOns/a");
  EXPECT_EQ(FieldRuleName("f", "a", "email"), "firms/f/addOns/a/fieldRules/email");
  EXPECT_EQ(SyncOperationName("f", "o"), "firms/f/syncOperations/o");
}

}  // namespace
}  // namespace profilesync
