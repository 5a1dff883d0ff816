#include "server/sync/recover.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/export_state.h"
#include "server/model/link_state.h"
#include "server/store/leases.h"
#include "server/sync/operation.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

bool WasRunning(const v1::SyncOperation& operation) {
  return operation.state() == v1::SyncOperation::PLANNED ||
         operation.state() == v1::SyncOperation::PUSHING;
}

void SettleResults(v1::SyncOperation* operation) {
  const bool may_be_sent = operation->state() == v1::SyncOperation::PUSHING;
  for (v1::FieldResult& result : *operation->mutable_field_results()) {
    if (result.outcome() != v1::FieldResult::OUTCOME_UNSPECIFIED) {
      continue;
    }
    if (may_be_sent && result.direction() == v1::TO_PRACTICE) {
      result.set_outcome(v1::FieldResult::UNKNOWN);
      result.set_message("the server stopped while it was writing");
    } else {
      result.set_outcome(v1::FieldResult::NOT_APPLIED);
      result.set_message("the server stopped before it wrote");
    }
  }
}

// An export has no link yet. Whether it created a client is for the next export of the profile to
// look for: nothing is sent from here.
absl::Status RecoverExport(const Environment& environment, store::SyncOperationRow row,
                           store::Transaction& transaction) {
  const std::string& name = row.operation.name();
  const std::string key = store::ExportLeaseKey(name);
  const absl::Time now = environment.clock.Now();
  ASSIGN_OR_RETURN(const store::Lease lease,
                   transaction.AcquireLease(key, "recovery", now, now + store::kMomentaryLease));
  SettleResults(&row.operation);
  model::NeedAttention("the server stopped while the practice system was asked for the client",
                       &row.operation);
  row.fence = lease.fence;
  RETURN_IF_ERROR(transaction.PutSyncOperation(row));
  RETURN_IF_ERROR(transaction.ReleaseLease(key, lease.fence));
  LogWarning("export ", name, " was left unfinished and needs attention");
  return absl::OkStatus();
}

absl::Status RecoverOne(const Environment& environment, const std::string& name,
                        store::Transaction& transaction) {
  ASSIGN_OR_RETURN(auto row, transaction.FindSyncOperation(FirmOf(name), LastId(name)));
  if (!row || !WasRunning(row->operation)) {
    return absl::OkStatus();
  }
  if (row->operation.kind() == v1::SyncOperation::EXPORT) {
    return RecoverExport(environment, *std::move(row), transaction);
  }
  const std::string key = store::LinkLeaseKey(row->operation.link());
  const absl::Time now = environment.clock.Now();
  // Taking the lease raises its fence: whoever still thinks to hold it can't store an outcome.
  ASSIGN_OR_RETURN(const store::Lease lease,
                   transaction.AcquireLease(key, "recovery", now, now + store::kMomentaryLease));
  SettleResults(&row->operation);
  row->operation.set_state(StateOf(row->operation.field_results()));
  row->fence = lease.fence;
  const bool finished = row->operation.state() != v1::SyncOperation::UNKNOWN;
  if (finished) {
    *row->operation.mutable_finish_time() = ToProto(now);
  } else {
    *row->journal.mutable_write_over_time() = ToProto(now);  // the lease is: so is the write
  }
  RETURN_IF_ERROR(transaction.PutSyncOperation(*row));
  RETURN_IF_ERROR(verb::FreeRequestId(row->operation, transaction));
  ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, row->operation.link()));
  ++link.write_sequence;
  if (finished) {
    link.unfinished_operation.clear();
  }
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(link)));
  RETURN_IF_ERROR(model::StoreLinkState(environment, transaction, state));
  RETURN_IF_ERROR(transaction.ReleaseLease(key, lease.fence));
  LogWarning("sync operation ", name, " was left unfinished and is now ",
             v1::SyncOperation::State_Name(row->operation.state()));
  return absl::OkStatus();
}

}  // namespace

absl::Status RecoverOperations(const Environment& environment) {
  std::vector<std::string> left;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<store::SyncOperationRow> unfinished,
                     reader.ListUnfinishedSyncOperations());
    for (const store::SyncOperationRow& row : unfinished) {
      if (WasRunning(row.operation)) {
        left.push_back(row.operation.name());
      }
    }
    return absl::OkStatus();
  }));
  for (const std::string& name : left) {
    const absl::Status recovered =
        environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
          RETURN_IF_ERROR(RecoverOne(environment, name, transaction));
          return Failpoint("recover.in_settle");
        });
    RETURN_IF_ERROR(Failpoint("recover.after_settle"));
    // ABORTED: somebody holds the lease and is at work.
    if (recovered.ok() || absl::IsAborted(recovered)) {
      continue;
    }
    if (ReasonOf(recovered) == v1::STORE_UNAVAILABLE) {
      return recovered;
    }
    // The others mustn't wait for one that can't be made out.
    LogError("sync operation ", name, " can't be recovered: ", recovered.message());
  }
  return absl::OkStatus();
}

}  // namespace profilesync::sync
