#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/connector/connector.h"
#include "server/environment.h"

namespace profilesync::model {

// The lease that whoever writes has taken.
struct HeldLease {
  std::string key;
  std::int64_t fence = 0;
};

// `budget` for writes under a lease: once a call's turn has come it is refused, ABORTED
// (CHANGED_SINCE_READ), where somebody else has taken over. `budget` may be nullptr, where calls
// aren't counted. `environment` must outlive it.
std::shared_ptr<connector::CallBudget> WhileHeld(const Environment& environment, HeldLease lease,
                                                 std::shared_ptr<connector::CallBudget> budget);

// The same; refused also, FAILED_PRECONDITION (WRITES_SUSPENDED), where the add-on's writes have
// been suspended meanwhile.
std::shared_ptr<connector::CallBudget> WhileWritesGoOn(
    const Environment& environment, HeldLease lease, std::string add_on,
    std::shared_ptr<connector::CallBudget> budget);

}  // namespace profilesync::model
