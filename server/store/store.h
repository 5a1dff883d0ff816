#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/v1/field_rule.pb.h"
#include "profilesync/v1/firm.pb.h"
#include "server/store/records.h"

namespace profilesync::store {

template <typename T>
using Found = absl::StatusOr<std::optional<T>>;  // nullopt: there is none

template <typename T>
using Listed = absl::StatusOr<std::vector<T>>;

// Reads one consistent state of the store. Not thread-safe; used only inside the call that it was
// handed to. Every method may return UNAVAILABLE (STORE_UNAVAILABLE); that there is no such thing
// is no error.
class Reader {
 public:
  virtual ~Reader() = default;

  virtual Found<v1::Firm> FindFirm(std::string_view firm) const = 0;
  virtual Listed<v1::Firm> ListFirms(std::string_view after_firm, int limit) const = 0;

  virtual Found<v1::AddOn> FindAddOn(std::string_view firm, std::string_view add_on) const = 0;
  // `practice_system` by its id or its name.
  virtual Found<v1::AddOn> FindAddOnByTenant(std::string_view firm,
                                             std::string_view practice_system,
                                             std::string_view tenant_id) const = 0;
  virtual Listed<v1::AddOn> ListAddOns(std::string_view firm, std::string_view after_add_on,
                                       int limit) const = 0;
  virtual Found<v1::FieldRule> FindFieldRule(std::string_view firm, std::string_view add_on,
                                             std::string_view field) const = 0;
  // An add-on's, by field.
  virtual Listed<v1::FieldRule> ListFieldRules(std::string_view firm, std::string_view add_on,
                                               std::string_view after_field, int limit) const = 0;
  // What the add-on is authorised with.
  virtual Found<storage::v1::AddOnCredentials> FindCredentials(std::string_view firm,
                                                               std::string_view add_on) const = 0;

  virtual Found<storage::v1::RefreshState> FindRefreshState(std::string_view firm,
                                                            std::string_view add_on) const = 0;
  // The calls that count towards the limits of a practice system's tenant.
  virtual Found<storage::v1::CallLedger> FindCallLedger(std::string_view practice_system,
                                                        std::string_view tenant_id) const = 0;

  virtual Found<ProfileRow> FindProfile(std::string_view firm, std::string_view profile) const = 0;
  // The profile that was imported from the practice client.
  virtual Found<ProfileRow> FindProfileByOrigin(std::string_view firm,
                                                const v1::PracticeOrigin& origin) const = 0;
  // Those whose name has this normal form (ProfileExtra.forms), by id. None for the empty form.
  virtual Listed<ProfileRow> ListProfilesByNameForm(std::string_view firm, std::string_view form,
                                                    int limit) const = 0;
  // In the order given, `descending` or not; ties by name, in the same direction. CursorOf tells
  // where a row stands; INVALID_ARGUMENT (INVALID_PAGE_TOKEN) for a cursor that it didn't make.
  virtual Listed<ProfileRow> ListProfiles(std::string_view firm, ProfileOrder order,
                                          bool descending, const Cursor& after,
                                          int limit) const = 0;

  virtual Found<LinkRow> FindLink(std::string_view firm, std::string_view link) const = 0;
  virtual Found<LinkRow> FindLinkOfProfile(std::string_view firm, std::string_view profile,
                                           std::string_view add_on) const = 0;
  virtual Found<LinkRow> FindLinkOfClient(std::string_view firm, std::string_view add_on,
                                          std::string_view practice_client_id) const = 0;
  // By name.
  virtual Listed<LinkRow> ListLinks(std::string_view firm, const LinkFilter& filter,
                                    std::string_view after_link, int limit) const = 0;
  // Links whose refresh is due since `until` or longer, of all firms, the longest due first; not
  // those with an unfinished operation, of which no fetch would be stored.
  virtual Listed<LinkRow> ListRefreshDue(absl::Time until, int limit) const = 0;

  virtual Found<storage::v1::Snapshot> FindSnapshot(std::string_view firm,
                                                    std::string_view link) const = 0;

  virtual Found<DiffRow> FindDiff(std::string_view firm, std::string_view link) const = 0;
  // Differing links alone, by the time since when they differ, `descending` or not; ties by id, in
  // the same direction. CursorOf tells where a row stands; see ListProfiles. Costs what it returns.
  virtual Listed<DiffRow> ListDiffering(std::string_view firm, const DifferingFilter& filter,
                                        bool descending, const Cursor& after, int limit) const = 0;
  // How many links the filter chooses, its times aside. A look-up.
  virtual absl::StatusOr<std::int64_t> CountDiffering(std::string_view firm,
                                                      const DifferingFilter& filter) const = 0;
  // By add-on, field and state, where there are any.
  virtual Listed<DifferingCount> ListDifferingCounts(std::string_view firm) const = 0;

  virtual Found<SyncOperationRow> FindSyncOperation(std::string_view firm,
                                                    std::string_view operation) const = 0;
  // The latest first. Without journals. CursorOf tells where a row stands; see ListProfiles.
  virtual Listed<SyncOperationRow> ListSyncOperations(std::string_view firm,
                                                      const OperationFilter& filter,
                                                      const Cursor& after, int limit) const = 0;
  // PLANNED, PUSHING and UNKNOWN ones of all firms, with journals.
  virtual Listed<SyncOperationRow> ListUnfinishedSyncOperations() const = 0;

  virtual Found<RequestRow> FindRequest(std::string_view service,
                                        std::string_view request_id) const = 0;
  virtual Found<LongOperationRow> FindLongOperation(std::string_view firm,
                                                    std::string_view operation) const = 0;
  // By id in descending order, which is the latest first: those below `before` ("" for all), that
  // are done or not where `done` says.
  virtual Listed<LongOperationRow> ListLongOperations(std::string_view firm,
                                                      std::optional<bool> done,
                                                      std::string_view before, int limit) const = 0;
  // Those of all firms that aren't done.
  virtual Listed<LongOperationRow> ListUnfinishedLongOperations() const = 0;
  // What AppendLongOperationStep was given, in that order.
  virtual Listed<std::string> ListLongOperationSteps(std::string_view firm,
                                                     std::string_view operation) const = 0;

  // Who holds the lease on `key`, or held it last and didn't give it up.
  virtual Found<Lease> FindLease(std::string_view key) const = 0;

  // What PutStatesVersion was given last; "" when it never was.
  virtual absl::StatusOr<std::string> StatesVersion() const = 0;

  // From `start_revision` on, oldest first.
  virtual Listed<v1::ProfileChange> ListProfileChanges(std::string_view firm,
                                                       std::int64_t start_revision,
                                                       int limit) const = 0;
  // The newest revision of the firm's change log; 0 when it is empty.
  virtual absl::StatusOr<std::int64_t> LatestRevision(std::string_view firm) const = 0;
  // The latest first; those of a name, or an id, below `before` ("" for all).
  virtual Listed<v1::FieldHistoryEntry> ListFieldHistory(std::string_view firm,
                                                         std::string_view link,
                                                         std::string_view before,
                                                         int limit) const = 0;
};

// Reads and writes one unit of work: all of it is committed, or none. A Put replaces what has the
// same key. Deleting what isn't there is no error. A Put that would break a rule of uniqueness
// (an add-on's tenant, a profile's or client's link, a profile's origin) returns ALREADY_EXISTS and
// does nothing. A row without a proper name is INTERNAL (INTERNAL_DEFECT). After an error of the
// store itself the unit isn't committed, whatever its body returns.
class Transaction : public Reader {
 public:
  virtual absl::Status PutFirm(const v1::Firm& firm) = 0;
  virtual absl::Status PutAddOn(const v1::AddOn& add_on) = 0;
  // With its field rules, credentials and refresh state.
  virtual absl::Status DeleteAddOn(std::string_view firm, std::string_view add_on) = 0;
  virtual absl::Status PutFieldRule(const v1::FieldRule& rule) = 0;
  virtual absl::Status DeleteFieldRule(std::string_view firm, std::string_view add_on,
                                       std::string_view field) = 0;
  virtual absl::Status PutCredentials(std::string_view firm, std::string_view add_on,
                                      const storage::v1::AddOnCredentials& credentials) = 0;
  // With the lease on them.
  virtual absl::Status DeleteCredentials(std::string_view firm, std::string_view add_on) = 0;
  virtual absl::Status PutRefreshState(std::string_view firm, std::string_view add_on,
                                       const storage::v1::RefreshState& state) = 0;
  virtual absl::Status PutCallLedger(std::string_view practice_system, std::string_view tenant_id,
                                     const storage::v1::CallLedger& ledger) = 0;
  virtual absl::Status PutProfile(const ProfileRow& profile) = 0;
  virtual absl::Status DeleteProfile(std::string_view firm, std::string_view profile) = 0;
  virtual absl::Status PutLink(const LinkRow& link) = 0;
  // With its snapshot, diff and lease. History and operations stay.
  virtual absl::Status DeleteLink(std::string_view firm, std::string_view link) = 0;
  virtual absl::Status PutSnapshot(std::string_view firm, std::string_view link,
                                   const storage::v1::Snapshot& snapshot) = 0;
  virtual absl::Status PutDiff(std::string_view firm, const DiffRow& diff) = 0;
  // The next value of Diff.sequence for the firm.
  virtual absl::StatusOr<std::int64_t> NextDiffSequence(std::string_view firm) = 0;
  virtual absl::Status PutSyncOperation(const SyncOperationRow& operation) = 0;
  // INSERT only: ALREADY_EXISTS when the service has used the id. Answering an id whose operation
  // has ended replaces the row through DeleteRequest first.
  virtual absl::Status PutRequest(const RequestRow& request) = 0;
  virtual absl::Status DeleteRequest(std::string_view service, std::string_view request_id) = 0;
  // Deletes the requests made before `time`.
  virtual absl::Status DeleteRequestsBefore(absl::Time time) = 0;
  // Takes the practice client's images out of the journals of up to `limit` operations that were
  // over before `time`, the oldest first; how many that were. While an operation on the link is
  // unfinished they stay: it may be a restore from them.
  virtual absl::StatusOr<int> DeleteImagesBefore(absl::Time time, int limit) = 0;
  virtual absl::Status PutLongOperation(std::string_view firm, std::string_view operation,
                                        const LongOperationRow& row) = 0;
  // With its steps.
  virtual absl::Status DeleteLongOperation(std::string_view firm, std::string_view operation) = 0;
  virtual absl::Status AppendLongOperationStep(std::string_view firm, std::string_view operation,
                                               std::string_view step) = 0;
  virtual absl::Status DeleteLongOperationSteps(std::string_view firm,
                                                std::string_view operation) = 0;
  // What made the forms and ready diffs that are stored, all of them.
  virtual absl::Status PutStatesVersion(std::string_view version) = 0;
  // Gives the change the firm's next revision, sets it there and in change->profile, and returns
  // it.
  virtual absl::StatusOr<std::int64_t> AppendProfileChange(std::string_view firm,
                                                           v1::ProfileChange* change) = 0;
  // The store gives the entry its name: ids count up for each link and sort as their numbers do.
  virtual absl::Status AppendFieldHistory(std::string_view firm, std::string_view link,
                                          v1::FieldHistoryEntry entry) = 0;

  // Takes, or for the same holder renews, the lease on `key` (see leases.h) for `holder`
  // until `expiry` and returns it with a new fence; ABORTED when another holder's hasn't expired by
  // `now`.
  virtual absl::StatusOr<Lease> AcquireLease(std::string_view key, std::string_view holder,
                                             absl::Time now, absl::Time expiry) = 0;
  // ABORTED unless the lease's fence is still `fence`.
  virtual absl::Status CheckLease(std::string_view key, std::int64_t fence) = 0;
  // Gives the lease up, if its fence is still `fence`. The fence never falls.
  virtual absl::Status ReleaseLease(std::string_view key, std::int64_t fence) = 0;
};

// Where a row stands in a list of that order.
Cursor CursorOf(const ProfileRow& row, ProfileOrder order);
Cursor CursorOf(const SyncOperationRow& row);
Cursor CursorOf(const DiffRow& row);

// Where everything is kept. Thread-safe. All that a successful write did is durable when it is
// reported, and is seen by every read that starts afterwards.
class Store {
 public:
  // Runs inside the writer; must not block and must not call the store. It may be run on any
  // thread, and at most once: not at all when the write is refused or the store fails first. When
  // it returns an error nothing that it did is kept; when it throws, that is INTERNAL.
  using WriteBody = std::function<absl::Status(Transaction&)>;
  // Told once what became of a write, on a thread of the store: what the body returned, or
  // UNAVAILABLE (STORE_UNAVAILABLE) when it couldn't be committed. Must not block.
  using WriteDone = std::function<void(absl::Status)>;

  virtual ~Store() = default;

  // Runs `body` on one consistent state, on the caller's thread. It must not call the store.
  virtual absl::Status Read(absl::FunctionRef<absl::Status(const Reader&)> body) = 0;

  // Queues a write. `done` is told RESOURCE_EXHAUSTED (SERVER_BUSY, with RetryInfo) at once when
  // too many wait.
  virtual void Write(WriteBody body, WriteDone done) = 0;

  // The same, waiting for the end. Never to be called on a thread of gRPC or of the store.
  absl::Status WriteAndWait(WriteBody body);

  // OK while the store can read and write; what is wrong otherwise.
  virtual absl::Status Health() = 0;
};

}  // namespace profilesync::store
