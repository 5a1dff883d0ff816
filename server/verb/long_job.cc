#include "server/verb/long_job.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "common/failpoint.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/connector/stop.h"
#include "server/store/leases.h"
#include "server/verb/errors.h"
#include "server/verb/long_operation.h"

namespace profilesync::verb {
namespace {

// How often a job looks whether it is to end, and at how many looks it renews its lease.
constexpr std::chrono::milliseconds kLook(500);
constexpr int kRenewal = 8;

storage::v1::LongOperationWork WorkOf(const NewLongOperation& wanted) {
  storage::v1::LongOperationWork work;
  work.mutable_request()->PackFrom(wanted.request);
  work.set_service(wanted.call.caller.service);
  work.set_person(wanted.call.caller.person);
  work.set_role(wanted.call.caller.role);
  *work.mutable_call_time() = ToProto(wanted.call.now);
  return work;
}

}  // namespace

absl::StatusOr<Begun> BeginLongOperation(const Environment& environment,
                                         const NewLongOperation& wanted,
                                         store::Transaction& transaction) {
  Begun begun;
  ASSIGN_OR_RETURN(const auto recorded, wanted.request_id.Find(transaction));
  if (recorded) {
    begun.earlier = true;
    begun.operation.ParseFromString(recorded->answer);
    ASSIGN_OR_RETURN(begun.operation, FindOperation(transaction, begun.operation.name()));
    return begun;
  }
  const std::string id = environment.ids.NewId();
  begun.operation.set_name(JoinName({"firms", wanted.firm_id, "operations", id}));
  begun.operation.mutable_metadata()->PackFrom(wanted.metadata);
  RETURN_IF_ERROR(StoreBegun(environment, begun.operation, transaction));
  RETURN_IF_ERROR(
      transaction.AppendLongOperationStep(wanted.firm_id, id, WorkOf(wanted).SerializeAsString()));
  if (!wanted.holder.empty()) {
    RETURN_IF_ERROR(
        TakeLongOperation(environment, begun.operation.name(), wanted.holder, transaction));
  }
  RETURN_IF_ERROR(wanted.request_id.RecordAnswer(transaction, begun.operation));
  return begun;
}

LongJob::LongJob(const Environment& environment, std::string name, std::string holder)
    : environment_(environment), name_(std::move(name)), holder_(std::move(holder)) {
  operation_.set_name(name_);
}

LongJob::~LongJob() { GiveUp(); }

absl::Status LongJob::Take() {
  RETURN_IF_ERROR(
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(TakeLongOperation(environment_, name_, holder_, transaction));
        ASSIGN_OR_RETURN(const auto row,
                         transaction.FindLongOperation(FirmOf(name_), LastId(name_)));
        cut_offs_ = row ? row->cut_offs : 0;
        ASSIGN_OR_RETURN(operation_, FindOperation(transaction, name_));
        ASSIGN_OR_RETURN(steps_, transaction.ListLongOperationSteps(FirmOf(name_), LastId(name_)));
        return Look(transaction);
      }));
  taken_ = true;
  if (!steps_.empty()) {
    work_.emplace().ParseFromString(steps_.front());
    steps_.erase(steps_.begin());
  }
  watch_ = std::jthread([this](const std::stop_token& ended) { Watch(ended); });
  return Failpoint("long_job.after_take");
}

access::Call LongJob::Call() const {
  if (!work_) {
    return {.id = std::string(LastId(name_)), .now = environment_.clock.Now()};
  }
  return {.caller = {.service = work_->service(),
                     .person = work_->person(),
                     .role = static_cast<access::Role>(work_->role())},
          .id = std::string(LastId(name_)),
          .now = FromProto(work_->call_time())};
}

bool LongJob::ReadRequest(google::protobuf::Message* request) const {
  return work_ && work_->request().UnpackTo(request);
}

absl::Status LongJob::Check() const {
  if (lost_) {
    return absl::AbortedError(name_ + " is at work elsewhere");
  }
  if (cancelled_) {
    return CancelledByRequest();
  }
  return MustStop() ? CutOffByShutdown() : absl::OkStatus();
}

bool LongJob::MustStop() const { return connector::StopOfThread().stop_requested(); }

absl::Status LongJob::StoreProgress(const google::protobuf::Message& metadata,
                                    store::Transaction& transaction) {
  operation_.mutable_metadata()->PackFrom(metadata);
  RETURN_IF_ERROR(Look(transaction));
  return StoreHeld(environment_, operation_, holder_, transaction);
}

absl::Status LongJob::AppendStep(const google::protobuf::Message& step,
                                 store::Transaction& transaction) {
  return transaction.AppendLongOperationStep(FirmOf(name_), LastId(name_),
                                             step.SerializeAsString());
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
  const absl::Status stored =
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(StoreHeld(environment_, operation_, holder_, transaction));
        return Failpoint("long_job.in_end");
      });
  if (!stored.ok()) {
    return Leave();
  }
  taken_ = false;
  return operation_;
}

google::longrunning::Operation LongJob::Leave() {
  GiveUp();
  return Stored();
}

void LongJob::GiveUp() {
  watch_ = std::jthread();
  if (taken_) {
    taken_ = false;
    environment_.store
        .WriteAndWait([&](store::Transaction& transaction) {
          return LeaveLongOperation(name_, holder_, transaction);
        })
        .IgnoreError();  // the lease ends by itself
  }
}

google::longrunning::Operation LongJob::Stored() const {
  google::longrunning::Operation stored;
  const absl::Status read = environment_.store.Read([&](const store::Reader& reader) {
    auto found = FindOperation(reader, name_);
    if (found.ok()) {
      stored = *std::move(found);
    }
    return found.status();
  });
  if (!read.ok()) {
    stored.set_name(name_);
  }
  return stored;
}

void LongJob::Watch(const std::stop_token& ended) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  for (int look = 1; !lost_; ++look) {
    never.wait_for(lock, ended, kLook, [] { return false; });
    if (ended.stop_requested()) {
      return;
    }
    // What the store can't tell now is asked again.
    if (look % kRenewal == 0) {
      environment_.store
          .WriteAndWait([&](store::Transaction& transaction) {
            return RenewLongOperation(environment_, name_, holder_, transaction);
          })
          .IgnoreError();
    }
    environment_.store.Read([&](const store::Reader& reader) { return Look(reader); })
        .IgnoreError();
  }
}

absl::Status LongJob::Look(const store::Reader& reader) {
  ASSIGN_OR_RETURN(const auto lease, reader.FindLease(store::LongOperationLeaseKey(name_)));
  ASSIGN_OR_RETURN(const auto row, reader.FindLongOperation(FirmOf(name_), LastId(name_)));
  if (!lease || lease->holder != holder_ || !row || row->done) {
    lost_ = true;
  }
  if (row && row->cancel_requested) {
    cancelled_ = true;
  }
  return absl::OkStatus();
}

}  // namespace profilesync::verb
