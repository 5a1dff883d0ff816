// Lists: their order, their pages, and what rows that come in meanwhile do to them.
#include <algorithm>
#include <set>

#include "common/error.h"
#include "common/resource_name.h"
#include "server/store/contract/store_contract.h"

namespace profilesync::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Ids = std::vector<std::string>;

// All pages of a list of `limit` rows each, joined. `list` takes a cursor, `cursor_of` and `id_of`
// a row.
template <typename List, typename CursorOfRow, typename IdOfRow>
Ids Pages(List list, CursorOfRow cursor_of, IdOfRow id_of) {
  Ids ids;
  decltype(cursor_of((*list({}))[0])) cursor{};
  for (auto rows = list(cursor); rows.ok() && !rows->empty(); rows = list(cursor)) {
    EXPECT_LE(rows->size(), 2U);
    for (const auto& row : *rows) {
      ids.push_back(id_of(row));
    }
    cursor = cursor_of(rows->back());
  }
  return ids;
}

std::string IdOfProfile(const ProfileRow& row) { return IdOf(row.profile.name()); }
std::string IdOfLink(const LinkRow& row) { return IdOf(row.link.name()); }
std::string IdOfOperation(const SyncOperationRow& row) { return IdOf(row.operation.name()); }

TEST_P(StoreContract, FirmsAndAddOnsAreListedByName) {
  const Ids ids = {"Z", "a", "a-b", "a.b", "ab", "b"};
  ASSERT_TRUE(Write([&](Transaction& t) {
                for (const std::string& id : ids) {
                  EXPECT_TRUE(t.PutFirm(MakeFirm(id)).ok());
                  EXPECT_TRUE(t.PutAddOn(MakeAddOn("a", id, "xpm", id)).ok());
                }
                return absl::OkStatus();
              }).ok());
  const absl::Status status = store().Read([&](const Reader& r) {
    const auto id_of = [](const auto& row) { return IdOf(row.name()); };
    EXPECT_EQ(Pages([&](const std::string& after) { return r.ListFirms(after, 2); }, id_of, id_of),
              ids);
    EXPECT_EQ(
        Pages([&](const std::string& after) { return r.ListAddOns("a", after, 2); }, id_of, id_of),
        ids);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreContract, FieldRulesAreListedByField) {
  const Ids fields = {"email", "other_phone", "website"};
  ASSERT_TRUE(Write([&](Transaction& t) {
                for (const std::string& field : fields) {
                  EXPECT_TRUE(t.PutFieldRule(MakeFieldRule("f", "a", field)).ok());
                }
                EXPECT_TRUE(t.PutFieldRule(MakeFieldRule("g", "a", "name")).ok());
                return t.PutFieldRule(MakeFieldRule("f", "b", "name"));
              }).ok());
  const absl::Status status = store().Read([&](const Reader& r) {
    const auto id_of = [](const v1::FieldRule& rule) { return IdOf(rule.name()); };
    const auto list = [&](const std::string& after) {
      return r.ListFieldRules("f", "a", after, 2);
    };
    EXPECT_EQ(Pages(list, id_of, id_of), fields);
    EXPECT_THAT(*r.ListFieldRules("f", "c", "", 9), IsEmpty());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreContract, ProfilesAreListedInEveryOrder) {
  ASSERT_TRUE(Write([](Transaction& t) {
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "a", "zoe", 3, 9)).ok());
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "B", "Anna", 1, 9)).ok());
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "c", "anna", 1, 7)).ok());
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "a.b", "Bob", 2, -5)).ok());
                EXPECT_TRUE(t.PutProfile(MakeProfile("f", "d", "", 1, 8)).ok());
                return t.PutProfile(MakeProfile("g", "x", "Anna", 1, 9));
              }).ok());
  struct Case {
    ProfileOrder order;
    Ids expected;
  };
  const Case cases[] = {{ProfileOrder::kName, {"B", "a", "a.b", "c", "d"}},
                        {ProfileOrder::kDisplayName, {"d", "B", "c", "a.b", "a"}},
                        {ProfileOrder::kCreateTime, {"B", "c", "d", "a.b", "a"}},
                        {ProfileOrder::kUpdateTime, {"a.b", "c", "d", "B", "a"}}};
  for (const Case& c : cases) {
    for (const bool descending : {false, true}) {
      Ids expected = c.expected;
      if (descending) {
        std::reverse(expected.begin(), expected.end());
      }
      const absl::Status status = store().Read([&](const Reader& r) {
        EXPECT_EQ(Pages(
                      [&](const Cursor& after) {
                        return r.ListProfiles("f", c.order, descending, after, 2);
                      },
                      [&](const ProfileRow& row) { return CursorOf(row, c.order); }, IdOfProfile),
                  expected)
            << "order " << static_cast<int>(c.order) << " descending " << descending;
        return absl::OkStatus();
      });
      EXPECT_TRUE(status.ok()) << status;
    }
  }
}

TEST_P(StoreContract, LongOperationsAreListedFromTheLatestId) {
  ASSERT_TRUE(Write([](Transaction& t) {
                for (const char* id : {"a", "b", "B", "c", "d"}) {
                  const bool done = *id == 'a' || *id == 'c';
                  EXPECT_TRUE(t.PutLongOperation("f", id, {id, done, absl::UnixEpoch()}).ok());
                }
                return t.PutLongOperation("g", "e", {"e", true, absl::UnixEpoch()});
              }).ok());
  struct Case {
    std::optional<bool> done;
    Ids expected;
  };
  for (const Case& c : {Case{std::nullopt, {"d", "c", "b", "a", "B"}}, Case{true, {"c", "a"}},
                        Case{false, {"d", "b", "B"}}}) {
    const absl::Status status = store().Read([&](const Reader& r) {
      const auto id_of = [](const LongOperationRow& row) { return row.operation; };
      EXPECT_EQ(Pages(
                    [&](const std::string& before) {
                      return r.ListLongOperations("f", c.done, before, 2);
                    },
                    id_of, id_of),
                c.expected);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
}

TEST_P(StoreContract, ADamagedCursorIsRefused) {
  const absl::Status status = store().Read([](const Reader& r) {
    for (const absl::Status& refused :
         {r.ListProfiles("f", ProfileOrder::kCreateTime, false, {"soon", "x"}, 1).status(),
          r.ListSyncOperations("f", {}, {"soon", "x"}, 1).status(),
          r.ListFieldHistory("f", "l", "first", 1).status()}) {
      EXPECT_THAT(refused, HasCode(absl::StatusCode::kInvalidArgument));
      EXPECT_EQ(ReasonOf(refused), v1::INVALID_PAGE_TOKEN);
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreContract, ALimitIsKept) {
  ASSERT_TRUE(Write([](Transaction& t) {
                for (const char* id : {"a", "b", "c"}) {
                  EXPECT_TRUE(t.PutProfile(MakeProfile("f", id)).ok());
                }
                return absl::OkStatus();
              }).ok());
  for (const int limit : {0, 1, 2, 3, 4}) {
    EXPECT_EQ(Read([&](const Reader& r) {
                return r.ListProfiles("f", ProfileOrder::kName, true, {}, limit);
              }).size(),
              static_cast<std::size_t>(std::min(limit, 3)));
  }
}

TEST_P(StoreContract, APageGoesOnBehindRowsThatCameAndWent) {
  const auto put = [&](const std::string& id, const std::string& name) {
    ASSERT_TRUE(
        Write([&](Transaction& t) { return t.PutProfile(MakeProfile("f", id, name)); }).ok());
  };
  for (const char* id : {"b", "d", "f", "h"}) {
    put(id, id);
  }
  const auto page = [&](const Cursor& after) {
    return Read([&](const Reader& r) {
      return r.ListProfiles("f", ProfileOrder::kDisplayName, false, after, 2);
    });
  };
  const auto first = page({});
  ASSERT_EQ(first.size(), 2U);
  put("c", "c");  // behind the cursor: the first page is over
  put("e", "e");
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteProfile("f", "d"); }).ok());
  const auto second = page(CursorOf(first.back(), ProfileOrder::kDisplayName));
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(IdOfProfile(second[0]), "e");
  EXPECT_EQ(IdOfProfile(second[1]), "f");
}

TEST_P(StoreContract, LinksAreListedByEveryFilter) {
  struct Row {
    std::string id, profile, add_on, client;
  };
  const Row rows[] = {{"l1", "p1", "a1", "c1"}, {"l2", "p1", "a2", "c1"},
                      {"l3", "p2", "a1", "c2"}, {"L4", "p2", "a2", "c2"},
                      {"l5", "p3", "a1", "c3"}, {"l.6", "p4", "a1", "c4"}};
  ASSERT_TRUE(Write([&](Transaction& t) {
                for (const Row& row : rows) {
                  EXPECT_TRUE(
                      t.PutLink(MakeLink("f", row.id, row.profile, row.add_on, row.client)).ok());
                }
                return t.PutLink(MakeLink("g", "l1", "p1", "a1", "c1"));
              }).ok());
  for (const std::string profile : {"", "p1", "p9"}) {
    for (const std::string add_on : {"", "a1", "a2", "A1"}) {
      for (const std::string client : {"", "c1", "c2"}) {
        std::set<std::string> expected;
        for (const Row& row : rows) {
          if ((profile.empty() || profile == row.profile) &&
              (add_on.empty() || add_on == row.add_on) &&
              (client.empty() || client == row.client)) {
            expected.insert(row.id);
          }
        }
        const absl::Status status = store().Read([&](const Reader& r) {
          EXPECT_EQ(Pages(
                        [&](const std::string& after) {
                          return r.ListLinks("f", {profile, add_on, client}, after, 2);
                        },
                        IdOfLink, IdOfLink),
                    Ids(expected.begin(), expected.end()))
              << profile << "/" << add_on << "/" << client;
          return absl::OkStatus();
        });
        EXPECT_TRUE(status.ok()) << status;
      }
    }
  }
}

TEST_P(StoreContract, RefreshesThatAreDueAreListedLongestFirst) {
  const auto put = [&](const std::string& firm, const std::string& id, absl::Time due) {
    LinkRow row = MakeLink(firm, id, id, "a", id);
    row.refresh_due = due;
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutLink(row); }).ok());
  };
  const absl::Time now = absl::FromUnixSeconds(1'000);
  put("f", "late", now - absl::Seconds(1));
  put("f", "now", now);
  put("g", "latest", now - absl::Seconds(9));
  put("f", "soon", now + absl::Nanoseconds(1));
  put("f", "never", absl::InfinitePast());
  const auto due = [&](int limit) {
    Ids ids;
    for (const LinkRow& row : Read([&](const Reader& r) { return r.ListRefreshDue(now, limit); })) {
      ids.push_back(IdOfLink(row));
    }
    return ids;
  };
  EXPECT_THAT(due(9), ElementsAre("latest", "late", "now"));
  EXPECT_THAT(due(2), ElementsAre("latest", "late"));
  put("g", "latest", absl::InfinitePast());
  EXPECT_THAT(due(9), ElementsAre("late", "now"));
}

TEST_P(StoreContract, SyncOperationsAreListedByEveryFilterLatestFirst) {
  struct Row {
    std::string id, profile, link;
    v1::SyncOperation::State state;
    int time;
  };
  // Latest first; ties by id.
  const Row rows[] = {{"o6", "p1", "l1", v1::SyncOperation::DONE, 9},
                      {"o5", "p1", "l2", v1::SyncOperation::FAILED, 5},
                      {"o4", "p2", "l3", v1::SyncOperation::DONE, 5},
                      {"O4", "p1", "l1", v1::SyncOperation::DONE, 5},
                      {"o1", "p1", "l1", v1::SyncOperation::FAILED, 4}};
  ASSERT_TRUE(
      Write([&](Transaction& t) {
        for (const Row& row : rows) {
          EXPECT_TRUE(t.PutSyncOperation(
                           MakeOperation("f", row.id, row.profile, row.link, row.state, row.time))
                          .ok());
        }
        return t.PutSyncOperation(MakeOperation("g", "x", "p1", "l1", v1::SyncOperation::DONE, 7));
      }).ok());
  using State = std::optional<v1::SyncOperation::State>;
  for (const std::string profile : {"", "p1", "p9"}) {
    for (const std::string link : {"", "l1", "l3"}) {
      for (const State state : {State(), State(v1::SyncOperation::DONE)}) {
        Ids expected;
        for (const Row& row : rows) {
          if ((profile.empty() || profile == row.profile) && (link.empty() || link == row.link) &&
              (!state || state == row.state)) {
            expected.push_back(row.id);
          }
        }
        const absl::Status status = store().Read([&](const Reader& r) {
          EXPECT_EQ(Pages(
                        [&](const Cursor& after) {
                          return r.ListSyncOperations("f", {profile, link, state}, after, 2);
                        },
                        [](const SyncOperationRow& row) { return CursorOf(row); }, IdOfOperation),
                    expected)
              << profile << "/" << link << "/" << state.has_value();
          return absl::OkStatus();
        });
        EXPECT_TRUE(status.ok()) << status;
      }
    }
  }
  for (const SyncOperationRow& row :
       Read([](const Reader& r) { return r.ListSyncOperations("f", {}, {}, 9); })) {
    EXPECT_EQ(row.journal.ByteSizeLong(), 0U);
  }
}

TEST_P(StoreContract, UnfinishedSyncOperationsAreListedOverAllFirms) {
  for (int state = v1::SyncOperation::State_MIN; state <= v1::SyncOperation::State_MAX; ++state) {
    const std::string firm = state % 2 == 0 ? "f" : "g";
    const auto row = MakeOperation(firm, v1::SyncOperation::State_Name(state), "p", "l",
                                   static_cast<v1::SyncOperation::State>(state));
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutSyncOperation(row); }).ok());
  }
  Ids ids;
  for (const SyncOperationRow& row :
       Read([](const Reader& r) { return r.ListUnfinishedSyncOperations(); })) {
    ids.push_back(IdOfOperation(row));
    EXPECT_EQ(row.journal.pre_image(), "pre-image of " + ids.back());
  }
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("PLANNED", "PUSHING", "UNKNOWN"));
}

TEST_P(StoreContract, FieldHistoryIsListedLatestFirst) {
  for (const std::string reason : {"1", "2", "3", "4", "5"}) {
    v1::FieldHistoryEntry entry;
    entry.set_reason(reason);
    ASSERT_TRUE(Write([&](Transaction& t) {
                  EXPECT_TRUE(t.AppendFieldHistory("f", "other", entry).ok());
                  return t.AppendFieldHistory("f", "l", entry);
                }).ok());
  }
  const absl::Status status = store().Read([](const Reader& r) {
    const auto name_of = [](const v1::FieldHistoryEntry& entry) { return entry.name(); };
    const auto list = [&](const std::string& before) {
      return r.ListFieldHistory("f", "l", before, 2);
    };
    EXPECT_EQ(Pages(list, name_of, [](const auto& entry) { return entry.reason(); }),
              Ids({"5", "4", "3", "2", "1"}));
    const Ids names = Pages(list, name_of, name_of);
    EXPECT_TRUE(std::is_sorted(names.rbegin(), names.rend()));
    EXPECT_TRUE(names.front().starts_with("firms/f/links/l/fieldHistoryEntries/")) << names.front();
    EXPECT_THAT(*r.ListFieldHistory("g", "l", "", 9), IsEmpty());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreContract, ProfileChangesAreListedFromARevision) {
  for (int i = 1; i <= 4; ++i) {
    v1::ProfileChange change = MakeChange("f", "p" + std::to_string(i));
    ASSERT_TRUE(Write([&](Transaction& t) {
                  EXPECT_EQ(*t.AppendProfileChange("f", &change), i);
                  return absl::OkStatus();
                }).ok());
    EXPECT_EQ(change.revision(), i);
    EXPECT_EQ(change.profile().revision(), i);
  }
  const auto changes = Read([](const Reader& r) { return r.ListProfileChanges("f", 2, 2); });
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].revision(), 2);
  EXPECT_EQ(changes[0].profile().name(), ProfileName("f", "p2"));
  EXPECT_EQ(changes[1].revision(), 3);
  EXPECT_EQ(Read([](const Reader& r) { return r.LatestRevision("f"); }), 4);
  EXPECT_EQ(Read([](const Reader& r) { return r.LatestRevision("g"); }), 0);
  EXPECT_THAT(Read([](const Reader& r) { return r.ListProfileChanges("f", 5, 9); }), IsEmpty());
}

}  // namespace
}  // namespace profilesync::store
