#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "server/environment.h"
#include "server/verb/request_id.h"

namespace profilesync::verb {

// A long-running operation that has been begun, or the one that an earlier call with the same
// request_id began, as it is now.
struct Begun {
  google::longrunning::Operation operation;
  bool earlier = false;
};

// Begins a long-running operation of the firm, for a call with that request_id.
absl::StatusOr<Begun> BeginLongOperation(const Environment& environment,
                                         const RequestId& request_id, std::string_view firm_id,
                                         const google::protobuf::Message& metadata,
                                         store::Transaction& transaction);

// The life of a long-running operation, in the hands of whoever does its work. Used by one thread
// at a time.
class LongJob {
 public:
  // `operation` is stored already, unfinished. `environment` must outlive the job.
  LongJob(const Environment& environment, google::longrunning::Operation operation);
  // One that never ended was dropped by a server that stops, and ends with that. Blocks.
  ~LongJob();
  LongJob(const LongJob&) = delete;
  LongJob& operator=(const LongJob&) = delete;

  // Stores the progress, as part of a transaction. ABORTED when the operation has been ended from
  // elsewhere.
  absl::Status StoreProgress(const google::protobuf::Message& metadata,
                             store::Transaction& transaction);
  // To be called every so often: stores the operation anew where that is a minute ago, which says
  // that it is at work still. Blocks. ABORTED as StoreProgress.
  absl::Status KeepAlive();

  // Ends the operation and stores that; blocks. Returns it, or what became of it when that couldn't
  // be stored.
  google::longrunning::Operation EndWith(const google::protobuf::Message& response);
  google::longrunning::Operation EndWith(const absl::Status& error);

 private:
  google::longrunning::Operation End();

  const Environment& environment_;
  google::longrunning::Operation operation_;
  absl::Time last_stored_ = absl::InfinitePast();
};

}  // namespace profilesync::verb
