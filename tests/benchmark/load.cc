#include "tests/benchmark/load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/client_callback.h>

#include <atomic>
#include <chrono>
#include <deque>

#include "absl/strings/str_cat.h"
#include "common/mutex.h"

namespace profilesync::benchmark {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kDeadline{30};

// One run: starts the calls and counts them. Outlives its calls.
class Run {
 public:
  explicit Run(const Load& load)
      : load_(load), end_(SteadyClock::now() + absl::ToChronoNanoseconds(load.length)) {
    for (const auto& channel : load.channels) {
      stubs_.emplace_back(channel);
    }
  }

  absl::StatusOr<double> ToTheEnd();

 private:
  class Call;

  void StartCall(grpc::GenericStub* stub);
  void Done(const grpc::Status& status, grpc::GenericStub* stub);

  const Load& load_;
  const SteadyClock::time_point end_;
  std::deque<grpc::GenericStub> stubs_;
  std::atomic<std::int64_t> done_ = 0;
  Mutex mutex_;
  CondVar ended_;
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

// One call; deletes itself.
class Run::Call final : public grpc::ClientUnaryReactor {
 public:
  Call(Run* run, grpc::GenericStub* stub)
      : run_(run), stub_(stub), request_(run->load_.next_request()) {
    context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    context_.AddMetadata("authorization", absl::StrCat("Bearer ", run->load_.token));
    stub_->PrepareUnaryCall(&context_, run->load_.method, {}, &request_, &answer_, this);
    StartCall();
  }

 private:
  void OnDone(const grpc::Status& status) override {
    Run* const run = run_;
    grpc::GenericStub* const stub = stub_;
    const grpc::Status ended = status;
    delete this;
    run->Done(ended, stub);
  }

  Run* const run_;
  grpc::GenericStub* const stub_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer answer_;
};

void Run::StartCall(grpc::GenericStub* stub) { new Call(this, stub); }

void Run::Done(const grpc::Status& status, grpc::GenericStub* stub) {
  if (status.ok()) {
    ++done_;
    if (SteadyClock::now() < end_) {
      StartCall(stub);
      return;
    }
  }
  MutexLock lock(&mutex_);
  if (!status.ok() && failure_.ok()) {
    failure_ = absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                            load_.method + ": " + status.error_message());
  }
  if (--in_flight_ == 0) {
    ended_.NotifyAll();
  }
}

absl::StatusOr<double> Run::ToTheEnd() {
  const SteadyClock::time_point start = SteadyClock::now();
  {
    MutexLock lock(&mutex_);
    in_flight_ = kInFlight;
  }
  for (int i = 0; i < kInFlight; ++i) {
    StartCall(&stubs_[i % stubs_.size()]);
  }
  MutexLock lock(&mutex_);
  while (in_flight_ > 0) {
    ended_.Wait(&mutex_);
  }
  if (!failure_.ok()) {
    return failure_;
  }
  return static_cast<double>(done_) /
         std::chrono::duration<double>(SteadyClock::now() - start).count();
}

}  // namespace

absl::StatusOr<double> RunLoad(const Load& load) { return Run(load).ToTheEnd(); }

grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace profilesync::benchmark
