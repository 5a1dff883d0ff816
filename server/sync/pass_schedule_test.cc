#include "server/sync/pass_schedule.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"

namespace profilesync::sync {
namespace {

constexpr char kAuckland[] = "Pacific/Auckland";

absl::Time At(const std::string& local, const std::string& zone_name = kAuckland) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(zone_name, &zone));
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", local, zone, &time, &error)) << error;
  return time;
}

class PassScheduleTest : public ::testing::Test {
 protected:
  PassScheduleTest() {
    firm_.set_time_zone(kAuckland);
    add_on_.set_name("firms/f/addOns/a");
    add_on_.set_state(v1::AddOn::ACTIVE);
    add_on_.mutable_settings()->mutable_refresh_interval()->set_seconds(3600);
    Passed("2026-06-10 09:00", "2026-06-10 02:00");
  }
  void Passed(const std::string& cursor, const std::string& full) {
    *state_.mutable_cursor_time() = ToProto(At(cursor));
    *state_.mutable_full_pass_time() = ToProto(At(full));
  }
  NextPass Next(const std::string& now) { return NextPassOf(firm_, add_on_, state_, At(now)); }

  v1::Firm firm_;
  v1::AddOn add_on_;
  storage::v1::RefreshState state_;
};

TEST_F(PassScheduleTest, WithoutAnIntervalNothingComesUnasked) {
  add_on_.mutable_settings()->clear_refresh_interval();
  EXPECT_EQ(Next("2026-06-11 03:00").time, absl::InfiniteFuture());
  add_on_.mutable_settings()->mutable_refresh_interval();
  EXPECT_EQ(Next("2026-06-11 03:00").time, absl::InfiniteFuture());
}

TEST_F(PassScheduleTest, WhoCannotBeReachedIsLeftAlone) {
  add_on_.set_state(v1::AddOn::NEEDS_REAUTHORISATION);
  EXPECT_EQ(Next("2026-06-11 03:00").time, absl::InfiniteFuture());
}

TEST_F(PassScheduleTest, TheFirstPassIsFullAndComesAtOnce) {
  state_.Clear();
  const NextPass next = Next("2026-06-10 12:00");
  EXPECT_EQ(next.time, At("2026-06-10 12:00"));
  EXPECT_TRUE(next.full);
}

TEST_F(PassScheduleTest, AFullPassThatConcludedNothingIsNotRepeatedAtOnce) {
  *state_.mutable_full_attempt_time() = ToProto(At("2026-06-11 02:00"));
  add_on_.mutable_settings()->mutable_refresh_interval()->set_seconds(7 * 24 * 3600);
  EXPECT_GE(Next("2026-06-11 02:30").time, At("2026-06-12 01:00"));
  state_.clear_cursor_time();
  add_on_.mutable_settings()->mutable_refresh_interval()->set_seconds(3600);
  EXPECT_EQ(Next("2026-06-11 02:30").time, At("2026-06-11 03:00"));
}

TEST_F(PassScheduleTest, ChangesComeAnIntervalAfterTheLastPass) {
  const NextPass next = Next("2026-06-10 09:30");
  EXPECT_FALSE(next.full);
  EXPECT_GE(next.time, At("2026-06-10 10:00"));
  EXPECT_LE(next.time, At("2026-06-10 10:06"));
}

TEST_F(PassScheduleTest, OnceANightItIsFull) {
  Passed("2026-06-10 23:50", "2026-06-10 02:00");
  NextPass next = Next("2026-06-11 00:30");
  if (!next.full) {  // an hourly one comes first
    Passed("2026-06-11 00:59", "2026-06-10 02:00");
    add_on_.mutable_settings()->mutable_refresh_interval()->set_seconds(24 * 3600);
    next = Next("2026-06-11 01:00");
  }
  EXPECT_TRUE(next.full);
  EXPECT_GE(next.time, At("2026-06-11 01:00"));
  EXPECT_LT(next.time, At("2026-06-11 05:00"));
  // Done, the next is tomorrow's.
  Passed("2026-06-11 04:00", "2026-06-11 04:00");
  const NextPass after = Next("2026-06-11 04:30");
  EXPECT_GE(after.time, At("2026-06-12 01:00"));
}

TEST_F(PassScheduleTest, ANightThatWasMissedIsNotMadeUpForByDay) {
  Passed("2026-06-09 09:00", "2026-06-09 02:00");
  const NextPass next = Next("2026-06-10 12:00");
  EXPECT_FALSE(next.full);
  EXPECT_LE(next.time, At("2026-06-10 12:00")) << "the list of changes is overdue";
}

TEST_F(PassScheduleTest, TheNightIsTheFirms) {
  add_on_.mutable_settings()->mutable_refresh_interval()->set_seconds(7 * 24 * 3600);
  Passed("2026-06-10 12:00", "2026-06-10 02:00");
  const NextPass auckland = Next("2026-06-10 13:00");
  firm_.set_time_zone("Australia/Perth");
  const NextPass perth = Next("2026-06-10 13:00");
  EXPECT_TRUE(auckland.full);
  EXPECT_TRUE(perth.full);
  EXPECT_EQ(perth.time - auckland.time, absl::Hours(4));
  firm_.set_time_zone("Nowhere/Land");
  EXPECT_TRUE(Next("2026-06-10 13:00").full);
}

TEST_F(PassScheduleTest, AddOnsDoNotAllComeAtOnce) {
  add_on_.mutable_settings()->mutable_refresh_interval()->set_seconds(7 * 24 * 3600);
  std::set<absl::Time> times;
  for (int i = 0; i < 100; ++i) {
    add_on_.set_name(absl::StrCat("firms/f", i, "/addOns/a"));
    times.insert(Next("2026-06-10 13:00").time);
  }
  EXPECT_GT(times.size(), 95U);
  EXPECT_LT(*times.begin(), At("2026-06-11 02:00"));
  EXPECT_GT(*times.rbegin(), At("2026-06-11 04:00"));
}

}  // namespace
}  // namespace profilesync::sync
