#pragma once

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "profilesync/v1/add_on.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "tests/sandbox/xpm/client_record.h"
#include "tests/sandbox/xpm/fault.h"

namespace profilesync::testing {

// What is asked of the server while XPM fails, and which of its calls to XPM is struck.
enum class Verb {
  kRefreshLink,     // client.api/get
  kSearch,          // client.api/search
  kBrowse,          // client.api/paged-list: a search for all
  kPull,            // client.api/get: a sync of a field to the profile
  kReadBeforePush,  // client.api/get: what a sync reads before it writes
  kPush,            // client.api/update
  kPushAndPull,     // client.api/update, of a sync that has a field for the profile too
  kReadBack,        // client.api/get, after a write whose answer got lost
  kRefreshFirm,     // client.api/list, of all clients
  kImportById,      // client.api/get
  kImportByFilter,  // client.api/list
};

const std::vector<Verb>& AllVerbs();
std::string NameOf(Verb verb);
void PrintTo(Verb verb, std::ostream* out);
std::string EndpointOf(Verb verb);
bool IsSync(Verb verb);
// Whether the verb gets as far as to a write.
bool Writes(Verb verb);

// Larger than the tests' servers accept.
inline constexpr int kTooManyBytes = 3 << 20;
// What the sandbox says where it refuses.
inline constexpr char kReason[] = "The practice is closed for its year end";

// An error as callers see it: that of the call, or the one in the operation that it answers with.
struct ExpectedError {
  int code = 0;
  std::string reason;
  bool retry_info = false;
  // The same call, made again once the fault is gone, does what was asked with nobody's help.
  bool retryable = false;
};

// Whose UUID stands in Fault::element.
inline constexpr char kOwnClient[] = "(own)";
inline constexpr char kOtherClient[] = "(other)";

// One fault of one verb, and all that comes of it. What isn't said here stays as it was.
struct FaultRow {
  std::string name;
  Verb verb = Verb::kRefreshLink;
  xpm_sandbox::Fault fault;
  ExpectedError error;
  v1::AddOn::State add_on = v1::AddOn::ACTIVE;
  // Of a sync that got as far as to its intent.
  v1::SyncOperation::State state = v1::SyncOperation::STATE_UNSPECIFIED;
  std::string outcomes;
  // The practice client has what was to be written, when the call has ended or by a late write.
  bool written = false;
  bool written_late = false;
  std::set<std::string> unasked;
  bool suspends_writes = false;
  // What of the practice client changes by the fault itself.
  xpm_sandbox::ElementMap also_changed;
  // Fields that the verb's ordinary success would leave in another state: "STATE|profile|practice".
  std::map<std::string, std::string> sides;
  // A list that breaks only behind the client: what came before is good, but since the list isn't
  // complete nothing follows from what it lacks.
  bool whole_clients = false;
  // Clients that an import deals with.
  int imported = 1;
};

// Every row, by the verbs' order.
std::vector<FaultRow> FaultRows(Verb verb);

// Why there is no row for the kind and the verb; "" where there is to be one.
std::string WhyNoRow(xpm_sandbox::FaultKind kind, Verb verb);

// The two tables that FaultRows() puts together.
std::vector<FaultRow> ReadRows(Verb verb);
std::vector<FaultRow> WriteRows(Verb verb);

// The kinds of error that there are.
ExpectedError NoError();
ExpectedError Unavailable();
ExpectedError Rationed();
ExpectedError Refused();
ExpectedError NeedsReauthorisation();
ExpectedError AccessDenied();

}  // namespace profilesync::testing
