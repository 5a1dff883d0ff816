#include "client/cli/selection.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/context.h"
#include "common/catalogue.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

const v1::FieldDiff* Find(const v1::Diff& diff, const std::string& field) {
  const auto found = std::find_if(diff.fields().begin(), diff.fields().end(),
                                  [&](const auto& entry) { return entry.field() == field; });
  return found == diff.fields().end() ? nullptr : &*found;
}

v1::FieldSync* Find(std::vector<v1::FieldSync>& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& entry) { return entry.field() == name; });
  return found == fields.end() ? nullptr : &*found;
}

void Add(const v1::FieldDiff& field, v1::SyncDirection direction,
         std::vector<v1::FieldSync>& fields) {
  v1::FieldSync sync;
  sync.set_field(field.field());
  sync.set_direction(direction);
  sync.set_etag(field.etag());
  fields.push_back(std::move(sync));
}

absl::Status AddNamed(const std::vector<std::string>& names, v1::SyncDirection direction,
                      const v1::Diff& diff, std::vector<v1::FieldSync>& fields) {
  for (const std::string& name : names) {
    const v1::FieldDiff* field = Find(diff, name);
    if (field == nullptr) {
      std::vector<std::string> known;
      for (const auto& entry : diff.fields()) {
        known.push_back(entry.field());
      }
      return UsageError(absl::StrCat("the diff has no field ", name, "; its fields are ",
                                     absl::StrJoin(known, ", ")));
    }
    Add(*field, direction, fields);
  }
  return absl::OkStatus();
}

absl::Status ClearNeedsDirection(const std::string& name) {
  return UsageError(absl::StrCat("--clear ", name, " needs a direction: name it with ",
                                 "--to-practice or --to-profile too"));
}

// A diff would say which fields it has; without one, those that this program knows.
absl::Status CheckFieldsExist(const Selection& selection) {
  for (const auto* names : {&selection.to_practice, &selection.to_profile, &selection.clear}) {
    for (const std::string& name : *names) {
      if (Catalogue::Get().Find(name) == nullptr) {
        return UsageError(absl::StrCat("there is no field ", name));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status NotActive(const v1::AddOnDiff& entry) {
  const auto refuse = [&](v1::ErrorReason reason, const char* why) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, reason,
        absl::StrCat("add-on ", entry.add_on(), " ", why),
        {{"add_on", entry.add_on()}, {"state", v1::AddOn::State_Name(entry.add_on_state())}});
  };
  switch (entry.add_on_state()) {
    case v1::AddOn::NEEDS_REAUTHORISATION:
      return refuse(v1::NEEDS_REAUTHORISATION, "needs to be reauthorised");
    case v1::AddOn::ACCESS_DENIED:
      return refuse(v1::ACCESS_DENIED, "is denied access by the practice system");
    default:
      return refuse(v1::ADD_ON_NOT_ACTIVE, "isn't active");
  }
}

// Why the entry has no diff, as SyncProfile would put it.
absl::Status MissingPrerequisite(const std::string& profile, const v1::AddOnDiff& entry,
                                 const std::string& add_on) {
  switch (entry.missing_prerequisite()) {
    case v1::AddOnDiff::ADD_ON_REQUIRED:
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::ADD_ON_REQUIRED,
                       "the firm has no add-on: activate one first",
                       {{"firm", FirmName(FirmOf(profile))}});
    case v1::AddOnDiff::ADD_ON_NOT_ACTIVE:
      return NotActive(entry);
    case v1::AddOnDiff::LINK_REQUIRED:
      return LinkRequired(profile, add_on);
    default:
      return absl::FailedPreconditionError(
          "there is no diff to sync by: `profilesync diff` says what is missing");
  }
}

// Of entries without a diff: of several add-ons, one that only lacks the link is the nearest.
absl::Status NoDiff(const v1::ProfileDiffs& diffs, const std::string& add_on) {
  const std::string profile = diffs.name().substr(0, diffs.name().rfind("/diffs"));
  const v1::AddOnDiff* nearest = nullptr;
  for (const auto& entry : diffs.add_on_diffs()) {
    if ((add_on.empty() || entry.add_on() == add_on) &&
        (nearest == nullptr || entry.missing_prerequisite() == v1::AddOnDiff::LINK_REQUIRED)) {
      nearest = &entry;
    }
  }
  if (nearest == nullptr && !add_on.empty()) {
    return UsageError(absl::StrCat("the firm has no add-on ", add_on));
  }
  return MissingPrerequisite(
      profile, nearest == nullptr ? v1::AddOnDiff::default_instance() : *nearest, add_on);
}

}  // namespace

absl::Status CheckSelection(const Selection& selection) {
  std::set<std::string> named;
  for (const auto* names : {&selection.to_practice, &selection.to_profile}) {
    for (const std::string& name : *names) {
      if (!named.insert(name).second) {
        return UsageError(absl::StrCat(name, " is named twice"));
      }
    }
  }
  if (selection.suggested) {
    return absl::OkStatus();  // what is suggested may be cleared too
  }
  for (const std::string& name : selection.clear) {
    if (named.count(name) == 0) {
      return ClearNeedsDirection(name);
    }
  }
  return named.empty()
             ? UsageError("nothing to sync: give --to-practice, --to-profile or --suggested")
             : absl::OkStatus();
}

absl::StatusOr<std::vector<v1::FieldSync>> SelectFields(const Selection& selection,
                                                        const v1::Diff& diff) {
  RETURN_IF_ERROR(CheckSelection(selection));
  std::vector<v1::FieldSync> fields;
  RETURN_IF_ERROR(AddNamed(selection.to_practice, v1::TO_PRACTICE, diff, fields));
  RETURN_IF_ERROR(AddNamed(selection.to_profile, v1::TO_PROFILE, diff, fields));
  if (selection.suggested) {
    for (const auto& field : diff.fields()) {
      if (field.suggested_direction() != v1::SYNC_DIRECTION_UNSPECIFIED &&
          Find(fields, field.field()) == nullptr) {
        Add(field, field.suggested_direction(), fields);
      }
    }
  }
  for (const std::string& name : selection.clear) {
    v1::FieldSync* sync = Find(fields, name);
    if (sync == nullptr) {
      return ClearNeedsDirection(name);
    }
    sync->set_clear(true);
  }
  return fields;
}

absl::StatusOr<v1::Diff> PickDiff(const v1::ProfileDiffs& diffs, const std::string& add_on,
                                  const Selection& selection) {
  std::vector<const v1::Diff*> found;
  std::vector<std::string> names;
  for (const auto& entry : diffs.add_on_diffs()) {
    if (entry.has_diff() && (add_on.empty() || entry.add_on() == add_on)) {
      found.push_back(&entry.diff());
      names.push_back(entry.add_on());
    }
  }
  if (found.size() > 1) {
    return UsageError(
        absl::StrCat("which add-on? give --add-on, one of ", absl::StrJoin(names, ", ")));
  }
  if (found.empty()) {
    RETURN_IF_ERROR(CheckFieldsExist(selection));
    return NoDiff(diffs, add_on);
  }
  return *found.front();
}

absl::Status LinkRequired(const std::string& profile, const std::string& add_on) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::LINK_REQUIRED,
                   absl::StrCat(profile, " isn't linked", add_on.empty() ? "" : " under ", add_on,
                                ": link it first"),
                   {{"profile", profile}});
}

}  // namespace profilesync::cli
