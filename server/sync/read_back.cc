#include "server/sync/read_back.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/model/snapshot.h"
#include "server/store/leases.h"
#include "server/sync/open_write.h"
#include "server/sync/write_guard.h"
#include "server/verb/find.h"
#include "server/verb/long_operation.h"

namespace profilesync::sync {
namespace {

using connector::UpdateResult;

// Within kReadBackLease.
constexpr absl::Duration kReadTime = absl::Seconds(45);

bool IsOpen(const std::optional<store::SyncOperationRow>& row) {
  return row && row->operation.state() == v1::SyncOperation::UNKNOWN &&
         !row->operation.link().empty();
}

absl::Duration ShownWithin(const storage::v1::SyncJournal& journal) {
  return absl::Seconds(journal.shown_within().seconds());
}

// One operation that is being read back, under its link's lease.
class Reading {
 public:
  Reading(const Environment& environment, std::string name, const ReadBackTimes& times)
      : environment_(environment), name_(std::move(name)), times_(times) {}

  absl::Status Run() {
    RETURN_IF_ERROR(environment_.store.WriteAndWait(
        [this](store::Transaction& transaction) { return Begin(transaction); }));
    if (!IsOpen(row_)) {
      return absl::OkStatus();
    }
    const absl::Status status = ReadAndRecord();
    if (!status.ok()) {
      GiveLeaseUp();
    }
    return status;
  }

 private:
  absl::Status Begin(store::Transaction& transaction) {
    ASSIGN_OR_RETURN(row_, transaction.FindSyncOperation(FirmOf(name_), LastId(name_)));
    if (!IsOpen(row_)) {
      return absl::OkStatus();
    }
    const absl::Time now = environment_.clock.Now();
    if (IsYetToCome(row_->journal, now)) {
      // How long ago the write was over isn't known: the waits begin anew.
      *row_->journal.mutable_write_over_time() = ToProto(now);
      row_->journal.clear_unapplied_read_times();
    }
    ASSIGN_OR_RETURN(lease_, transaction.AcquireLease(store::LinkLeaseKey(row_->operation.link()),
                                                      environment_.ids.NewId(), now,
                                                      now + store::kReadBackLease));
    row_->fence = lease_.fence;
    RETURN_IF_ERROR(transaction.PutSyncOperation(*row_));
    ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, row_->operation.link()));
    ASSIGN_OR_RETURN(state_, model::LoadLinkState(environment_, transaction, std::move(link)));
    RETURN_IF_ERROR(verb::CheckActive(state_.add_on));
    RETURN_IF_ERROR(model::RequireConnector(environment_, state_.add_on).status());
    state_.tenant = model::TenantOf(environment_, state_.add_on, budget::Priority::kBackground);
    auto write = MakeOpenWrite(transaction, state_, *row_);
    // Without one nothing that a read shows is evidence.
    write_ = write.ok() ? *std::move(write) : nullptr;
    return absl::OkStatus();
  }

  absl::Status ReadAndRecord() {
    RETURN_IF_ERROR(Failpoint("read_back.after_begin"));
    RETURN_IF_ERROR(Read());
    RETURN_IF_ERROR(Failpoint("read_back.after_read"));
    RETURN_IF_ERROR(
        environment_.store.WriteAndWait([this](store::Transaction& transaction) -> absl::Status {
          RETURN_IF_ERROR(Record(transaction));
          return Failpoint("read_back.in_record");
        }));
    Failpoint("read_back.after_record").IgnoreError();
    return absl::OkStatus();
  }

  absl::Status Read() {
    ASSIGN_OR_RETURN(connector::Connector* const connector,
                     model::RequireConnector(environment_, state_.add_on));
    read_time_ = environment_.clock.Now();
    auto fetched = connector->Get(state_.tenant, row_->operation.practice_client_id(),
                                  {.deadline = read_time_ + kReadTime});
    if (fetched.ok()) {
      client_ = *std::move(fetched);
      return absl::OkStatus();
    }
    // That the client is gone is an answer, and no evidence.
    return ReasonOf(fetched.status()) == v1::PRACTICE_CLIENT_NOT_FOUND ? absl::OkStatus()
                                                                       : fetched.status();
  }

  absl::Status Record(store::Transaction& transaction) {
    RETURN_IF_ERROR(
        transaction.CheckLease(store::LinkLeaseKey(row_->operation.link()), lease_.fence));
    const Evidence evidence =
        write_ != nullptr && client_ ? write_->EvidenceIn(*client_) : Evidence::kNone;
    switch (evidence) {
      case Evidence::kApplied:
        return Settle({.outcome = UpdateResult::Outcome::kApplied,
                       .status = absl::OkStatus(),
                       .after = client_,
                       .read_time = read_time_,
                       .other_changes = write_->OtherChanges(*client_)},
                      transaction);
      case Evidence::kNotApplied:
        return NotApplied(transaction);
      case Evidence::kNone:
        // One of several values may be shown before the others.
        if (row_->journal.taken() && client_ && !IsLate()) {
          return WaitOn(transaction);
        }
        return NeedsAttention("what the practice client shows doesn't tell whether it was written",
                              transaction);
    }
    return absl::OkStatus();
  }

  // Whether what isn't shown by now won't be.
  bool IsLate() const {
    return read_time_ >= FromProto(row_->journal.write_over_time()) +
                             std::max(times_.second, ShownWithin(row_->journal));
  }

  absl::Status WaitOn(store::Transaction& transaction) {
    *row_->journal.add_unapplied_read_times() = ToProto(read_time_);
    RETURN_IF_ERROR(transaction.PutSyncOperation(*row_));
    return transaction.ReleaseLease(store::LinkLeaseKey(row_->operation.link()), lease_.fence);
  }

  absl::Status NotApplied(store::Transaction& transaction) {
    if (row_->journal.unapplied_read_times().empty() || !IsLate()) {
      return WaitOn(transaction);
    }
    if (row_->journal.taken()) {
      return NeedsAttention("the practice system took the write and doesn't show it", transaction);
    }
    return Settle(
        {.outcome = UpdateResult::Outcome::kRefused,
         .status = MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                             "the practice system didn't apply the write: two later reads show "
                             "what was there before"),
         .after = client_,
         .read_time = read_time_,
         .other_changes = {}},
        transaction);
  }

  absl::Status Settle(const PushResult& push, store::Transaction& transaction) {
    store::SyncOperationRow row = *row_;
    RETURN_IF_ERROR(write_->Store(environment_, push, &row, transaction));
    LogInfo("sync operation ", name_, " was read back and is ",
            v1::SyncOperation::State_Name(row.operation.state()));
    return absl::OkStatus();
  }

  absl::Status NeedsAttention(const std::string& why, store::Transaction& transaction) {
    store::SyncOperationRow row = *row_;
    row.operation.set_state(v1::SyncOperation::NEEDS_ATTENTION);
    for (v1::FieldResult& result : *row.operation.mutable_field_results()) {
      if (result.outcome() == v1::FieldResult::UNKNOWN) {
        result.set_message(why);
      }
    }
    if (client_ && write_ != nullptr) {
      // It may be others' doing; but what if it is the write's, and the next one does it too?
      write_->NoteAfter(*client_, &row);
      RETURN_IF_ERROR(GuardWrites(environment_, row.operation, transaction));
    }
    RETURN_IF_ERROR(transaction.PutSyncOperation(row));
    ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, row.operation.link()));
    ASSIGN_OR_RETURN(model::LinkState state,
                     model::LoadLinkState(environment_, transaction, std::move(link)));
    if (client_) {
      state.snapshot = model::MergeSnapshot(state.snapshot, client_->client, read_time_);
    }
    RETURN_IF_ERROR(model::StoreLinkState(environment_, transaction, state));
    LogWarning("sync operation ", name_, " needs attention: ", why);
    return transaction.ReleaseLease(store::LinkLeaseKey(row.operation.link()), lease_.fence);
  }

  void GiveLeaseUp() {
    environment_.store
        .WriteAndWait([&](store::Transaction& transaction) {
          return transaction.ReleaseLease(store::LinkLeaseKey(row_->operation.link()),
                                          lease_.fence);
        })
        .IgnoreError();  // it ends by itself
  }

  const Environment& environment_;
  const std::string name_;
  const ReadBackTimes times_;
  std::optional<store::SyncOperationRow> row_;
  store::Lease lease_;
  model::LinkState state_;
  std::unique_ptr<OpenWrite> write_;
  absl::Time read_time_;
  std::optional<connector::FetchedClient> client_;  // nullopt: it is gone
};

}  // namespace

bool IsYetToCome(const storage::v1::SyncJournal& journal, absl::Time now) {
  return FromProto(journal.write_over_time()) > now + absl::Minutes(1);
}

absl::Time NextReadBack(const storage::v1::SyncJournal& journal, const ReadBackTimes& times) {
  const absl::Time over = FromProto(journal.write_over_time());
  if (journal.unapplied_read_times().empty()) {
    return over + times.first;
  }
  if (ShownWithin(journal) <= times.second) {
    return over + times.second;
  }
  return FromProto(*journal.unapplied_read_times().rbegin()) + times.second;
}

absl::Status ReadBack(const Environment& environment, const std::string& operation,
                      const ReadBackTimes& times) {
  return Reading(environment, operation, times).Run();
}

}  // namespace profilesync::sync
