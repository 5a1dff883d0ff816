#include "server/model/masked_outcome.h"

#include <algorithm>

#include "common/mask.h"

namespace profilesync::model {

void JudgeMasked(const Field& field, const std::vector<connector::OtherChange>& changes,
                 v1::FieldResult* result) {
  const auto other = std::find_if(changes.begin(), changes.end(),
                                  [&](const auto& change) { return change.field == field.name(); });
  if (other == changes.end()) {
    result->set_outcome(v1::FieldResult::APPLIED);
  } else if (other->before == other->after) {
    result->set_outcome(v1::FieldResult::REFUSED);
    result->set_message("the practice system kept its value");
  } else {
    result->set_outcome(v1::FieldResult::COERCED);
    if (other->after.empty()) {
      result->set_message(kLeftBlank);
    } else {
      result->mutable_kept_value()->set_text(Masked(other->after));
      result->set_message("the practice system shows the end of another value");
    }
  }
}

}  // namespace profilesync::model
