#include "client/cpp/request_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "profilesync/v1/firm_service.pb.h"

namespace profilesync::client {
namespace {

TEST(RequestId, IsAVersion4Uuid) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(NewRequestId(),
                testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}"));
  }
}

TEST(RequestId, DoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(seen.insert(NewRequestId()).second);
  }
}

TEST(RequestId, IsSetWhereTheCallerSetNone) {
  v1::CreateFirmRequest request;
  EnsureRequestId(&request);
  EXPECT_EQ(request.request_id().size(), 36u);
  const std::string first = request.request_id();
  EnsureRequestId(&request);
  EXPECT_EQ(request.request_id(), first);
}

TEST(RequestId, LeavesARequestWithoutTheFieldAlone) {
  v1::GetFirmRequest request;
  EnsureRequestId(&request);
  EXPECT_EQ(request.ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace profilesync::client
