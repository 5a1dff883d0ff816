#include "server/store/order.h"

#include <gtest/gtest.h>

#include <limits>

#include "common/error.h"

namespace profilesync::store {
namespace {

TEST(OrderTest, TimesComeBackToTheNanosecond) {
  for (const absl::Time time :
       {absl::InfinitePast(), absl::UnixEpoch(), absl::InfiniteFuture(), absl::FromUnixNanos(-1),
        absl::FromUnixNanos(1'600'000'000'000'000'007)}) {
    EXPECT_EQ(FromNanos(ToNanos(time)), time);
  }
  EXPECT_LT(ToNanos(absl::InfinitePast()), ToNanos(absl::UnixEpoch()));
  google::protobuf::Timestamp latest;
  latest.set_seconds(253'402'300'799);  // the last second of the year 9999
  EXPECT_EQ(ToNanos(latest), std::numeric_limits<std::int64_t>::max());
  google::protobuf::Timestamp before;
  before.set_seconds(-2);
  before.set_nanos(5);
  EXPECT_EQ(ToNanos(before), -1'999'999'995);
}

TEST(OrderTest, TimeKeysComeBack) {
  for (const std::int64_t nanos : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(*ParseTimeKey(TimeKey(nanos)), nanos);
  }
  for (const std::string_view damaged : {"", "x", "1x", "99999999999999999999"}) {
    EXPECT_EQ(ReasonOf(ParseTimeKey(damaged).status()), v1::INVALID_PAGE_TOKEN) << damaged;
  }
}

TEST(OrderTest, DisplayNamesAreFolded) {
  v1::Profile one, other;
  one.mutable_fields()->set_name("  \u0100ROHA  Ngata");
  other.mutable_fields()->set_name("A\u0304roha ngata");
  EXPECT_EQ(SortName(one), SortName(other));
}

}  // namespace
}  // namespace profilesync::store
