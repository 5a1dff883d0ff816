#include "server/addon/check_settings.h"

#include <algorithm>
#include <string>

#include "server/verb/check.h"

namespace profilesync::addon {
namespace {

void CheckSource(const connector::Description& description, const std::string& field,
                 const std::string& source, Violations* violations) {
  const std::string path = "add_on.settings.field_sources[" + field + "]";
  const auto capability =
      std::find_if(description.fields.begin(), description.fields.end(),
                   [&](const auto& candidate) { return candidate.field == field; });
  if (capability == description.fields.end() || capability->sources.empty()) {
    violations->Add(path, "is no field that has a choice of sources");
    return;
  }
  std::string choices;
  for (const connector::FieldSource& choice : capability->sources) {
    if (choice.id == source) {
      return;
    }
    choices += (choices.empty() ? "" : ", ") + choice.id;
  }
  violations->Add(path, "must be one of " + choices);
}

}  // namespace

void CheckAddOn(const v1::AddOn& add_on, const connector::Description* description,
                Violations* violations) {
  verb::CheckText("add_on.display_name", add_on.display_name(), verb::kLongestDisplayName,
                  /*required=*/false, violations);
  if (description != nullptr) {
    for (const auto& [field, source] : add_on.settings().field_sources()) {
      CheckSource(*description, field, source, violations);
    }
  }
  for (const int kind : add_on.settings().auto_link().party_kinds()) {
    if (!type::PartyKind_IsValid(kind) || kind == type::PARTY_KIND_UNSPECIFIED) {
      violations->Add("add_on.settings.auto_link.party_kinds", "must be known kinds of party");
    }
  }
  const auto& interval = add_on.settings().refresh_interval();
  constexpr int kShortest = 60;
  const bool none = interval.seconds() == 0 && interval.nanos() == 0;
  if (!none && interval.seconds() < kShortest) {
    violations->Add("add_on.settings.refresh_interval", "must be at least a minute, or zero");
  }
}

}  // namespace profilesync::addon
