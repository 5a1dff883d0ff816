// Every query of the session must be an index range: none scans a table or sorts.
#include <set>

#include "server/store/contract/store_contract.h"
#include "server/store/sqlite/session.h"
#include "server/store/sqlite/test_database.h"

namespace profilesync::store {
namespace {

// The statements that `use` prepares on a connection of its own.
std::set<std::string> StatementsOf(const std::string& path, const Sealer& sealer,
                                   const std::function<void(Session&)>& use) {
  const auto connection = Connection::Open(path, Connection::Use::kWrite, absl::Seconds(1));
  EXPECT_TRUE(connection.ok()) << connection.status();
  Session session(**connection, sealer);
  use(session);
  std::set<std::string> statements;
  for (sqlite3_stmt* statement = sqlite3_next_stmt((*connection)->handle(), nullptr);
       statement != nullptr; statement = sqlite3_next_stmt((*connection)->handle(), statement)) {
    statements.insert(sqlite3_sql(statement));
  }
  return statements;
}

void UseLists(Session& s) {
  for (const ProfileOrder order : {ProfileOrder::kName, ProfileOrder::kDisplayName,
                                   ProfileOrder::kCreateTime, ProfileOrder::kUpdateTime}) {
    EXPECT_TRUE(s.ListProfiles("f", order, false, {}, 1).ok());
    EXPECT_TRUE(s.ListProfiles("f", order, true, {}, 1).ok());
  }
  for (const std::string profile : {"", "p"}) {
    for (const std::string other : {"", "o"}) {
      for (const std::string client : {"", "c"}) {
        EXPECT_TRUE(s.ListLinks("f", {profile, other, client}, "", 1).ok());
      }
      EXPECT_TRUE(s.ListSyncOperations("f", {profile, other, std::nullopt}, {}, 1).ok());
      EXPECT_TRUE(s.ListSyncOperations("f", {profile, other, v1::SyncOperation::DONE}, {}, 1).ok());
    }
  }
  EXPECT_TRUE(s.ListFirms("", 1).ok());
  EXPECT_TRUE(s.ListAddOns("f", "", 1).ok());
  EXPECT_TRUE(s.ListFieldRules("f", "a", "", 1).ok());
  EXPECT_TRUE(s.ListRefreshDue(absl::UnixEpoch(), 1).ok());
  for (const bool descending : {false, true}) {
    EXPECT_TRUE(s.ListDiffering("f", {}, descending, {}, 1).ok());
  }
  EXPECT_TRUE(s.ListDifferingCounts("f").ok());
  EXPECT_TRUE(s.ListUnfinishedSyncOperations().ok());
  for (const std::optional<bool> done : {std::optional<bool>(), std::optional<bool>(true)}) {
    EXPECT_TRUE(s.ListLongOperations("f", done, "", 1).ok());
  }
  EXPECT_TRUE(s.ListUnfinishedLongOperations().ok());
  EXPECT_TRUE(s.ListLongOperationSteps("f", "o").ok());
  EXPECT_TRUE(s.ListProfileChanges("f", 1, 1).ok());
  EXPECT_TRUE(s.ListFieldHistory("f", "l", "", 1).ok());
}

void UseRows(Session& s) {
  EXPECT_TRUE(s.FindFirm("f").ok());
  EXPECT_TRUE(s.FindAddOn("f", "a").ok());
  EXPECT_TRUE(s.FindAddOnByTenant("f", "s", "t").ok());
  EXPECT_TRUE(s.FindFieldRule("f", "a", "email").ok());
  EXPECT_TRUE(s.PutFieldRule(MakeFieldRule("f", "a", "email")).ok());
  EXPECT_TRUE(s.DeleteFieldRule("f", "a", "email").ok());
  EXPECT_TRUE(s.FindCredentials("f", "a").ok());
  EXPECT_TRUE(s.FindRefreshState("f", "a").ok());
  EXPECT_TRUE(s.PutRefreshState("f", "a", storage::v1::RefreshState()).ok());
  EXPECT_TRUE(s.FindCallLedger("s", "t").ok());
  EXPECT_TRUE(s.PutCallLedger("s", "t", storage::v1::CallLedger()).ok());
  EXPECT_TRUE(s.PutCredentials("f", "a", storage::v1::AddOnCredentials()).ok());
  EXPECT_TRUE(s.DeleteAddOn("f", "a").ok());
  EXPECT_TRUE(s.FindProfile("f", "p").ok());
  EXPECT_TRUE(s.ListProfilesByNameForm("f", "form", 1).ok());
  EXPECT_TRUE(s.FindProfileByOrigin("f", v1::PracticeOrigin()).ok());
  EXPECT_TRUE(s.FindLink("f", "l").ok());
  EXPECT_TRUE(s.FindLinkOfProfile("f", "p", "a").ok());
  EXPECT_TRUE(s.FindLinkOfClient("f", "a", "c").ok());
  EXPECT_TRUE(s.FindSnapshot("f", "l").ok());
  EXPECT_TRUE(s.FindDiff("f", "l").ok());
  EXPECT_TRUE(s.CountDiffering("f", {}).ok());
  EXPECT_TRUE(s.PutDiff("f", MakeDiff("l", 1)).ok());
  EXPECT_TRUE(s.FindSyncOperation("f", "o").ok());
  EXPECT_TRUE(s.FindRequest("s", "r").ok());
  EXPECT_TRUE(s.FindLongOperation("f", "o").ok());
  EXPECT_TRUE(s.AppendLongOperationStep("f", "o", "step").ok());
  EXPECT_TRUE(s.DeleteLongOperation("f", "o").ok());
  EXPECT_TRUE(s.FindLease("k").ok());
  EXPECT_TRUE(s.LatestRevision("f").ok());
  EXPECT_TRUE(s.StatesVersion().ok());
  EXPECT_TRUE(s.CheckLease("k", 1).code() == absl::StatusCode::kAborted);
  EXPECT_TRUE(s.PutProfile(MakeProfile("f", "p")).ok());
  EXPECT_TRUE(s.PutLink(MakeLink("f", "l", "p", "a", "c")).ok());
  EXPECT_TRUE(s.DeleteLink("f", "l").ok());
  EXPECT_TRUE(s.DeleteRequestsBefore(absl::UnixEpoch()).ok());
  EXPECT_TRUE(s.DeleteImagesBefore(absl::UnixEpoch(), 1).ok());
  EXPECT_TRUE(s.AppendFieldHistory("f", "l", v1::FieldHistoryEntry()).ok());
}

TEST(SqlitePlanTest, NoQueryScansOrSorts) {
  TestDatabase database;
  database.Open();
  std::set<std::string> statements =
      StatementsOf(database.path(), *database.options().sealer, UseLists);
  EXPECT_GE(statements.size(), 8U + 8U + 8U + 7U);
  statements.merge(StatementsOf(database.path(), *database.options().sealer, UseRows));
  int explained = 0;
  for (const std::string& sql : statements) {
    for (const std::string& row : database.Sql("EXPLAIN QUERY PLAN " + sql)) {
      ++explained;
      // The partial indices of unfinished operations hold nothing but the rows to list.
      if (row.find("_operations_unfinished") != std::string::npos) {
        continue;
      }
      EXPECT_EQ(row.find("TEMP B-TREE"), std::string::npos) << sql << "\n  " << row;
      const bool constant_row = row.ends_with("SCAN CONSTANT ROW");
      EXPECT_TRUE(constant_row || row.find("SCAN") == std::string::npos) << sql << "\n  " << row;
    }
  }
  EXPECT_GE(explained, 40);
}

// Without statistics SQLite guesses; a bound may not be left to a filter behind a wider range.
TEST(SqlitePlanTest, ListsGoOnInsideTheIndex) {
  TestDatabase database;
  database.Open();
  for (const std::string& sql :
       StatementsOf(database.path(), *database.options().sealer, UseLists)) {
    for (const std::string& row : database.Sql("EXPLAIN QUERY PLAN " + sql)) {
      const bool bounded = row.find('>') != std::string::npos ||
                           row.find('<') != std::string::npos ||
                           row.find("_operations_unfinished") != std::string::npos;
      // What a row of the list is joined with is looked up.
      const bool joined = row.ends_with("(firm=? AND link_id=?)");
      EXPECT_TRUE(bounded || joined) << sql << "\n  " << row;
    }
  }
}

}  // namespace
}  // namespace profilesync::store
