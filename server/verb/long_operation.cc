#include "server/verb/long_operation.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::verb {
namespace {

using google::longrunning::Operation;

// Longer than a list of a practice system may be silent, with the usual time-outs.
constexpr absl::Duration kLeaseTime = absl::Minutes(15);

std::string LeaseKey(const Operation& operation) { return "operation:" + operation.name(); }

absl::Status Put(const Environment& environment, const Operation& operation,
                 store::Transaction& transaction) {
  return transaction.PutLongOperation(FirmOf(operation.name()), LastId(operation.name()),
                                      {.operation = operation.SerializeAsString(),
                                       .done = operation.done(),
                                       .update_time = environment.clock.Now()});
}

// ABORTED when the operation is stored as done already.
absl::Status CheckNotDone(const Operation& operation, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const auto row,
                   reader.FindLongOperation(FirmOf(operation.name()), LastId(operation.name())));
  return row && row->done ? absl::AbortedError(operation.name() + " has been ended")
                          : absl::OkStatus();
}

absl::Status EndAbandoned(const Environment& environment, Operation operation,
                          store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckNotDone(operation, transaction));
  const absl::Time now = environment.clock.Now();
  ASSIGN_OR_RETURN(const store::Lease lease,
                   transaction.AcquireLease(LeaseKey(operation), "recovery", now, now));
  operation.set_done(true);
  *operation.mutable_error() = ToRpcStatus(CutOffByShutdown());
  RETURN_IF_ERROR(Put(environment, operation, transaction));
  return transaction.ReleaseLease(LeaseKey(operation), lease.fence);
}

}  // namespace

absl::Status CutOffByShutdown() {
  return MakeError(
      absl::StatusCode::kUnavailable, v1::SHUTTING_DOWN,
      "the server stopped before the operation ended; what it had done stays, so start it again");
}

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status rpc;
  rpc.set_code(static_cast<int>(status.code()));
  rpc.set_message(std::string(SV(status.message())));
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    auto* detail = rpc.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(payload));
  });
  return rpc;
}

absl::Status StoreRunning(const Environment& environment, const Operation& operation,
                          store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckNotDone(operation, transaction));
  const absl::Time now = environment.clock.Now();
  RETURN_IF_ERROR(
      transaction.AcquireLease(LeaseKey(operation), LastId(operation.name()), now, now + kLeaseTime)
          .status());
  return Put(environment, operation, transaction);
}

absl::Status StoreDone(const Environment& environment, const Operation& operation,
                       store::Transaction& transaction) {
  RETURN_IF_ERROR(CheckNotDone(operation, transaction));
  const absl::Time now = environment.clock.Now();
  ASSIGN_OR_RETURN(
      const store::Lease lease,
      transaction.AcquireLease(LeaseKey(operation), LastId(operation.name()), now, now));
  RETURN_IF_ERROR(Put(environment, operation, transaction));
  return transaction.ReleaseLease(LeaseKey(operation), lease.fence);
}

absl::Status EndAbandonedOperations(const Environment& environment) {
  std::vector<Operation> unfinished;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<store::LongOperationRow> rows,
                     reader.ListUnfinishedLongOperations());
    for (const store::LongOperationRow& row : rows) {
      unfinished.emplace_back().ParseFromString(row.operation);
    }
    return absl::OkStatus();
  }));
  for (const Operation& operation : unfinished) {
    const absl::Status ended = environment.store.WriteAndWait([&](store::Transaction& transaction) {
      return EndAbandoned(environment, operation, transaction);
    });
    // ABORTED: it is at work, or has ended by itself.
    if (!ended.ok() && !absl::IsAborted(ended)) {
      return ended;
    }
  }
  return absl::OkStatus();
}

}  // namespace profilesync::verb
