#include "common/mask.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(MaskedTest, ShowsTheLastThreeCharactersOfLongValuesOnly) {
  EXPECT_EQ(Masked("123456789"), "******789");
  EXPECT_EQ(Masked("123-456-789"), "******789");
  EXPECT_EQ(Masked("123456789\n"), "******789");
  EXPECT_EQ(Masked("123456"), "******456");
  EXPECT_EQ(Masked("12345"), "******");
  EXPECT_EQ(Masked("1"), "******");
  EXPECT_EQ(Masked(""), "");
  EXPECT_EQ(Masked("  "), "");
  EXPECT_EQ(Masked("******789"), "******789");
  EXPECT_EQ(Masked("āāāāāā"), "******āāā");
  EXPECT_EQ(Masked("āāā"), "******");
}

TEST(MaskSensitiveTest, TouchesSensitiveFieldsOnly) {
  type::ClientFields fields;
  fields.set_tax_number("123456789");
  fields.set_business_number("51824753556");
  MaskSensitive(&fields);
  EXPECT_EQ(fields.tax_number(), "******789");
  EXPECT_EQ(fields.business_number(), "51824753556");
}

TEST(MaskSensitiveTest, KeepsAbsentAndBlankApart) {
  type::ClientFields fields;
  MaskSensitive(&fields);
  EXPECT_FALSE(fields.has_tax_number());
  fields.set_tax_number("");
  MaskSensitive(&fields);
  EXPECT_TRUE(fields.has_tax_number());
  EXPECT_EQ(fields.tax_number(), "");
}

}  // namespace
}  // namespace profilesync
