#include "common/identifier_form.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(IdentifierFormTest, KeepsLettersAndDigits) {
  EXPECT_EQ(IdentifierForm("51 824-753.556").bytes, "=51824753556");
  EXPECT_EQ(IdentifierForm("nz/0012 Ab").bytes, "=nz0012ab");
  EXPECT_EQ(IdentifierForm("ā1").bytes, "=ā1");
  EXPECT_EQ(IdentifierForm("").bytes, "");
  EXPECT_EQ(IdentifierForm("--").bytes, "?--");
}

}  // namespace
}  // namespace profilesync
