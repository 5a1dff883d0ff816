// The queue of differing links: its filters, its order, its pages and its counts.
#include <algorithm>
#include <random>
#include <vector>

#include "server/store/contract/store_contract.h"

namespace profilesync::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kFields = 3;
constexpr int kStates[] = {7, 10};

absl::Time At(int seconds) { return absl::FromUnixSeconds(seconds); }

// The ids of all pages of two.
std::vector<std::string> Pages(const Reader& reader, const DifferingFilter& filter,
                               bool descending) {
  std::vector<std::string> ids;
  Cursor after;
  while (true) {
    const auto rows = reader.ListDiffering("f", filter, descending, after, 2);
    EXPECT_TRUE(rows.ok()) << rows.status();
    if (!rows.ok() || rows->empty()) {
      return ids;
    }
    EXPECT_LE(rows->size(), 2U);
    for (const DiffRow& row : *rows) {
      ids.push_back(row.link_id);
      EXPECT_EQ(row.diff, "of " + row.link_id);
    }
    after = CursorOf(rows->back());
  }
}

bool Chosen(const DifferingFilter& filter, const DiffRow& row) {
  return (filter.add_on_id.empty() || filter.add_on_id == row.add_on_id) &&
         row.differ_time >= filter.from && row.differ_time < filter.until &&
         std::any_of(row.differing.begin(), row.differing.end(), [&](const DifferingField& field) {
           return (filter.field_number == 0 || filter.field_number == field.field_number) &&
                  (filter.state == 0 || filter.state == field.state);
         });
}

// What the list should be, by looking at all rows.
std::vector<std::string> Expected(std::vector<DiffRow> rows, const DifferingFilter& filter,
                                  bool descending) {
  std::erase_if(rows, [&](const DiffRow& row) { return !Chosen(filter, row); });
  std::sort(rows.begin(), rows.end(), [&](const DiffRow& a, const DiffRow& b) {
    return descending ? std::tie(b.differ_time, b.link_id) < std::tie(a.differ_time, a.link_id)
                      : std::tie(a.differ_time, a.link_id) < std::tie(b.differ_time, b.link_id);
  });
  std::vector<std::string> ids;
  for (const DiffRow& row : rows) {
    ids.push_back(row.link_id);
  }
  return ids;
}

// Every filter there is of these add-ons, fields, states and times.
std::vector<DifferingFilter> AllFilters() {
  std::vector<DifferingFilter> filters;
  for (const char* add_on : {"", "a", "b", "none"}) {
    for (int field = 0; field <= kFields; ++field) {
      for (const int state : {0, kStates[0], kStates[1]}) {
        for (const auto& [from, until] : {std::pair(absl::InfinitePast(), absl::InfiniteFuture()),
                                          std::pair(At(2), At(4)), std::pair(At(9), At(9))}) {
          filters.push_back({add_on, field, state, from, until});
        }
      }
    }
  }
  return filters;
}

void CheckQueue(const Reader& reader, const std::vector<DiffRow>& rows) {
  for (DifferingFilter filter : AllFilters()) {
    SCOPED_TRACE(::testing::Message()
                 << "add-on '" << filter.add_on_id << "' field " << filter.field_number << " state "
                 << filter.state << " from " << filter.from);
    EXPECT_EQ(Pages(reader, filter, false), Expected(rows, filter, false));
    EXPECT_EQ(Pages(reader, filter, true), Expected(rows, filter, true));
    const auto count = reader.CountDiffering("f", filter);
    filter.from = absl::InfinitePast();
    filter.until = absl::InfiniteFuture();
    EXPECT_EQ(*count, static_cast<std::int64_t>(Expected(rows, filter, false).size()));
  }
  std::int64_t counted = 0;
  const auto counts = reader.ListDifferingCounts("f");
  for (const DifferingCount& count : *counts) {
    EXPECT_EQ(count.links,
              *reader.CountDiffering("f", {.add_on_id = count.add_on_id,
                                           .field_number = count.differing.field_number,
                                           .state = count.differing.state}));
    EXPECT_GT(count.links, 0);
    counted += count.links;
  }
  std::int64_t differing = 0;
  for (const DiffRow& row : rows) {
    differing += static_cast<std::int64_t>(row.differing.size());
  }
  EXPECT_EQ(counted, differing);
}

TEST_P(StoreContract, TheQueueHoldsWhatDiffersWhateverChanges) {
  std::mt19937 random(7);
  const auto pick = [&](int below) { return static_cast<int>(random() % below); };
  std::vector<DiffRow> rows;
  for (int i = 0; i < 12; ++i) {
    rows.push_back({.link_id = "l" + std::to_string(i),
                    .diff = "of l" + std::to_string(i),
                    .add_on_id = i % 3 == 0 ? "b" : "a"});
  }
  for (int round = 0; round < 8; ++round) {
    for (DiffRow& row : rows) {
      if (round > 0 && pick(3) == 0) {
        continue;  // stays as it is
      }
      row.sequence = round;
      row.differing.clear();
      for (int field = 1; field <= kFields; ++field) {
        if (pick(2) == 0) {
          row.differing.push_back({field, kStates[pick(2)]});
        }
      }
      if (row.differing.empty()) {
        row.differ_time = absl::InfinitePast();
      } else if (row.differ_time == absl::InfinitePast() || pick(4) == 0) {
        row.differ_time = At(pick(6));
      }
      ASSERT_TRUE(Write([&](Transaction& t) { return t.PutDiff("f", row); }).ok());
    }
    const absl::Status read = store().Read([&](const Reader& reader) {
      CheckQueue(reader, rows);
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
  }
}

TEST_P(StoreContract, ADeletedLinkLeavesTheQueue) {
  ASSERT_TRUE(Write([](Transaction& t) {
                EXPECT_TRUE(t.PutLink(MakeLink("f", "l", "p", "a", "c")).ok());
                EXPECT_TRUE(t.PutDiff("f", MakeDiff("l", 1, "of l")).ok());
                EXPECT_TRUE(t.PutDiff("f", MakeDiff("m", 2, "of m")).ok());
                return t.DeleteLink("f", "l");
              }).ok());
  const absl::Status read = store().Read([](const Reader& reader) {
    EXPECT_THAT(Pages(reader, {}, true), ElementsAre("m"));
    EXPECT_EQ(*reader.CountDiffering("f", {.add_on_id = "a", .field_number = 1}), 1);
    EXPECT_THAT(*reader.ListDiffering("g", {}, true, {}, 9), IsEmpty());
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
}

TEST_P(StoreContract, ALinkKeepsTheTimeSinceWhenItDiffers) {
  LinkRow link = MakeLink("f", "l", "p", "a", "c");
  for (const absl::Time time : {absl::InfinitePast(), At(5), At(7), absl::InfinitePast()}) {
    link.differ_time = time;
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutLink(link); }).ok());
    EXPECT_EQ(Read([](const Reader& r) { return r.FindLink("f", "l"); })->differ_time, time);
  }
}

}  // namespace
}  // namespace profilesync::store
