#include "server/connector/http/base_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status.h"

namespace profilesync::connector::http {
namespace {

TEST(BaseUrlTest, AcceptsTlsAndPlainLoopback) {
  for (const char* url :
       {"https://api.xero.com/practicemanager/3.1/", "https://api.xero.com:8443/x",
        "http://127.0.0.1:4010/practicemanager/3.1/", "http://127.5.6.7/", "http://localhost:80/x/",
        "http://LOCALHOST/", "http://[::1]:4010/"}) {
    const auto base = BaseUrl::Parse(url);
    EXPECT_TRUE(base.ok()) << url << ": " << base.status();
  }
}

TEST(BaseUrlTest, RefusesTheRestWithoutRepeatingIt) {
  for (const char* url :
       {"", "api.xero.com", "http://api.xero.com/", "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/", "http://10.0.0.1/", "http://[::2]/", "ftp://127.0.0.1/",
        "file:///etc/passwd", "https://user:hunter2@api.xero.com/", "https://hunter2@api.xero.com/",
        "https://api.xero.com/?a=hunter2", "https://api.xero.com/#hunter2", "https://", "http:///x",
        "https://a b/"}) {
    const auto base = BaseUrl::Parse(url);
    ASSERT_EQ(base.status().code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(base.status().message()),
                ::testing::Not(::testing::HasSubstr("hunter2")));
  }
}

TEST(BaseUrlTest, EncodesTheQuery) {
  const auto base = BaseUrl::Parse("https://api.xero.com/practicemanager/3.1");
  ASSERT_TRUE(base.ok());
  EXPECT_EQ(base->Resolve("client.api/search", {}),
            "https://api.xero.com/practicemanager/3.1/client.api/search");
  EXPECT_EQ(
      base->Resolve("client.api/search", {{"query", "A&B=/?#\xc3\xa9 +%"}, {"detailed", "true"}}),
      "https://api.xero.com/practicemanager/3.1/client.api/search"
      "?query=A%26B%3D%2F%3F%23%C3%A9%20%2B%25&detailed=true");
}

TEST(BaseUrlTest, DecodesWhatItEncodes) {
  const std::string nasty = std::string("a%\0/&=?\n\xf0\x9f\x98\x80", 13);
  EXPECT_EQ(PercentDecode(PercentEncode(nasty)), nasty);
  EXPECT_EQ(PercentDecode("%zz%4%41%"), "%zz%4A%");
}

}  // namespace
}  // namespace profilesync::connector::http
