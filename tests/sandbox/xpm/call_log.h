#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace profilesync::xpm_sandbox {

// One call of the practice system's API or of the identity provider's.
struct CallRecord {
  int64_t id = 0;
  std::string method;
  // Without the query: "/practicemanager/3.1/client.api/list".
  std::string path;
  // As sent, still percent-encoded; of an OAuth call without secrets, codes and tokens.
  std::string query;
  // The endpoint's name, "client.api/update" or "connect/token", without an identifier; empty for
  // no endpoint.
  std::string endpoint;
  // By name; the value of Authorization is left out.
  std::vector<std::pair<std::string, std::string>> headers;
  // As the query.
  std::string body;
  // 0 while the call is unanswered, and for ever when it was dropped without an answer.
  int status = 0;
  // The fault that struck the call, in the README's words; empty for none.
  std::string fault;
  // Whether the call had done its work when the fault struck.
  bool fault_applied = false;
  absl::Time start;
  // Not set while the call is under way.
  std::optional<absl::Time> end;
  // Calls under way when this one came, itself included.
  int in_flight = 0;
};

// The calls in the order in which they came. A call is ended before the first byte of its answer is
// sent: whoever has an answer finds the call complete here. Thread-safe.
class CallLog {
 public:
  // Returns the call's id.
  int64_t Begin(CallRecord call);
  void SetFault(int64_t id, const std::string& fault, bool applied);
  void End(int64_t id, int status, absl::Time now);

  std::vector<CallRecord> Snapshot() const;
  // Calls under way stay counted as such, and are forgotten too.
  void Clear();
  // Waits until at least `count` calls have begun since the last Clear(); false after `timeout`.
  bool WaitForBegun(size_t count, absl::Duration timeout) const;

 private:
  CallRecord* Find(int64_t id);

  mutable std::mutex mutex_;
  mutable std::condition_variable begun_;
  std::vector<CallRecord> calls_;
  int64_t next_id_ = 1;
  int in_flight_ = 0;
};

}  // namespace profilesync::xpm_sandbox
