#include "common/display.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(DisplayTextTest, IsOneLine) {
  type::FieldValue value;
  EXPECT_EQ(DisplayText(value), "");
  value.set_text(" 09 555\n0142 ");
  EXPECT_EQ(DisplayText(value), "09 555 0142");

  type::Address& address = *value.mutable_address();
  EXPECT_EQ(DisplayText(value), "");
  address.add_lines("Unit 4\n");
  address.add_lines("");
  address.add_lines("17 Kauri Lane");
  EXPECT_EQ(DisplayText(value), "Unit 4, 17 Kauri Lane");
  address.set_city("Ballarat");
  address.set_region("VIC");
  address.set_postal_code("3350");
  address.set_country("AU");
  EXPECT_EQ(DisplayText(value), "Unit 4, 17 Kauri Lane, Ballarat VIC 3350, AU");
}

}  // namespace
}  // namespace profilesync
