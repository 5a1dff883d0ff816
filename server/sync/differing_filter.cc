#include "server/sync/differing_filter.h"

#include <set>
#include <string>

#include "absl/time/time.h"
#include "common/catalogue.h"
#include "common/field_state.h"
#include "common/resource_name.h"
#include "server/verb/filter.h"

namespace profilesync::sync {
namespace {

bool ReadAddOn(const verb::FilterTerm& term, std::string_view firm,
               store::DifferingFilter* filter) {
  if (!term.Is("add_on") || FirmOf(term.value) != LastId(firm) ||
      !ParseName(term.value, {"firms", "addOns"})) {
    return false;
  }
  filter->add_on_id = LastId(term.value);
  return true;
}

bool ReadField(const verb::FilterTerm& term, store::DifferingFilter* filter) {
  const Field* field = Catalogue::Get().Find(term.value);
  if (!term.Is("field") || field == nullptr) {
    return false;
  }
  filter->field_number = field->number();
  return true;
}

bool ReadState(const verb::FilterTerm& term, store::DifferingFilter* filter) {
  v1::FieldDiff::State state = v1::FieldDiff::STATE_UNSPECIFIED;
  if (!term.Is("state") || !v1::FieldDiff::State_Parse(term.value, &state) ||
      !IsDiffering(static_cast<FieldState>(state))) {
    return false;
  }
  filter->state = state;
  return true;
}

bool ReadTime(const verb::FilterTerm& term, store::DifferingFilter* filter) {
  absl::Time time;
  if (term.path != "differ_time" ||
      !absl::ParseTime(absl::RFC3339_full, term.value, &time, nullptr)) {
    return false;
  }
  constexpr absl::Duration kNext = absl::Nanoseconds(1);
  switch (term.op) {
    case verb::FilterOp::kLess:
      filter->until = time;
      return true;
    case verb::FilterOp::kLessOrEqual:
      filter->until = time + kNext;
      return true;
    case verb::FilterOp::kGreater:
      filter->from = time + kNext;
      return true;
    case verb::FilterOp::kGreaterOrEqual:
      filter->from = time;
      return true;
    case verb::FilterOp::kIs:
    case verb::FilterOp::kHas:
      break;
  }
  return false;
}

// What terms may not be there twice.
std::string SubjectOf(const verb::FilterTerm& term) {
  const bool less = term.op == verb::FilterOp::kLess || term.op == verb::FilterOp::kLessOrEqual;
  return term.path + (less ? " <" : "");
}

}  // namespace

store::DifferingFilter ParseDifferingFilter(std::string_view filter, std::string_view firm,
                                            Violations* violations) {
  store::DifferingFilter read;
  std::set<std::string> seen;
  for (const verb::FilterTerm& term : verb::ParseFilter(filter, violations)) {
    if (!ReadAddOn(term, firm, &read) && !ReadField(term, &read) && !ReadState(term, &read) &&
        !ReadTime(term, &read)) {
      violations->Add("filter", verb::NotKnown(term, "add_on, field, state and differ_time"));
    } else if (!seen.insert(SubjectOf(term)).second) {
      violations->Add("filter", term.path + " is there more than once");
    }
  }
  return read;
}

bool ChosenBy(const store::DifferingFilter& filter, const v1::FieldDiff& field) {
  const Field* of = Catalogue::Get().Find(field.field());
  return of != nullptr && IsDiffering(static_cast<FieldState>(field.state())) &&
         (filter.field_number == 0 || filter.field_number == of->number()) &&
         (filter.state == 0 || filter.state == field.state());
}

}  // namespace profilesync::sync
