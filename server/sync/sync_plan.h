#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/catalogue.h"
#include "common/error.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/model/link_sides.h"
#include "server/model/link_state.h"

namespace profilesync::sync {

// What a sync is to do with one field.
struct PlannedField {
  const Field* field = nullptr;
  v1::SyncDirection direction = v1::SYNC_DIRECTION_UNSPECIFIED;
  type::FieldValue profile_before;
  type::FieldValue practice_before;
  type::FieldValue wanted;  // not set: the written side is to be emptied
  // OUTCOME_UNSPECIFIED: to be written. UNCHANGED, MOVED or REFUSED: not to be.
  v1::FieldResult::Outcome outcome = v1::FieldResult::OUTCOME_UNSPECIFIED;
  std::string message;
  // The name of the rule that it is REFUSED for, or "".
  std::string field_rule;
  // Once it is written the field gets this base instead of the one that the two values make; one
  // that is empty: none.
  std::optional<storage::v1::FieldBase> base_after;

  bool ToWrite() const { return outcome == v1::FieldResult::OUTCOME_UNSPECIFIED; }
  bool ToPush() const { return ToWrite() && direction == v1::TO_PRACTICE; }
  bool ToPull() const { return ToWrite() && direction == v1::TO_PROFILE; }
};

// Refuses the field for that rule.
void RefuseByRule(std::string_view rule, PlannedField* planned);

// What a sync is to do, field by field, in the order asked.
class SyncPlan {
 public:
  // Plans on the two sides as they are in `state`, whose snapshot has just been fetched. The
  // request has passed CheckSyncRequest.
  SyncPlan(const v1::SyncProfileRequest& request, const model::LinkState& state,
           std::string_view etag_key);

  // Of fields that are planned already.
  explicit SyncPlan(std::vector<PlannedField> fields) : fields_(std::move(fields)) {}

  const std::vector<PlannedField>& fields() const { return fields_; }
  bool HasPush() const;

  // OK when every field can be written or needn't be. Else what stops the request: ABORTED
  // (CHANGED_SINCE_READ) naming the fields that moved, else FAILED_PRECONDITION (FIELD_RULE_FORBIDS
  // where that is all) or INVALID_ARGUMENT listing those that are refused.
  absl::Status Check(const model::LinkState& state) const;

  // The results as far as they are known, with values as callers see them.
  std::vector<v1::FieldResult> Results() const;
  // What recovery and undo need; the pre-image is the caller's to add.
  storage::v1::SyncJournal Journal(const model::LinkState& state,
                                   const model::LinkSides& sides) const;

 private:
  absl::Status CheckRefused(const model::LinkState& state) const;

  std::vector<PlannedField> fields_;
  Violations violations_;  // of clear: what a caller can mend in the request itself
};

// What is wrong with the request's fields by themselves.
void CheckSyncFields(const v1::SyncProfileRequest& request, Violations* violations);

// Everything about a request that is wrong whatever the two sides hold: INVALID_ARGUMENT with all
// violations; FOREIGN_ETAG when an etag is of another link or field and nothing else is wrong.
absl::Status CheckSyncRequest(const v1::SyncProfileRequest& request, const model::LinkState& state,
                              std::string_view etag_key);

}  // namespace profilesync::sync
