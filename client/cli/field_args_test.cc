#include "client/cli/field_args.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/context.h"

namespace profilesync::cli {
namespace {

using testing::ElementsAre;

TEST(SetFields, SetsTextsAndWholeAddresses) {
  v1::Profile profile;
  google::protobuf::FieldMask mask;
  ASSERT_TRUE(SetFields({"email=a=b@example.org", "postal_address.lines=Level 2",
                         "postal_address.lines=PO Box 12", "postal_address.city=Nelson",
                         "postal_address.postal_code=7010", "website="},
                        &profile, &mask)
                  .ok());
  EXPECT_EQ(profile.fields().email(), "a=b@example.org");
  EXPECT_THAT(profile.fields().postal_address().lines(), ElementsAre("Level 2", "PO Box 12"));
  EXPECT_EQ(profile.fields().postal_address().city(), "Nelson");
  EXPECT_TRUE(profile.fields().has_website());
  EXPECT_THAT(mask.paths(), ElementsAre("fields.email", "fields.postal_address", "fields.website"));
}

class BadFieldTest : public testing::TestWithParam<const char*> {};

TEST_P(BadFieldTest, IsAUsageError) {
  v1::Profile profile;
  google::protobuf::FieldMask mask;
  EXPECT_TRUE(IsUsageError(SetFields({GetParam()}, &profile, &mask))) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Arguments, BadFieldTest,
                         testing::Values("", "email", "=x", "nope=x", "email.city=x",
                                         "postal_address=x", "postal_address.street=x",
                                         "postal_address.=x"));

TEST(ClearFields, OnlyNamesThem) {
  google::protobuf::FieldMask mask;
  ASSERT_TRUE(ClearFields({"email", "postal_address"}, &mask).ok());
  EXPECT_THAT(mask.paths(), ElementsAre("fields.email", "fields.postal_address"));
  EXPECT_TRUE(IsUsageError(ClearFields({"email"}, &mask)));
  EXPECT_TRUE(IsUsageError(ClearFields({"nope"}, &mask)));
}

TEST(SetKind, IsReadInAnyLetterCase) {
  type::PartyKind kind = type::PARTY_KIND_UNSPECIFIED;
  ASSERT_TRUE(SetKind("company", &kind).ok());
  EXPECT_EQ(kind, type::COMPANY);
  EXPECT_TRUE(IsUsageError(SetKind("firm", &kind)));
}

}  // namespace
}  // namespace profilesync::cli
