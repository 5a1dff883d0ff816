#include "server/verb/long_job.h"

#include <utility>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/long_operation.h"

namespace profilesync::verb {

absl::StatusOr<Begun> BeginLongOperation(const Environment& environment,
                                         const RequestId& request_id, std::string_view firm_id,
                                         const google::protobuf::Message& metadata,
                                         store::Transaction& transaction) {
  Begun begun;
  ASSIGN_OR_RETURN(const auto recorded, request_id.Find(transaction));
  if (recorded) {
    begun.earlier = true;
    begun.operation.ParseFromString(recorded->answer);
    const std::string name = begun.operation.name();
    ASSIGN_OR_RETURN(const auto row, transaction.FindLongOperation(FirmOf(name), LastId(name)));
    if (row) {
      begun.operation.ParseFromString(row->operation);
    }
    return begun;
  }
  begun.operation.set_name(JoinName({"firms", firm_id, "operations", environment.ids.NewId()}));
  begun.operation.mutable_metadata()->PackFrom(metadata);
  RETURN_IF_ERROR(StoreRunning(environment, begun.operation, transaction));
  RETURN_IF_ERROR(request_id.RecordAnswer(transaction, begun.operation));
  return begun;
}

LongJob::LongJob(const Environment& environment, google::longrunning::Operation operation)
    : environment_(environment), operation_(std::move(operation)) {}

LongJob::~LongJob() {
  if (!operation_.done()) {
    EndWith(CutOffByShutdown());
  }
}

absl::Status LongJob::StoreProgress(const google::protobuf::Message& metadata,
                                    store::Transaction& transaction) {
  operation_.mutable_metadata()->PackFrom(metadata);
  return StoreRunning(environment_, operation_, transaction);
}

absl::Status LongJob::KeepAlive() {
  constexpr absl::Duration kOften = absl::Minutes(1);
  const absl::Time now = environment_.clock.Now();
  if (now - last_stored_ < kOften) {
    return absl::OkStatus();
  }
  last_stored_ = now;
  return environment_.store.WriteAndWait([&](store::Transaction& transaction) {
    return StoreRunning(environment_, operation_, transaction);
  });
}

google::longrunning::Operation LongJob::EndWith(const google::protobuf::Message& response) {
  operation_.mutable_response()->PackFrom(response);
  return End();
}

google::longrunning::Operation LongJob::EndWith(const absl::Status& error) {
  *operation_.mutable_error() = ToRpcStatus(error);
  return End();
}

google::longrunning::Operation LongJob::End() {
  operation_.set_done(true);
  const absl::Status stored = environment_.store.WriteAndWait([&](store::Transaction& transaction) {
    return StoreDone(environment_, operation_, transaction);
  });
  if (!stored.ok()) {
    operation_.clear_response();
    *operation_.mutable_error() = ToRpcStatus(stored);
  }
  return operation_;
}

}  // namespace profilesync::verb
