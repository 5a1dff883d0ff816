#include "server/verb/long_operation.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/store/leases.h"
#include "server/verb/errors.h"

namespace profilesync::verb {
namespace {

using google::longrunning::Operation;

absl::Status Lost(std::string_view name) {
  return absl::AbortedError(std::string(name) + " has been ended, or taken over, elsewhere");
}

absl::StatusOr<store::LongOperationRow> FindRow(const store::Reader& reader,
                                                std::string_view name) {
  ASSIGN_OR_RETURN(auto row, reader.FindLongOperation(FirmOf(name), LastId(name)));
  if (!row) {
    return NotFound(name);
  }
  return *std::move(row);
}

// The lease, where it is that holder's; over or not: nobody has taken it since.
absl::StatusOr<store::Lease> HeldLease(const store::Reader& reader, std::string_view name,
                                       std::string_view holder) {
  ASSIGN_OR_RETURN(auto lease, reader.FindLease(store::LongOperationLeaseKey(name)));
  if (!lease || lease->holder != holder) {
    return Lost(name);
  }
  return *std::move(lease);
}

absl::Status Acquire(const Environment& environment, std::string_view name, std::string_view holder,
                     store::Transaction& transaction) {
  const absl::Time now = environment.clock.Now();
  return transaction
      .AcquireLease(store::LongOperationLeaseKey(name), holder, now,
                    now + store::kLongOperationLease)
      .status();
}

}  // namespace

absl::Status CutOffByShutdown() {
  return MakeError(
      absl::StatusCode::kUnavailable, v1::SHUTTING_DOWN,
      "the server stopped before the operation ended; what it had done stays, so start it again");
}

absl::Status CancelledByRequest() {
  return MakeError(absl::StatusCode::kCancelled, v1::OPERATION_CANCELLED,
                   "the operation was cancelled; what it had done stays");
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

absl::StatusOr<bool> IsAtWork(const Environment& environment, std::string_view name,
                              const store::Reader& reader) {
  ASSIGN_OR_RETURN(const auto lease, reader.FindLease(store::LongOperationLeaseKey(name)));
  return lease && store::IsHeld(*lease, environment.clock.Now());
}

absl::Status TakeLongOperation(const Environment& environment, std::string_view name,
                               std::string_view holder, store::Transaction& transaction) {
  ASSIGN_OR_RETURN(store::LongOperationRow row, FindRow(transaction, name));
  ASSIGN_OR_RETURN(const auto last, transaction.FindLease(store::LongOperationLeaseKey(name)));
  if (row.done) {
    return Lost(name);
  }
  RETURN_IF_ERROR(Acquire(environment, name, holder, transaction));
  if (!last || last->holder == holder) {
    return absl::OkStatus();
  }
  ++row.cut_offs;
  return transaction.PutLongOperation(FirmOf(name), LastId(name), row);
}

absl::Status RenewLongOperation(const Environment& environment, std::string_view name,
                                std::string_view holder, store::Transaction& transaction) {
  RETURN_IF_ERROR(HeldLease(transaction, name, holder).status());
  return Acquire(environment, name, holder, transaction);
}

absl::Status LeaveLongOperation(std::string_view name, std::string_view holder,
                                store::Transaction& transaction) {
  const auto lease = HeldLease(transaction, name, holder);
  if (absl::IsAborted(lease.status())) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(lease.status());
  return transaction.ReleaseLease(store::LongOperationLeaseKey(name), lease->fence);
}

absl::Status StoreBegun(const Environment& environment, const Operation& operation,
                        store::Transaction& transaction) {
  return transaction.PutLongOperation(FirmOf(operation.name()), LastId(operation.name()),
                                      {.operation = operation.SerializeAsString(),
                                       .done = operation.done(),
                                       .update_time = environment.clock.Now()});
}

absl::Status StoreHeld(const Environment& environment, const Operation& operation,
                       std::string_view holder, store::Transaction& transaction) {
  const std::string_view firm = FirmOf(operation.name());
  const std::string_view id = LastId(operation.name());
  ASSIGN_OR_RETURN(const store::Lease lease, HeldLease(transaction, operation.name(), holder));
  ASSIGN_OR_RETURN(store::LongOperationRow row, FindRow(transaction, operation.name()));
  row.operation = operation.SerializeAsString();
  row.done = operation.done();
  row.update_time = environment.clock.Now();
  row.cut_offs = 0;
  RETURN_IF_ERROR(transaction.PutLongOperation(firm, id, row));
  if (!operation.done()) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(transaction.DeleteLongOperationSteps(firm, id));
  return transaction.ReleaseLease(store::LongOperationLeaseKey(operation.name()), lease.fence);
}

absl::StatusOr<Operation> FindOperation(const store::Reader& reader, std::string_view name) {
  ASSIGN_OR_RETURN(const store::LongOperationRow row, FindRow(reader, name));
  Operation operation;
  if (!operation.ParseFromString(row.operation)) {
    return absl::DataLossError("the stored operation " + std::string(name) + " can't be read");
  }
  return operation;
}

}  // namespace profilesync::verb
