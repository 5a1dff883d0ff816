#include "client/cpp/error.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace profilesync::client {
namespace {

using v1::FieldResult;
using v1::SyncOperation;

std::string OperationTypeUrl() {
  return absl::StrCat("type.googleapis.com/", SyncOperation::descriptor()->full_name());
}

// "website MOVED, email REFUSED (too long)": the fields that didn't come out as asked.
std::string Unfinished(const SyncOperation& operation) {
  std::vector<std::string> parts;
  for (const FieldResult& result : operation.field_results()) {
    if (result.outcome() == FieldResult::APPLIED || result.outcome() == FieldResult::COERCED ||
        result.outcome() == FieldResult::UNCHANGED) {
      continue;
    }
    std::string part = result.field();
    if (result.outcome() != FieldResult::OUTCOME_UNSPECIFIED) {
      absl::StrAppend(&part, " ", FieldResult::Outcome_Name(result.outcome()));
    }
    if (!result.message().empty()) {
      absl::StrAppend(&part, " (", result.message(), ")");
    }
    parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, ", ");
}

absl::StatusCode CodeFor(const SyncOperation& operation) {
  switch (operation.state()) {
    case SyncOperation::FAILED:
      return operation.error().code() != 0 ? static_cast<absl::StatusCode>(operation.error().code())
                                           : absl::StatusCode::kFailedPrecondition;
    case SyncOperation::PARTLY_DONE:
      return absl::StatusCode::kAborted;
    default:
      return absl::StatusCode::kUnknown;
  }
}

}  // namespace

absl::Status FromRpcStatus(const google::rpc::Status& rpc) {
  absl::Status status(static_cast<absl::StatusCode>(rpc.code()), rpc.message());
  for (const auto& detail : rpc.details()) {
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return status;
}

absl::Status FromGrpc(const grpc::Status& status) {
  google::rpc::Status rpc;
  if (!rpc.ParseFromString(status.error_details())) {
    rpc.Clear();
  }
  // The call's own code and message hold, whatever the details repeat of them.
  rpc.set_code(static_cast<int>(status.error_code()));
  rpc.set_message(status.error_message());
  return FromRpcStatus(rpc);
}

absl::StatusOr<SyncOperation> RequireDone(SyncOperation operation) {
  if (operation.state() == SyncOperation::DONE ||
      operation.state() == SyncOperation::STATE_UNSPECIFIED) {
    return operation;
  }
  std::string message = absl::StrCat("the sync operation ", operation.name(), " is ",
                                     SyncOperation::State_Name(operation.state()));
  // With an error, an export has one outcome for all fields.
  const bool as_a_whole = operation.kind() == SyncOperation::EXPORT && operation.has_error();
  if (const std::string fields = Unfinished(operation); !fields.empty() && !as_a_whole) {
    absl::StrAppend(&message, ": ", fields);
  }
  if (!operation.error().message().empty()) {
    absl::StrAppend(&message, ": ", operation.error().message());
  }
  absl::Status status(CodeFor(operation), message);
  for (const auto& detail : operation.error().details()) {
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  status.SetPayload(OperationTypeUrl(), absl::Cord(operation.SerializeAsString()));
  return status;
}

std::optional<SyncOperation> SyncOperationOf(const absl::Status& status) {
  const auto payload = status.GetPayload(OperationTypeUrl());
  SyncOperation operation;
  if (!payload || !operation.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return operation;
}

}  // namespace profilesync::client
