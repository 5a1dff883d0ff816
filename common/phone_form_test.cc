#include "common/phone_form.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(PhoneFormTest, Table) {
  struct Case {
    const char* region;
    const char* text;
    const char* bytes;
  };
  const Case cases[] = {
      {"NZ", "09 555 0142", "=+6495550142"},
      {"NZ", "+64 (0)9 555-0142", "=+6495550142"},
      {"NZ", "tel:+6495550142", "=+6495550142"},
      {"AU", "09 555 0142", "=+6195550142"},
      {"AU", "0011 64 9 555 0142", "=+6495550142"},
      {"NZ", "0800 FLOWERS", "=+648003569377"},
      {"NZ", "09 FLOWERS", "?09 flowers"},
      {"NZ", "09 555 0142 ext. 12", "=+6495550142;ext=12"},
      {"NZ", "09 555 0142x12", "=+6495550142;ext=12"},
      {"NZ", "09 555 0142 #12", "=+6495550142;ext=12"},
      {"NZ", "", ""},
      {"NZ", "asdasdsad", "?asdasdsad"},
      {"NZ", "12", "?12"},
      {"NZ", "09 555 0142 09 555 0143", "?09 555 0142 09 555 0143"},
      {"NZ", "09 555 0142 Bob", "?09 555 0142 bob"},
      {"NZ", "ext 12", "?ext 12"},
      {"US", "555 0142", "=local +15550142"},
      {"", "09 555 0142", "?09 555 0142"},
      {"", "+64 9 555 0142", "=+6495550142"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(PhoneForm(c.text, c.region).bytes, c.bytes) << c.region << " " << c.text;
  }
}

}  // namespace
}  // namespace profilesync
