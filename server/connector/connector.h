#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/type/client_fields.pb.h"
#include "profilesync/type/practice_client.pb.h"
#include "server/connector/authoriser.h"
#include "server/connector/call_budget.h"

namespace profilesync::connector {

// One of the practice system's own fields that can feed a field of ours.
struct FieldSource {
  std::string id;  // as AddOnSettings.field_sources names it
  std::string display_name;
  bool writable = false;
};

// How a practice system lets one field be used.
struct FieldCapability {
  std::string field;
  bool readable = false;             // false: masked, so it can be written and never compared
  bool writable = false;             // with a choice of sources: of the default one
  bool clearable = false;            // as writable
  std::vector<FieldSource> sources;  // empty where there is no choice; the default comes first
};

struct Description {
  std::string display_name;
  // Raised whenever the same stored value would be read or written in another way.
  int mapping_revision = 1;
  std::vector<FieldCapability> fields;  // what isn't listed doesn't exist there
  std::vector<type::PartyKind> default_auto_link_kinds;
  bool lists_changes = false;
  bool creates_clients = false;
  // By when at the latest reads show a write that was taken. Zero: at once, and the answer to a
  // write is as good as a read (its visibility is IMMEDIATE); else DEFERRED.
  absl::Duration writes_shown_within = absl::ZeroDuration();
  CallLimits call_limits;
};

// One tenant of the practice system and how an add-on wants it read. A value; cheap to copy.
struct Tenant {
  std::string tenant_id;
  std::map<std::string, std::string> field_sources;  // AddOnSettings.field_sources
  // nullptr where the operator configured a token.
  std::shared_ptr<Credentials> credentials;
  // What every call is to be counted in; nullptr where nobody counts.
  std::shared_ptr<CallBudget> budget;
};

// The limits of one call.
struct CallOptions {
  absl::Time deadline = absl::InfiniteFuture();  // besides the connector's own time-out
};

// A client and the document it was read from.
struct FetchedClient {
  type::PracticeClient client;
  std::string document;  // as the practice system wrote it
};

struct SearchResult {
  std::vector<type::PracticeClient> clients;  // may report fewer fields than Get does
  std::string next_page_token;                // the connector's own; "" on the last page
  bool truncated = false;                     // more matched than the practice system would list
};

struct ListRequest {
  // Only clients changed since then; nullopt: all of them. The connector adds a margin for clocks
  // that differ, so that a client may come that didn't change.
  std::optional<absl::Time> changed_since;
};

// Values to write to one client.
struct UpdateRequest {
  std::string client_id;
  // The client as Get answered right before. Where the practice system can compare before it
  // writes, the connector has it do so; elsewhere this supplies what the protocol wants repeated.
  FetchedClient expected;
  // The fields to write, set to their new values. Others are not touched.
  type::ClientFields values;
  // The fields to empty, by name. None of them is set in `values`.
  std::vector<std::string> clear;
};

// Something that changed on the practice side though the update didn't name it and no field of ours
// shows it; or a masked value that the update named: the end of another is shown, or none.
struct OtherChange {
  std::string element;  // the practice system's own name
  std::string before;
  std::string after;
  std::string field;  // ours, of a masked value that was named; else ""
};

// What became of an update.
struct UpdateResult {
  enum class Outcome {
    kApplied,  // the practice system said so; `after` is its answer
    kRefused,  // certainly not applied; `status` says why
    kUnclear,  // applied or not: `status` says what was seen
  };
  Outcome outcome = Outcome::kUnclear;
  absl::Status status;
  std::optional<FetchedClient> after;
  std::vector<OtherChange> other_changes;
};

// What a client was at three times.
struct RestoreRequest {
  std::string client_id;
  std::string before;  // the document of the client as it is to be again
  std::string after;   // its document as the operation that is to be undone left it
  FetchedClient now;   // as Get answered right before
  // Updates of this practice system are known to empty what they don't name: all that the client
  // holds besides is written again.
  bool repeat_all = false;
};

// A value that the operation changed and that isn't as it was.
struct RestoreItem {
  enum class Fate {
    kWrite,    // as the operation left it, and can be written
    kMoved,    // changed since by somebody else
    kRefused,  // can't be brought back
  };
  std::string name;         // our name of the field, or the practice system's own of an element
  type::FieldValue now;     // not set: blank
  type::FieldValue wanted;  // as it was; not set: blank
  Fate fate = Fate::kWrite;
  std::string why;  // of the other two, for people
};

// A client to create.
struct CreateRequest {
  // The values that it is to have, its name among them. None is blank.
  type::ClientFields values;
  // What it is; written where the practice system has a word for it.
  type::PartyKind kind = type::PARTY_KIND_UNSPECIFIED;
};

// What became of a creation.
struct CreateResult {
  UpdateResult::Outcome outcome = UpdateResult::Outcome::kUnclear;
  absl::Status status;
  std::optional<FetchedClient> created;  // what the practice system answered, where it is kApplied
  std::vector<OtherChange> masked;       // of the masked values that were named; `before` is empty
};

// The port to one practice system. Thread-safe. Calls block; they belong on the connector executor.
//
// Errors of every read, as callers are to see them (reasons of profilesync.v1.ErrorReason):
//   NOT_FOUND            PRACTICE_CLIENT_NOT_FOUND: no such client (Get only)
//   FAILED_PRECONDITION  NEEDS_REAUTHORISATION, ACCESS_DENIED, REFUSED_BY_PRACTICE_SYSTEM with the
//                        practice system's text (at most 200 characters)
//   RESOURCE_EXHAUSTED   PRACTICE_BUDGET_EXHAUSTED, with RetryInfo
//   UNAVAILABLE          PRACTICE_SYSTEM_UNAVAILABLE: no answer, or none that can be used
//   DEADLINE_EXCEEDED    the call's deadline passed
//   INVALID_ARGUMENT     INVALID_PAGE_TOKEN (Search only)
class Connector {
 public:
  virtual ~Connector() = default;

  // Constant for the connector's life.
  virtual const Description& Describe() const = 0;

  // What authorises its add-ons; nullptr where the operator configured a token. Lives as long as
  // the connector.
  virtual Authoriser* authoriser() const = 0;

  // Whether `field` can be written for an add-on with the tenant's sources, and emptied.
  virtual bool CanWrite(const Tenant& tenant, std::string_view field) const = 0;
  virtual bool CanClear(const Tenant& tenant, std::string_view field) const = 0;

  // The id as the practice system itself writes it: the ids of clients that it lists are so
  // written. What can't be an id stays as it is.
  virtual std::string CanonicalId(std::string_view client_id) const = 0;

  // One page of the clients that match `query`, or of all of them when it is empty.
  virtual absl::StatusOr<SearchResult> Search(const Tenant& tenant, std::string_view query,
                                              int page_size, std::string_view page_token,
                                              const CallOptions& options) = 0;

  virtual absl::StatusOr<FetchedClient> Get(const Tenant& tenant, std::string_view client_id,
                                            const CallOptions& options) = 0;

  // Hands over clients one at a time, archived and deleted ones among them, as they arrive. An
  // error that `receive` returns ends the list and is returned. After any error what was handed
  // over is good, and nothing may be concluded from what was not.
  virtual absl::Status List(const Tenant& tenant, const ListRequest& request,
                            absl::FunctionRef<absl::Status(type::PracticeClient)> receive,
                            const CallOptions& options) = 0;

  // Writes once and never repeats it. Never fails but by its result. Besides the errors of reads a
  // refusal may be INVALID_ARGUMENT (INVALID_REQUEST) for a request that contradicts itself, or
  // FAILED_PRECONDITION with UNSUPPORTED_BY_PRACTICE_SYSTEM or PRACTICE_CLIENT_NOT_WRITABLE.
  //
  // Is over by the deadline: a write that might not be is refused (DEADLINE_EXCEEDED) unsent.
  virtual UpdateResult Update(const Tenant& tenant, const UpdateRequest& request,
                              const CallOptions& options) = 0;

  // Creates a client, once, and never repeats it. Never fails but by its result: errors as of
  // Update, UNSUPPORTED_BY_PRACTICE_SYSTEM too where Description::creates_clients is false. Over by
  // the deadline as Update.
  virtual CreateResult Create(const Tenant& tenant, const CreateRequest& request,
                              const CallOptions& options) = 0;

  // UpdateResult::other_changes of an update whose effect was read back.
  virtual std::vector<OtherChange> OtherChanges(const Tenant& tenant, const UpdateRequest& request,
                                                const FetchedClient& after) const = 0;

  // What a restore is about, and what would become of it. Calls nobody. INVALID_ARGUMENT
  // (INVALID_REQUEST) where a document can't be read.
  virtual absl::StatusOr<std::vector<RestoreItem>> PlanRestore(
      const Tenant& tenant, const RestoreRequest& request) const = 0;

  // Writes the plan's kWrite items back, as Update writes. What was changed besides, the items that
  // can't be brought back included, is in `other_changes`.
  virtual UpdateResult Restore(const Tenant& tenant, const RestoreRequest& request,
                               const CallOptions& options) = 0;

  // UpdateResult::other_changes of a restore whose effect was read back.
  virtual std::vector<OtherChange> RestoreOtherChanges(const Tenant& tenant,
                                                       const RestoreRequest& request,
                                                       const FetchedClient& after) const = 0;
};

// The connectors that the operator has configured, by practice system id. Immutable.
class Registry {
 public:
  virtual ~Registry() = default;
  // nullptr when there is none. The connector lives as long as the registry.
  virtual Connector* Find(std::string_view practice_system_id) const = 0;
  // Whether the operator lets the firm connect to the tenant; false for a practice system that
  // isn't there.
  virtual bool MayConnect(std::string_view practice_system_id, std::string_view firm,
                          std::string_view tenant_id) const = 0;
  // In order of id.
  virtual std::vector<std::string> Ids() const = 0;
};

}  // namespace profilesync::connector
