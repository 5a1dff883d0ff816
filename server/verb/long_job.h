#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/verb/request_id.h"

namespace profilesync::verb {

// A long-running operation that is to be begun.
struct NewLongOperation {
  const access::Call& call;  // that asks for it
  const google::protobuf::Message& request;
  const RequestId& request_id;
  std::string_view firm_id;
  const google::protobuf::Message& metadata;
  // Who is at work on it from the start; "" where it is to wait for its turn.
  std::string holder;
};

// A long-running operation that has been begun, or the one that an earlier call with the same
// request_id began, as it is now.
struct Begun {
  google::longrunning::Operation operation;
  bool earlier = false;
};

// Begins a long-running operation: stores it, and all that whoever works at it needs to know.
// NOT_FOUND when an earlier call with the same request_id began it and it has been deleted since.
absl::StatusOr<Begun> BeginLongOperation(const Environment& environment,
                                         const NewLongOperation& wanted,
                                         store::Transaction& transaction);

// One run of a long-running operation's work. Whoever does it asks Check every so often. Used by
// one thread at a time.
//
// A run that never ends the operation leaves it, for the next run to go on with: in this server or
// another.
class LongJob {
 public:
  // `holder` as in NewLongOperation, or an id of its own. `environment` must outlive the job.
  LongJob(const Environment& environment, std::string name, std::string holder);
  // As Leave.
  ~LongJob();
  LongJob(const LongJob&) = delete;
  LongJob& operator=(const LongJob&) = delete;

  // Takes the operation in hand; comes before all else. Its lease is renewed until the job ends.
  // ABORTED when another is at work on it, or it is done; NOT_FOUND.
  absl::Status Take();

  // The call that asked for it, to be recorded.
  access::Call Call() const;
  // Reads what was asked for. False where it isn't known: an earlier version began the operation.
  bool ReadRequest(google::protobuf::Message* request) const;
  // What earlier runs have appended.
  const std::vector<std::string>& steps() const { return steps_; }
  // How many runs right before this one were cut off, with their server, before they had stored
  // any progress.
  int cut_offs() const { return cut_offs_; }

  // OK while the work is to go on. CANCELLED (OPERATION_CANCELLED) once somebody has asked that it
  // end, ABORTED once another run is at work on it, UNAVAILABLE (SHUTTING_DOWN) once the server
  // stops. Cheap.
  absl::Status Check() const;
  bool MustStop() const;  // the server stops

  // Stores the progress, or something done, as part of a transaction. ABORTED as Check.
  absl::Status StoreProgress(const google::protobuf::Message& metadata,
                             store::Transaction& transaction);
  absl::Status AppendStep(const google::protobuf::Message& step, store::Transaction& transaction);

  // Each blocks, ends the run, and returns the operation as it is stored then: which isn't what was
  // asked for where it couldn't be stored, or another run is at work on it.
  google::longrunning::Operation EndWith(const google::protobuf::Message& response);
  google::longrunning::Operation EndWith(const absl::Status& error);
  google::longrunning::Operation Leave();

 private:
  google::longrunning::Operation End();
  void GiveUp();
  google::longrunning::Operation Stored() const;
  // Renews the lease and finds out what others want of the operation.
  void Watch(const std::stop_token& ended);
  absl::Status Look(const store::Reader& reader);

  const Environment& environment_;
  const std::string name_;
  const std::string holder_;
  google::longrunning::Operation operation_;
  std::optional<storage::v1::LongOperationWork> work_;
  std::vector<std::string> steps_;
  int cut_offs_ = 0;
  bool taken_ = false;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> lost_ = false;
  std::jthread watch_;
};

}  // namespace profilesync::verb
