#include "client/cli/selection.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/context.h"
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
    if (Find(fields, name) != nullptr) {
      return UsageError(absl::StrCat(name, " is named twice"));
    }
    Add(*field, direction, fields);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::FieldSync>> SelectFields(const Selection& selection,
                                                        const v1::Diff& diff) {
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
      return UsageError(absl::StrCat("--clear ", name, " needs a direction: name it with ",
                                     "--to-practice or --to-profile too"));
    }
    sync->set_clear(true);
  }
  if (fields.empty() && !selection.suggested) {
    return UsageError("nothing to sync: give --to-practice, --to-profile or --suggested");
  }
  return fields;
}

absl::StatusOr<v1::Diff> PickDiff(const v1::ProfileDiffs& diffs, const std::string& add_on) {
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
    return absl::FailedPreconditionError(
        "there is no diff to sync by: `profilesync diff` says what is missing");
  }
  return *found.front();
}

}  // namespace profilesync::cli
