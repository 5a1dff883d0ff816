#include "common/address_tokens.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(AddressSegmentsTest, Table) {
  struct Case {
    const char* text;
    std::vector<Tokens> segments;
  };
  const Case cases[] = {
      {"", {}},
      {" ,\n; - ", {}},
      {"12 Queen St.", {{"12", "queen", "st"}}},
      {"Unit 4\r\n  17 Kauri Lane\n", {{"unit", "4"}, {"17", "kauri", "lane"}}},
      {"Unit 4, 17 Kauri Lane", {{"unit", "4"}, {"17", "kauri", "lane"}}},
      {"P.O.Box 12", {{"pobox", "12"}}},
      {"P. O. Box 12", {{"p", "o", "box", "12"}}},
      {"R.D.1", {{"rd1"}}},
      {"St.Georges Rd.1", {{"st", "georges", "rd", "1"}}},
      {"1.2 High St", {{"1.2", "high", "st"}}},
      {"2/14", {{"2", "/", "14"}}},
      {"12-14 High St", {{"12-14", "high", "st"}}},
      {"12 - 14 High St", {{"12-14", "high", "st"}}},
      {"12- 14 High St", {{"12-14", "high", "st"}}},
      {"12 -14 High St", {{"12-14", "high", "st"}}},
      {"5/12 - 14 High St", {{"5", "/", "12-14", "high", "st"}}},
      {"5/12 - High St", {{"5", "/", "12"}, {"high", "st"}}},
      {"12 - 14 - 16 High St", {{"12-14-16", "high", "st"}}},
      {"Unit 5/12 - 14 High St", {{"unit", "5", "/", "12"}, {"14", "high", "st"}}},
      {"Level 3- 12 High St", {{"level", "3"}, {"12", "high", "st"}}},
      {"Level 3 - 12 High St", {{"level", "3"}, {"12", "high", "st"}}},
      {"Stratford-upon-Avon", {{"stratford-upon-avon"}}},
      {"O’Connell St", {{"o'connell", "st"}}},
      {"Cnr King & Queen (rear)", {{"cnr", "king", "and", "queen", "rear"}}},
      {"C/- J Ngata", {{"c/o", "j", "ngata"}}},
      {"c/o J Ngata", {{"c/o", "j", "ngata"}}},
      {"C/ J Ngata", {{"c/o", "j", "ngata"}}},
      {"℅ J Ngata", {{"c/o", "j", "ngata"}}},
      {"Care of J Ngata", {{"c/o", "j", "ngata"}}},
      {"C/14 High St", {{"c", "/", "14", "high", "st"}}},
      {"C/", {{"c/o"}}},
      {"Unit #4, # 17", {{"unit", "4"}, {"17"}}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(AddressSegments(c.text), c.segments) << c.text;
  }
}

TEST(JoinTokensTest, OneSpaceBetween) {
  EXPECT_EQ(JoinTokens({}), "");
  EXPECT_EQ(JoinTokens({"12", "high"}), "12 high");
}

}  // namespace
}  // namespace profilesync
