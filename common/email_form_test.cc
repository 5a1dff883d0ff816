#include "common/email_form.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(EmailFormTest, Table) {
  struct Case {
    const char* text;
    const char* bytes;
  };
  const Case cases[] = {
      {"Aroha@Example.co.nz", "=aroha@example.co.nz"},
      {"mailto:aroha@example.co.nz", "=aroha@example.co.nz"},
      {"a@MĀORI.nz", "=a@xn--mori-qsa.nz"},
      {"a+b.c@example.org", "=a+b.c@example.org"},
      {"Āroha@example.org", "=āroha@example.org"},
      {"", ""},
      {"aroha", "?aroha"},
      {"@example.org", "?@example.org"},
      {"a@", "?a@"},
      {"a@example", "?a@example"},
      {"a@example.", "?a@example."},
      {"a@@example.org", "?a@@example.org"},
      {"a b@example.org", "?a b@example.org"},
      {"a@example.org; b@example.org", "?a@example.org; b@example.org"},
      {"Aroha <a@example.org>", "?aroha <a@example.org>"},
      {"a@exa mple.org", "?a@exa mple.org"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(EmailForm(c.text).bytes, c.bytes) << c.text;
  }
}

}  // namespace
}  // namespace profilesync
