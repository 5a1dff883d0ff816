#include "server/connector/oauth/pkce.h"

#include <gtest/gtest.h>

namespace profilesync::connector::oauth {
namespace {

TEST(PkceTest, MakesTheChallengeOfTheStandardsExample) {
  // RFC 7636, appendix B.
  EXPECT_EQ(CodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

}  // namespace
}  // namespace profilesync::connector::oauth
