#include "server/rpc/operation_waits.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status.h"
#include "server/verb/long_operation.h"

namespace profilesync::rpc {
namespace {

using google::longrunning::Operation;
using google::longrunning::WaitOperationRequest;

// Between two looks while somebody waits.
constexpr absl::Duration kInterval = absl::Milliseconds(100);
// What an answer needs to reach the caller before its deadline.
constexpr absl::Duration kBeforeDeadline = absl::Milliseconds(250);

// Until when the call waits at most.
absl::StatusOr<absl::Time> EndOf(const access::Call& call, const WaitOperationRequest& request,
                                 absl::Time now) {
  const absl::Time end = call.deadline - kBeforeDeadline;
  if (!request.has_timeout()) {
    return end;
  }
  if (request.timeout().seconds() < 0 || request.timeout().nanos() < 0) {
    Violations violations;
    violations.Add("timeout", "must not be negative");
    return violations.ToStatus();
  }
  return std::min(end, now + absl::Seconds(request.timeout().seconds()) +
                           absl::Nanoseconds(request.timeout().nanos()));
}

}  // namespace

OperationWaits::OperationWaits(const Gate& gate, const Environment& environment)
    : gate_(gate), environment_(environment), thread_([this] { Run(); }) {}

OperationWaits::~OperationWaits() { Stop(); }

Reactor* OperationWaits::Wait(Context* context, const WaitOperationRequest* request,
                              Operation* response, access::Role needed) {
  auto* call = new UnaryCall(gate_);
  call->Watch(*context);
  call->state().only_reads = true;
  const absl::Time now = absl::Now();
  absl::Status status = gate_.Admit(*context, *request, needed, &call->state());
  Waiting waiting{.call = call, .request = request, .response = response, .end = now};
  if (status.ok()) {
    const auto end = EndOf(call->call(), *request, now);
    status = end.ok() ? absl::OkStatus() : end.status();
    waiting.end = end.value_or(now);
  }
  if (!status.ok()) {
    call->End(status);
    return call;
  }
  if (Answer(waiting)) {
    return call;
  }
  {
    MutexLock lock(&mutex_);
    if (!stopping_) {
      waiting_.push_back(waiting);
      wake_.NotifyAll();
      return call;
    }
  }
  waiting.end = absl::InfinitePast();
  Answer(waiting);
  return call;
}

void OperationWaits::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void OperationWaits::Run() {
  while (true) {
    std::vector<Waiting> waiting;
    bool stopping = false;
    {
      MutexLock lock(&mutex_);
      while (waiting_.empty() && !stopping_) {
        wake_.Wait(&mutex_);
      }
      if (!stopping_) {
        wake_.WaitFor(&mutex_, kInterval);
      }
      waiting.swap(waiting_);
      stopping = stopping_;
    }
    for (Waiting& each : waiting) {
      each.end = stopping ? absl::InfinitePast() : each.end;
    }
    waiting.erase(std::remove_if(waiting.begin(), waiting.end(),
                                 [this](const Waiting& each) { return Answer(each); }),
                  waiting.end());
    if (stopping) {
      return;
    }
    MutexLock lock(&mutex_);
    waiting_.insert(waiting_.end(), waiting.begin(), waiting.end());
  }
}

bool OperationWaits::Answer(const Waiting& waiting) const {
  absl::Status status;
  if (absl::Now() < waiting.end) {
    status = waiting.call->CheckAlive();
  }
  if (status.ok()) {
    status = environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(*waiting.response, verb::FindOperation(reader, waiting.request->name()));
      return absl::OkStatus();
    });
  }
  if (status.ok() && !waiting.response->done() && absl::Now() < waiting.end) {
    return false;
  }
  waiting.call->End(status);
  return true;
}

}  // namespace profilesync::rpc
