#pragma once

#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "google/longrunning/operations.pb.h"
#include "server/environment.h"
#include "server/rpc/gate.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// The calls of WaitOperation. One thread looks for all of them whether their operations are done,
// so that a call that waits holds no thread; and it looks in the store, for whoever is at work may
// be another server. Thread-safe.
class OperationWaits {
 public:
  // Both are borrowed and outlive every call.
  OperationWaits(const Gate& gate, const Environment& environment);
  // As Stop.
  ~OperationWaits();

  // Answers once the operation is done, or with how it is at the request's timeout, shortly before
  // the call's deadline, or when the server stops.
  Reactor* Wait(Context* context, const google::longrunning::WaitOperationRequest* request,
                google::longrunning::Operation* response, access::Role needed);

  // Answers all that wait; later calls are answered at once.
  void Stop();

 private:
  struct Waiting {
    UnaryCall* call;
    const google::longrunning::WaitOperationRequest* request;
    google::longrunning::Operation* response;
    absl::Time end;
  };

  void Run();
  // Answers the call, if it is due. False where it is to go on waiting; else it is gone.
  bool Answer(const Waiting& waiting) const;

  const Gate& gate_;
  const Environment& environment_;
  Mutex mutex_;
  CondVar wake_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace profilesync::rpc
