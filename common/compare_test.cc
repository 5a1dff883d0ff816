#include "common/compare.h"

#include "common/test_fields.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

type::FieldValue AddressValue(const char* line, const char* country) {
  type::FieldValue value;
  value.mutable_address()->add_lines(line);
  value.mutable_address()->set_country(country);
  return value;
}

// What equals what is held by tests/compare/pairs.tsv; here is what a table of values can't say.

TEST(CompareTest, BlanksAreEqualWithoutARule) {
  const Normaliser normaliser("NZ", type::COMPANY);
  const type::FieldValue blanks[] = {type::FieldValue(), TextValue(""), TextValue(" ")};
  for (const auto& left : blanks) {
    for (const auto& right : blanks) {
      const Comparison comparison = Compare(normaliser, FieldNamed("email"), left, right);
      EXPECT_TRUE(comparison.equal);
      EXPECT_EQ(comparison.format_rule, "");
    }
    EXPECT_FALSE(Compare(normaliser, FieldNamed("email"), left, TextValue("a@b.nz")).equal);
    EXPECT_FALSE(Compare(normaliser, FieldNamed("email"), TextValue("a@b.nz"), left).equal);
  }
}

TEST(CompareTest, DifferingValuesHaveNoRule) {
  const Normaliser normaliser("NZ", type::COMPANY);
  const Comparison comparison =
      Compare(normaliser, FieldNamed("email"), TextValue("a@b.nz"), TextValue("a@c.nz"));
  EXPECT_FALSE(comparison.equal);
  EXPECT_EQ(comparison.format_rule, "");
}

TEST(CompareTest, TheRegionReadsBothSides) {
  const auto left = TextValue("09 555 0142");
  const auto right = TextValue("+64 9 555 0142");
  const Field& phone = FieldNamed("primary_phone");
  EXPECT_TRUE(Compare(Normaliser("NZ", type::COMPANY), phone, left, right).equal);
  EXPECT_FALSE(Compare(Normaliser("AU", type::COMPANY), phone, left, right).equal);
}

TEST(CompareTest, TheRegionIsTheCountryOfAnAddressWithoutOne) {
  const auto left = AddressValue("12 Queen St", "");
  const auto right = AddressValue("12 Queen St", "New Zealand");
  const Field& address = FieldNamed("physical_address");
  const Comparison comparison = Compare(Normaliser("NZ", type::COMPANY), address, left, right);
  EXPECT_TRUE(comparison.equal);
  EXPECT_EQ(comparison.format_rule, "country_name");
  EXPECT_FALSE(Compare(Normaliser("AU", type::COMPANY), address, left, right).equal);
}

TEST(CompareTest, AddressesThatAreWrittenAlikeHaveNoRule) {
  const auto value = AddressValue("12 Queen St", "NZ");
  const Comparison comparison =
      Compare(Normaliser("NZ", type::COMPANY), FieldNamed("postal_address"), value, value);
  EXPECT_TRUE(comparison.equal);
  EXPECT_EQ(comparison.format_rule, "");
}

}  // namespace
}  // namespace profilesync
