#include "server/profile/profile_filter.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/display.h"
#include "common/text_form.h"

namespace profilesync::profile {

ProfileFilter::ProfileFilter(std::string_view filter, Violations* violations) {
  constexpr std::string_view kFields = "fields.";
  for (const verb::FilterTerm& given : verb::ParseFilter(filter, violations)) {
    Term term;
    term.has = given.op == verb::FilterOp::kHas;
    term.folded = FoldText(given.value);
    if (given.Is("kind")) {
      term.of = Term::Of::kKind;
      if (!type::PartyKind_Parse(given.value, &term.kind)) {
        violations->Add("filter", "kind: there is no kind " + given.value);
      }
    } else if (given.Is("region_code")) {
      term.of = Term::Of::kCountry;
    } else if (given.path.starts_with(kFields) && (term.has || given.op == verb::FilterOp::kIs)) {
      term.of = Term::Of::kField;
      term.field = Catalogue::Get().Find(std::string_view(given.path).substr(kFields.size()));
      if (term.field == nullptr || term.field->sensitive()) {
        violations->Add("filter", given.path + ": can't be filtered by");
      }
    } else {
      violations->Add("filter", ToText(given) + ": can't be filtered by");
      continue;
    }
    terms_.push_back(std::move(term));
  }
}

bool ProfileFilter::Matches(const Term& term, const v1::Profile& profile) {
  switch (term.of) {
    case Term::Of::kKind:
      return profile.kind() == term.kind;
    case Term::Of::kCountry:
      return FoldText(profile.region_code()) == term.folded;
    case Term::Of::kField:
      break;
  }
  const std::string text = FoldText(DisplayText(term.field->Get(profile.fields())));
  return term.has ? text.find(term.folded) != std::string::npos : text == term.folded;
}

bool ProfileFilter::Matches(const v1::Profile& profile) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return Matches(term, profile); });
}

}  // namespace profilesync::profile
