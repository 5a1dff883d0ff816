#include "server/addon/call_budget.h"

#include "common/proto_time.h"
#include "common/status.h"
#include "server/model/link_state.h"

namespace profilesync::addon {

absl::Status ShowCallBudget(const Environment& environment, const store::Reader& reader,
                            v1::AddOn* add_on) {
  constexpr int kUnknown = -1;
  const connector::Connector* const connector = model::ConnectorOf(environment, *add_on);
  if (connector == nullptr || add_on->tenant_id().empty()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const budget::Left left,
                   budget::LeftOf(model::AccountOf(*add_on, *connector, budget::Priority::kPerson),
                                  environment.clock.Now(), reader));
  v1::CallBudget& shown = *add_on->mutable_call_budget();
  shown.set_minute_remaining(left.minute.value_or(kUnknown));
  shown.set_day_remaining(left.day.value_or(kUnknown));
  if (left.closed_until) {
    *shown.mutable_closed_until_time() = ToProto(*left.closed_until);
  }
  return absl::OkStatus();
}

}  // namespace profilesync::addon
