#include "common/url_form.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(UrlFormTest, Table) {
  struct Case {
    const char* text;
    const char* bytes;
  };
  const Case cases[] = {
      {"https://Example.co.nz", "=example.co.nz"},
      {"HTTP://example.co.nz:80/", "=example.co.nz"},
      {"https://example.co.nz:443", "=example.co.nz"},
      {"https://example.co.nz:80", "=example.co.nz:80"},
      {"example.co.nz:80", "=example.co.nz:80"},
      {"//example.co.nz", "=example.co.nz"},
      {"www.example.co.nz", "=www.example.co.nz"},
      {"example.co.nz.", "=example.co.nz"},
      {"example.co.nz/About/", "=example.co.nz/About"},
      {"example.co.nz/?q=A", "=example.co.nz?q=A"},
      {"example.co.nz/#Team", "=example.co.nz#Team"},
      {"example.co.nz/a?next=/b/", "=example.co.nz/a?next=/b/"},
      {"māori.nz/ā", "=xn--mori-qsa.nz/ā"},
      {"192.0.2.1/a", "=192.0.2.1/a"},
      {"", ""},
      {"none", "?none"},
      {"ftp://example.co.nz", "?ftp://example.co.nz"},
      {"mailto:a@example.co.nz", "?mailto:a@example.co.nz"},
      {"https://user@example.co.nz", "?https://user@example.co.nz"},
      {"https://example.co.nz:port", "?https://example.co.nz:port"},
      {"https://example.co.nz:", "?https://example.co.nz:"},
      {"https://example.co.nz:123456", "?https://example.co.nz:123456"},
      {"http://http://example.co.nz", "?http://http://example.co.nz"},
      {"example.co.nz and example.nz", "?example.co.nz and example.nz"},
      {"example.co.nz\\a", "?example.co.nz\\a"},
      {"https://", "?https://"},
      {"Coming soon.", "?coming soon."},
      {"N/A", "?n/a"},
      {"Me@Example.co.nz", "?me@example.co.nz"},
      {"my_shop.example.co.nz/About", "?my_shop.example.co.nz/About"},
      {"ftp://example.co.nz/A", "?ftp://example.co.nz/A"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(UrlForm(c.text).bytes, c.bytes) << c.text;
  }
}

}  // namespace
}  // namespace profilesync
