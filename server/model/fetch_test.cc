// Each of the rules by which a fetch may be stored, alone.
#include "server/model/fetch.h"

#include <gtest/gtest.h>

#include "common/proto_time.h"

namespace profilesync::model {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

LinkState StateWith(std::int64_t write_sequence, absl::Time stored) {
  LinkState state;
  state.link.write_sequence = write_sequence;
  state.snapshot.emplace();
  *state.snapshot->mutable_fetch_start_time() = ToProto(stored);
  return state;
}

bool MayStoreOn(const LinkState& state) {
  return MayStore(state, {.time = kStart, .write_sequence = 7}, kStart + absl::Minutes(1));
}

TEST(FetchTest, IsStoredOnALinkThatIsAsItWas) {
  EXPECT_TRUE(MayStoreOn(StateWith(7, kStart - absl::Minutes(1))));
}

// Also where the clock was set back, so that the write's own read dates from before the fetch.
TEST(FetchTest, IsNotStoredAfterAWrite) {
  EXPECT_FALSE(MayStoreOn(StateWith(8, kStart - absl::Minutes(1))));
}

TEST(FetchTest, IsNotStoredOverALaterOne) {
  EXPECT_FALSE(MayStoreOn(StateWith(7, kStart + absl::Seconds(1))));
}

TEST(FetchTest, IsNotStoredWhileAnOperationIsUnfinished) {
  LinkState state = StateWith(7, kStart - absl::Minutes(1));
  state.unfinished.emplace();
  EXPECT_FALSE(MayStoreOn(state));
}

// The clock was set back since it was stored.
TEST(FetchTest, IsStoredOverOneOfTheFuture) {
  EXPECT_TRUE(MayStoreOn(StateWith(7, kStart + absl::Hours(1))));
}

TEST(FetchTest, AClientThatIsNotThereIsMissing) {
  LinkState state = StateWith(7, kStart);
  state.link.refresh_due = kStart - absl::Seconds(1);
  ApplyMissing(kStart, &state);
  EXPECT_EQ(state.link.link.state(), v1::Link::MISSING);
  EXPECT_EQ(state.link.refresh_due, absl::InfinitePast());
}

// By when it may be there again.
TEST(FetchTest, ASaveSinceHasAClientThatWasNotThereAskedForAgain) {
  LinkState state = StateWith(7, kStart);
  state.link.refresh_due = kStart + absl::Seconds(1);
  ApplyMissing(kStart, &state);
  EXPECT_EQ(state.link.refresh_due, kStart + absl::Seconds(1));
}

}  // namespace
}  // namespace profilesync::model
