#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "server/store/seal.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/guard.h"
#include "server/store/store.h"

namespace profilesync::store {

// The port's reads and writes on one connection, inside a transaction that its user began and ends.
// Not thread-safe. On a connection for reading it is handed out as a Reader alone. Its methods are
// in session_<table>.cc.
class Session final : public Transaction {
 public:
  // Both must outlive the session.
  Session(Connection& connection, const Sealer& sealer)
      : connection_(connection), sealer_(sealer) {}

  // The first error that came from the database itself, whether or not the user passed it on: after
  // one the transaction must not be committed. OK when there was none.
  const absl::Status& failure() const { return failure_; }

  Found<v1::Firm> FindFirm(std::string_view firm) const override;
  Listed<v1::Firm> ListFirms(std::string_view after_firm, int limit) const override;
  absl::Status PutFirm(const v1::Firm& firm) override;

  Found<v1::AddOn> FindAddOn(std::string_view firm, std::string_view add_on) const override;
  Found<v1::AddOn> FindAddOnByTenant(std::string_view firm, std::string_view practice_system,
                                     std::string_view tenant_id) const override;
  Listed<v1::AddOn> ListAddOns(std::string_view firm, std::string_view after_add_on,
                               int limit) const override;
  absl::Status PutAddOn(const v1::AddOn& add_on) override;
  absl::Status DeleteAddOn(std::string_view firm, std::string_view add_on) override;

  Found<v1::FieldRule> FindFieldRule(std::string_view firm, std::string_view add_on,
                                     std::string_view field) const override;
  Listed<v1::FieldRule> ListFieldRules(std::string_view firm, std::string_view add_on,
                                       std::string_view after_field, int limit) const override;
  absl::Status PutFieldRule(const v1::FieldRule& rule) override;
  absl::Status DeleteFieldRule(std::string_view firm, std::string_view add_on,
                               std::string_view field) override;

  Found<storage::v1::AddOnCredentials> FindCredentials(std::string_view firm,
                                                       std::string_view add_on) const override;
  absl::Status PutCredentials(std::string_view firm, std::string_view add_on,
                              const storage::v1::AddOnCredentials& credentials) override;
  absl::Status DeleteCredentials(std::string_view firm, std::string_view add_on) override;

  Found<storage::v1::RefreshState> FindRefreshState(std::string_view firm,
                                                    std::string_view add_on) const override;
  absl::Status PutRefreshState(std::string_view firm, std::string_view add_on,
                               const storage::v1::RefreshState& state) override;

  Found<storage::v1::CallLedger> FindCallLedger(std::string_view practice_system,
                                                std::string_view tenant_id) const override;
  absl::Status PutCallLedger(std::string_view practice_system, std::string_view tenant_id,
                             const storage::v1::CallLedger& ledger) override;

  Found<ProfileRow> FindProfile(std::string_view firm, std::string_view profile) const override;
  Found<ProfileRow> FindProfileByOrigin(std::string_view firm,
                                        const v1::PracticeOrigin& origin) const override;
  Listed<ProfileRow> ListProfilesByNameForm(std::string_view firm, std::string_view form,
                                            int limit) const override;
  Listed<ProfileRow> ListProfiles(std::string_view firm, ProfileOrder order, bool descending,
                                  const Cursor& after, int limit) const override;
  absl::Status PutProfile(const ProfileRow& profile) override;
  absl::Status DeleteProfile(std::string_view firm, std::string_view profile) override;

  Found<LinkRow> FindLink(std::string_view firm, std::string_view link) const override;
  Found<LinkRow> FindLinkOfProfile(std::string_view firm, std::string_view profile,
                                   std::string_view add_on) const override;
  Found<LinkRow> FindLinkOfClient(std::string_view firm, std::string_view add_on,
                                  std::string_view practice_client_id) const override;
  Listed<LinkRow> ListLinks(std::string_view firm, const LinkFilter& filter,
                            std::string_view after_link, int limit) const override;
  Listed<LinkRow> ListRefreshDue(absl::Time until, int limit) const override;
  absl::Status PutLink(const LinkRow& link) override;
  absl::Status DeleteLink(std::string_view firm, std::string_view link) override;

  Found<storage::v1::Snapshot> FindSnapshot(std::string_view firm,
                                            std::string_view link) const override;
  absl::Status PutSnapshot(std::string_view firm, std::string_view link,
                           const storage::v1::Snapshot& snapshot) override;

  Found<DiffRow> FindDiff(std::string_view firm, std::string_view link) const override;
  Listed<DiffRow> ListDiffering(std::string_view firm, const DifferingFilter& filter,
                                bool descending, const Cursor& after, int limit) const override;
  absl::StatusOr<std::int64_t> CountDiffering(std::string_view firm,
                                              const DifferingFilter& filter) const override;
  Listed<DifferingCount> ListDifferingCounts(std::string_view firm) const override;
  absl::Status PutDiff(std::string_view firm, const DiffRow& diff) override;
  absl::StatusOr<std::int64_t> NextDiffSequence(std::string_view firm) override;

  Found<SyncOperationRow> FindSyncOperation(std::string_view firm,
                                            std::string_view operation) const override;
  Listed<SyncOperationRow> ListSyncOperations(std::string_view firm, const OperationFilter& filter,
                                              const Cursor& after, int limit) const override;
  Listed<SyncOperationRow> ListUnfinishedSyncOperations() const override;
  absl::Status PutSyncOperation(const SyncOperationRow& operation) override;

  Found<RequestRow> FindRequest(std::string_view service,
                                std::string_view request_id) const override;
  absl::Status PutRequest(const RequestRow& request) override;
  absl::Status DeleteRequest(std::string_view service, std::string_view request_id) override;
  absl::Status DeleteRequestsBefore(absl::Time time) override;
  absl::StatusOr<int> DeleteImagesBefore(absl::Time time, int limit) override;

  Found<LongOperationRow> FindLongOperation(std::string_view firm,
                                            std::string_view operation) const override;
  Listed<LongOperationRow> ListLongOperations(std::string_view firm, std::optional<bool> done,
                                              std::string_view before, int limit) const override;
  Listed<LongOperationRow> ListUnfinishedLongOperations() const override;
  Listed<std::string> ListLongOperationSteps(std::string_view firm,
                                             std::string_view operation) const override;

  absl::StatusOr<std::string> StatesVersion() const override;
  absl::Status PutStatesVersion(std::string_view version) override;
  absl::Status PutLongOperation(std::string_view firm, std::string_view operation,
                                const LongOperationRow& row) override;
  absl::Status DeleteLongOperation(std::string_view firm, std::string_view operation) override;
  absl::Status AppendLongOperationStep(std::string_view firm, std::string_view operation,
                                       std::string_view step) override;
  absl::Status DeleteLongOperationSteps(std::string_view firm, std::string_view operation) override;

  Listed<v1::ProfileChange> ListProfileChanges(std::string_view firm, std::int64_t start_revision,
                                               int limit) const override;
  absl::StatusOr<std::int64_t> LatestRevision(std::string_view firm) const override;
  absl::StatusOr<std::int64_t> AppendProfileChange(std::string_view firm,
                                                   v1::ProfileChange* change) override;

  Listed<v1::FieldHistoryEntry> ListFieldHistory(std::string_view firm, std::string_view link,
                                                 std::string_view before, int limit) const override;
  absl::Status AppendFieldHistory(std::string_view firm, std::string_view link,
                                  v1::FieldHistoryEntry entry) override;

  Found<Lease> FindLease(std::string_view key) const override;
  absl::StatusOr<Lease> AcquireLease(std::string_view key, std::string_view holder, absl::Time now,
                                     absl::Time expiry) override;
  absl::Status CheckLease(std::string_view key, std::int64_t fence) override;
  absl::Status ReleaseLease(std::string_view key, std::int64_t fence) override;

 private:
  // Whether a finished operation's images are to be kept, though it was begun before `time`.
  absl::StatusOr<bool> NeedsImages(const SyncOperationRow& row, absl::Time time) const;
  Query Sql(std::string_view sql) const { return Query(connection_, sql); }

  // Every method's body runs in one of these: a Status or StatusOr, or what was thrown as one.
  template <typename Body>
  auto Run(Body&& body) const -> decltype(body()) {
    auto result = Guard(std::forward<Body>(body));
    if constexpr (std::is_same_v<decltype(result), absl::Status>) {
      Note(result);
    } else {
      Note(result.status());
    }
    return result;
  }
  void Note(const absl::Status& status) const;

  // All rows, or the first one, of a query that is bound; `decode` makes one from the row.
  template <typename Decode>
  static auto All(Query& query, Decode&& decode) {
    std::vector<std::invoke_result_t<Decode, Query&>> rows;
    while (query.Step()) {
      rows.push_back(decode(query));
    }
    return rows;
  }
  template <typename Decode>
  static auto First(Query& query, Decode&& decode) {
    std::optional<std::invoke_result_t<Decode, Query&>> row;
    if (query.Step()) {
      row = decode(query);
    }
    return row;
  }

  // Removes the link from the lists of differing ones.
  void DropDiffering(std::string_view firm, std::string_view link);

  ProfileRow DecodeProfile(Query& row) const;
  LinkRow DecodeLink(Query& row) const;
  SyncOperationRow DecodeOperation(Query& row, bool with_journal) const;

  Connection& connection_;
  const Sealer& sealer_;
  mutable absl::Status failure_;
};

}  // namespace profilesync::store
