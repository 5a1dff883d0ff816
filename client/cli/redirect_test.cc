#include "client/cli/redirect.h"

#include <gtest/gtest.h>

#include "client/cli/context.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

TEST(RedirectTest, FindsStateAndCodeWherever) {
  for (const char* address : {"https://platform.example/back?code=a%2Fb&scope=x+y&state=s-1_2",
                              "  http://localhost:8080/back?state=s-1_2&code=a/b#fragment\n",
                              "com.example.app:/back?other&state=s-1_2&code=a%2fb"}) {
    const auto redirect = ParseRedirect(address);
    ASSERT_TRUE(redirect.ok()) << address << " " << redirect.status();
    EXPECT_EQ(redirect->state, "s-1_2") << address;
    EXPECT_EQ(redirect->code, "a/b") << address;
  }
}

TEST(RedirectTest, SaysWhatIsMissing) {
  for (const char* address :
       {"", "no address", "https://platform.example/back", "https://platform.example/back?code=a",
        "https://[?code=a&state=b", "https://platform.example/back?code=&state=s"}) {
    const auto redirect = ParseRedirect(address);
    EXPECT_TRUE(IsUsageError(redirect.status())) << address << " " << redirect.status();
  }
}

TEST(RedirectTest, ARefusalIsTold) {
  const auto redirect = ParseRedirect(
      "https://platform.example/back?error=access_denied&error_description=The+user%1b+said+no"
      "&state=s");
  EXPECT_EQ(redirect.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(SV(redirect.status().message())),
            "it was refused: access_denied: The user\xEF\xBF\xBD said no");
}

}  // namespace
}  // namespace profilesync::cli
