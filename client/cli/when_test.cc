#include "client/cli/when.h"

#include <gtest/gtest.h>

namespace profilesync::cli {
namespace {

struct AgoCase {
  absl::Duration since;
  const char* text;

  friend void PrintTo(const AgoCase& row, std::ostream* out) { *out << row.since; }
};

class AgoTest : public testing::TestWithParam<AgoCase> {};

TEST_P(AgoTest, Reads) {
  const absl::Time now = absl::FromUnixSeconds(1'795'422'301);
  EXPECT_EQ(Ago(now, now - GetParam().since), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Distances, AgoTest,
                         testing::Values(AgoCase{absl::ZeroDuration(), "just now"},
                                         AgoCase{absl::Seconds(4), "just now"},
                                         AgoCase{absl::Seconds(5), "5 seconds ago"},
                                         AgoCase{absl::Seconds(60), "1 minute ago"},
                                         AgoCase{absl::Minutes(119), "1 hour ago"},
                                         AgoCase{absl::Hours(48), "2 days ago"},
                                         AgoCase{-absl::Minutes(3), "in 3 minutes"}));

TEST(Absolute, IsInUtc) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(1'795'422'301);
  EXPECT_EQ(Absolute(ToTime(timestamp)), "2026-11-23 08:25:01 UTC");
}

}  // namespace
}  // namespace profilesync::cli
