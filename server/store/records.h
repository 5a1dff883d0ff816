#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/add_on.pb.h"
#include "profilesync/v1/link.pb.h"
#include "profilesync/v1/profile.pb.h"
#include "profilesync/v1/profile_change.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "profilesync/v1/sync_service.pb.h"

namespace profilesync::store {

// What the store keeps of each thing. Ids are the last parts of resource names; together with the
// firm's id they are keys. Ids and keys are compared byte by byte.

struct ProfileRow {
  v1::Profile profile;  // sensitive values in the clear here; the store seals them on disk
  storage::v1::ProfileExtra extra;  // sealed_values is the store's own affair
};

// A link without what is large; see FindSnapshot and FindDiff.
struct LinkRow {
  v1::Link link;
  storage::v1::FieldBases bases;
  // Raised when an operation's intent is stored and when its outcome is: a fetch that began at
  // another value must not be stored.
  std::int64_t write_sequence = 0;
  // When the last save asked for a refresh that hasn't been done; InfinitePast() when none did.
  absl::Time refresh_due = absl::InfinitePast();
  // The unfinished sync operation of the link, by its id, or "".
  std::string unfinished_operation;
  // Since when it differs; InfinitePast() while it doesn't. It is kept while what differs is being
  // written, for that may fail.
  absl::Time differ_time = absl::InfinitePast();
};

// The right to act on something, for a time. A later holder has a higher fence, by which a final
// transaction tells that it came too late.
struct Lease {
  std::string holder;
  absl::Time expiry = absl::InfinitePast();
  std::int64_t fence = 0;
};

struct SyncOperationRow {
  v1::SyncOperation operation;       // masked, as it is served
  storage::v1::SyncJournal journal;  // in full; the store seals it on disk
  std::int64_t fence = 0;            // of the link's lease under which it acts
};

// A field that differs: its number in ClientFields, and how, a number of v1::FieldDiff::State.
struct DifferingField {
  int field_number = 0;
  int state = 0;

  bool operator==(const DifferingField&) const = default;
};

// What is ready to be served of a link: a serialised v1::Diff and what lists are made by.
struct DiffRow {
  std::string link_id;
  std::string diff;
  std::int64_t sequence = 0;  // Diff.sequence
  std::string add_on_id;
  absl::Time differ_time =
      absl::InfinitePast();               // since when it differs; InfinitePast(): it doesn't
  std::vector<DifferingField> differing;  // none: it doesn't
};

// Which differing links: those of which a field differs that is as asked.
struct DifferingFilter {
  std::string add_on_id;  // "" for any
  int field_number = 0;   // each 0 for any
  int state = 0;
  // That differ since a time from `from` to before `until`.
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
};

// How many links of an add-on have a field that differs in a way.
struct DifferingCount {
  std::string add_on_id;
  DifferingField differing;
  std::int64_t links = 0;
};

// What is needed to answer a repeated request_id.
struct RequestRow {
  std::string service;  // who asked; ids of different services don't meet
  std::string request_id;
  std::string digest;     // of method and content
  std::string answer;     // the serialised answer; empty while `operation` runs
  std::string operation;  // the name of the sync operation that answers it, or ""
  absl::Time create_time;
};

// A google.longrunning.Operation, serialised.
struct LongOperationRow {
  std::string operation;
  bool done = false;
  absl::Time update_time;
  bool cancel_requested = false;  // somebody has asked that it end before it is done
  int cut_offs = 0;               // runs of it in a row that ended with their server, nothing done
};

enum class ProfileOrder { kName, kDisplayName, kCreateTime, kUpdateTime };

// Where a page of a list goes on. The list's order gives `key` its meaning; `id` breaks ties. Both
// empty: from the start.
struct Cursor {
  std::string key;
  std::string id;
};

struct LinkFilter {
  std::string profile_id;  // each "" for any
  std::string add_on_id;
  std::string practice_client_id;
};

struct OperationFilter {
  std::string profile_id;  // each "" for any
  std::string link_id;
  std::optional<v1::SyncOperation::State> state;
};

}  // namespace profilesync::store
