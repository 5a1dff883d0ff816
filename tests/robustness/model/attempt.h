#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "profilesync/v1/diff.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "tests/robustness/model/world.h"
#include "tests/sandbox/xpm/fault.h"

namespace profilesync::robustness {

// What is to go wrong with a step's call.
struct Trouble {
  std::optional<xpm_sandbox::Fault> read;
  std::optional<xpm_sandbox::Fault> write;
  std::string kill;   // the failpoint at which the server is killed
  bool hang = false;  // the call is left open until a later step releases it

  bool any() const { return read || write || !kill.empty() || hang; }
};

// What the fields that a write was to change hold now: what was wanted, what was before it, or
// something else.
struct Evidence {
  bool wanted = false;
  bool before = false;
  bool other = false;
};

// A field that a sync asks for.
struct Wish {
  int field = 0;
  bool to_practice = false;
  bool clear = false;
  bool foreign = false;  // its etag is another field's
  std::string etag;
  std::string etag_key;  // what that etag stands for; "" unless known
};

// What the design has a call do with the fields, planned on what the practice client holds.
struct Plan {
  std::vector<OpField> fields;
  bool invalid = false;  // whatever the sides hold
  bool refused = false;  // as a whole, unless allow_partial
  // A tax number's snapshot can't be seen, nor then whether it has moved.
  bool unsure = false;
};

// One call that makes a sync operation.
struct Attempt {
  v1::SyncOperation::Kind kind = v1::SyncOperation::SYNC;
  int server = 0;
  int link = 0;
  int original = -1;
  std::vector<Wish> wishes;
  bool partial = false;
  bool stale = false;
  bool validate_only = false;
  std::int64_t diff_sequence = 0;
  std::string request_id;
  Trouble trouble;
  // What the client held when the call began, and how often the link had been written.
  std::vector<int> fetched;
  xpm_sandbox::ElementMap elements;
  std::int64_t started = 0;
  int writes = 0;
  std::vector<int> known_before;
  int absent = kNoValue;
  // The same when XPM let go a call that it had held back: what another read shows.
  std::vector<int> at_release;
  xpm_sandbox::ElementMap elements_at_release;
  int op = -1;  // once its intent is stored
  bool killed = false;
  grpc::Status status;
  v1::SyncOperation answer;
};

// Whether a read that the fault strikes tells nothing.
bool FailsRead(xpm_sandbox::FaultKind kind);

// A call of RefreshLink.
struct RefreshAttempt {
  int server = 0;
  int link = 0;
  std::string request_id;
  Trouble trouble;
  std::vector<int> fetched;
  std::int64_t started = 0;
  int writes = 0;
  bool killed = false;
  grpc::Status status;
  v1::Diff answer;
};

// A refresh of all links, by a list.
struct FirmRefresh {
  std::string operation;
  int server = 0;
  std::vector<std::vector<int>> fetched;  // by link; none of one that wasn't there
  std::vector<int> writes;
  std::int64_t started = 0;
};

// A call whose answer XPM holds back, on a thread of its own.
struct OpenCall {
  std::unique_ptr<Attempt> attempt;
  std::unique_ptr<RefreshAttempt> refresh;
  std::unique_ptr<FirmRefresh> firm;  // without a thread
  std::thread thread;
  bool at_write = false;
};

// A call that was answered, and how to make it again.
struct Recorded {
  std::function<grpc::Status(int server, bool other_content, std::string* answer)> repeat;
  std::string answer;
  int op = -1;  // the answer is how that operation is now
};

// What a link's diff showed last.
struct Seen {
  v1::Diff diff;
  std::vector<int> practice;
  std::vector<std::string> etags;
};

}  // namespace profilesync::robustness
