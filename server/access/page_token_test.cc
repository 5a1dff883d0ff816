#include "server/access/page_token.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "profilesync/v1/link_service.pb.h"
#include "profilesync/v1/profile_service.pb.h"

namespace profilesync::access {
namespace {

Call CallBy(const std::string& service) {
  Call call;
  call.caller.service = service;
  return call;
}

v1::ListProfilesRequest Query(const std::string& parent) {
  v1::ListProfilesRequest request;
  request.set_parent(parent);
  request.set_page_size(10);
  return request;
}

class PageTokensTest : public ::testing::Test {
 protected:
  const PageTokens tokens_{std::string(32, 'k')};
  const Call call_ = CallBy("portal");
};

TEST_F(PageTokensTest, GivesThePositionBackWhateverThePageSize) {
  auto request = Query("firms/a");
  EXPECT_EQ(*tokens_.Take(call_, request), "");
  const std::string position("p1/Zo\xc3\xab\0/x", 10);
  request.set_page_token(tokens_.Give(call_, request, position));
  request.set_page_size(99);
  EXPECT_EQ(*tokens_.Take(call_, request), position);
  EXPECT_EQ(*tokens_.Take(call_, request), position);  // as often as asked
}

TEST_F(PageTokensTest, RefusesATokenOfAnotherQuery) {
  const auto given_for = Query("firms/a");
  const std::string token = tokens_.Give(call_, given_for, "p1/x");
  auto other_firm = Query("firms/b");
  auto other_filter = given_for;
  other_filter.set_filter("kind = COMPANY");
  v1::ListLinksRequest other_method;
  other_method.set_parent("firms/a");
  other_firm.set_page_token(token);
  other_filter.set_page_token(token);
  other_method.set_page_token(token);
  auto same = given_for;
  same.set_page_token(token);
  EXPECT_TRUE(tokens_.Take(call_, same).ok());
  for (const auto& taken :
       {tokens_.Take(call_, other_firm), tokens_.Take(call_, other_filter),
        tokens_.Take(call_, other_method), tokens_.Take(CallBy("another"), same),
        PageTokens(std::string(32, 'x')).Take(call_, same)}) {
    EXPECT_EQ(taken.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(taken.status()), v1::INVALID_PAGE_TOKEN);
  }
}

TEST_F(PageTokensTest, RefusesADamagedToken) {
  auto request = Query("firms/a");
  const std::string good = tokens_.Give(call_, request, "p1/x");
  std::vector<std::string> bad = {"x",
                                  "!",
                                  good + "A",
                                  good.substr(0, good.size() - 1),
                                  good.substr(1),
                                  std::string(1000, 'A')};
  for (std::size_t i = 0; i < good.size(); ++i) {
    bad.push_back(good);
    bad.back()[i] = good[i] == 'A' ? 'B' : 'A';
  }
  for (const std::string& token : bad) {
    request.set_page_token(token);
    EXPECT_EQ(ReasonOf(tokens_.Take(call_, request).status()), v1::INVALID_PAGE_TOKEN) << token;
  }
}

}  // namespace
}  // namespace profilesync::access
