#include "common/identifier_form.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(IdentifierFormTest, DropsOnlyWhatDividesGroups) {
  EXPECT_EQ(IdentifierForm("51 824-753.556").bytes, "=51824753556");
  EXPECT_EQ(IdentifierForm("NZ 0012 Ab").bytes, "=nz0012ab");
  EXPECT_EQ(IdentifierForm("ā1").bytes, "=ā1");
  EXPECT_EQ(IdentifierForm("1234567 / 89").bytes, "=1234567/89");
  EXPECT_EQ(IdentifierForm("1234567 - 89").bytes, "=1234567 - 89");
  EXPECT_EQ(IdentifierForm("1234567. 89").bytes, "=1234567. 89");
  EXPECT_EQ(IdentifierForm("12345, 67").bytes, "=12345,67");
  EXPECT_EQ(IdentifierForm("12345 (67)").bytes, "=12345(67)");
}

TEST(IdentifierFormTest, PunctuationAloneIsText) {
  EXPECT_EQ(IdentifierForm("").bytes, "");
  EXPECT_EQ(IdentifierForm("--").bytes, "?--");
  EXPECT_EQ(IdentifierForm("- /").bytes, "?- /");
}

}  // namespace
}  // namespace profilesync
