#include "server/profile/client_filter.h"

#include <algorithm>

#include "common/status.h"
#include "common/text_form.h"
#include "server/verb/filter.h"

namespace profilesync::profile {
namespace {

std::optional<type::PartyKind> ParseKind(const std::string& value, Violations* violations) {
  type::PartyKind kind = type::PARTY_KIND_UNSPECIFIED;
  if (!type::PartyKind_Parse(value, &kind)) {
    violations->Add("filter", "kind: there is no kind " + value);
  }
  return kind;
}

std::optional<absl::Time> ParseSince(const std::string& value, Violations* violations) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, value, &time, nullptr)) {
    violations->Add("filter", "changed_since: must be a time as 2026-11-27T09:30:00Z");
  }
  return time;
}

}  // namespace

ClientFilter::ClientFilter(std::string_view filter, Violations* violations) {
  for (const verb::FilterTerm& term : verb::ParseFilter(filter, violations)) {
    if (term.Is("kind")) {
      kind_ = ParseKind(term.value, violations);
    } else if (term.Has("name")) {
      name_parts_.push_back(FoldText(term.value));
    } else if (term.Is("name")) {
      name_ = FoldText(term.value);
    } else if (term.Is("changed_since")) {
      changed_since_ = ParseSince(term.value, violations);
    } else if (term.Is("archived") && (term.value == "true" || term.value == "false")) {
      archived_ = term.value == "true";
    } else {
      violations->Add("filter", ToText(term) + " isn't something to choose clients by");
    }
  }
}

bool ClientFilter::Matches(const type::PracticeClient& client) const {
  const bool archived = client.state() == type::PracticeClient::ARCHIVED;
  if (client.state() == type::PracticeClient::DELETED || archived != archived_ ||
      (kind_ && client.kind() != *kind_)) {
    return false;
  }
  const std::string name = FoldText(client.display_name());
  return (!name_ || name == *name_) &&
         std::all_of(name_parts_.begin(), name_parts_.end(),
                     [&](const std::string& part) { return name.find(part) != std::string::npos; });
}

}  // namespace profilesync::profile
