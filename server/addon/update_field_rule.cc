#include "server/addon/update_field_rule.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/catalogue.h"
#include "common/error.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/addon/field_rule.h"
#include "server/model/field_rules.h"
#include "server/verb/errors.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"
#include "server/verb/update_mask.h"

namespace profilesync::addon {
namespace {

// What holds where there is no rule.
v1::FieldRule NoRule(const std::string& name) {
  v1::FieldRule rule;
  rule.set_name(name);
  rule.add_allowed_directions(v1::TO_PRACTICE);
  rule.add_allowed_directions(v1::TO_PROFILE);
  return rule;
}

void CheckDirections(const v1::FieldRule& rule, Violations* violations) {
  constexpr char kPath[] = "field_rule.allowed_directions";
  std::set<int> seen;
  for (const int direction : rule.allowed_directions()) {
    if (direction != v1::TO_PRACTICE && direction != v1::TO_PROFILE) {
      violations->Add(kPath, "must be TO_PRACTICE or TO_PROFILE");
    } else if (!seen.insert(direction).second) {
      violations->Add(kPath, v1::SyncDirection_Name(direction) + " is named more than once");
    }
  }
}

void CheckPreference(const v1::FieldRule& rule, Violations* violations) {
  constexpr char kPath[] = "field_rule.preference";
  if (!v1::FieldRule::Preference_IsValid(rule.preference())) {
    violations->Add(kPath, "must be ASK, PROFILE or PRACTICE");
  } else if (rule.preference() == v1::FieldRule::PROFILE && !model::Allows(rule, v1::TO_PRACTICE)) {
    violations->Add(kPath, "can't be PROFILE while TO_PRACTICE isn't allowed");
  } else if (rule.preference() == v1::FieldRule::PRACTICE && !model::Allows(rule, v1::TO_PROFILE)) {
    violations->Add(kPath, "can't be PRACTICE while TO_PROFILE isn't allowed");
  }
}

// Two practice systems can't both be right about a profile's field.
absl::Status CheckPreferenceIsFree(const store::Reader& reader, const v1::FieldRule& rule) {
  if (rule.preference() != v1::FieldRule::PRACTICE) {
    return absl::OkStatus();
  }
  constexpr int kBatch = 100;
  const std::string_view firm = FirmOf(rule.name());
  std::string after;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<v1::AddOn> add_ons, reader.ListAddOns(firm, after, kBatch));
    for (const v1::AddOn& add_on : add_ons) {
      after = LastId(add_on.name());
      ASSIGN_OR_RETURN(const std::optional<v1::FieldRule> other,
                       reader.FindFieldRule(firm, after, LastId(rule.name())));
      if (other && other->name() != rule.name() && other->preference() == v1::FieldRule::PRACTICE) {
        return MakeError(absl::StatusCode::kFailedPrecondition, v1::PREFERENCE_TAKEN,
                         other->name() + " has the preference PRACTICE already",
                         {{"field_rule", other->name()}});
      }
    }
    if (add_ons.size() < kBatch) {
      return absl::OkStatus();
    }
  }
}

}  // namespace

absl::StatusOr<v1::FieldRule> UpdateFieldRule(const Environment& environment,
                                              const access::Call& call,
                                              const v1::UpdateFieldRuleRequest& request,
                                              store::Transaction& transaction) {
  const std::string& name = request.field_rule().name();
  RETURN_IF_ERROR(verb::FindAddOn(transaction, ParentOf(name)).status());
  ASSIGN_OR_RETURN(const std::optional<v1::FieldRule> stored,
                   transaction.FindFieldRule(FirmOf(name), LastId(ParentOf(name)), LastId(name)));
  if (!stored && !request.allow_missing()) {
    return verb::NotFound(name);
  }
  RETURN_IF_ERROR(verb::CheckEtag(request.field_rule().etag(), stored ? stored->etag() : "", name));
  v1::FieldRule updated = stored ? *stored : NoRule(name);
  Violations violations;
  if (Catalogue::Get().Find(LastId(name)) == nullptr) {
    violations.Add("field_rule.name", "there is no field " + std::string(LastId(name)));
  }
  verb::ApplyUpdateMask(request.update_mask(), request.field_rule(), &updated, &violations);
  CheckDirections(updated, &violations);
  CheckPreference(updated, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(CheckPreferenceIsFree(transaction, updated));
  if (updated.preference() == v1::FieldRule::PREFERENCE_UNSPECIFIED) {
    updated.set_preference(v1::FieldRule::ASK);
  }
  *updated.mutable_update_time() = ToProto(call.now);
  verb::SetEtag(environment.etag_key, &updated);
  RETURN_IF_ERROR(transaction.PutFieldRule(updated));
  RETURN_IF_ERROR(RestateLinksUnder(environment, name, transaction));
  return updated;
}

}  // namespace profilesync::addon
