#pragma once

#include <grpcpp/server_context.h>

#include "common/mutex.h"

namespace profilesync::rpc {

// Whether a call was cancelled, for those who may still ask when it has ended and its context is
// gone. Thread-safe.
class Liveness {
 public:
  explicit Liveness(const grpc::CallbackServerContext& context) : context_(&context) {}

  // False once the call has ended: there is nobody left to give up.
  bool Cancelled() const {
    MutexLock lock(&mutex_);
    return context_ != nullptr && context_->IsCancelled();
  }

  // The context isn't looked at any more; to be called before the call is finished.
  void End() {
    MutexLock lock(&mutex_);
    context_ = nullptr;
  }

 private:
  mutable Mutex mutex_;
  const grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::rpc
