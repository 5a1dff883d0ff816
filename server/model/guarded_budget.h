#pragma once

#include <memory>
#include <string>

#include "server/connector/connector.h"
#include "server/environment.h"

namespace profilesync::model {

// `budget` for writes: once a call's turn has come it is refused, FAILED_PRECONDITION
// (WRITES_SUSPENDED), where the add-on's writes have been suspended meanwhile. `budget` may be
// nullptr, where calls aren't counted. `environment` must outlive it.
std::shared_ptr<connector::CallBudget> WhileWritesGoOn(
    const Environment& environment, std::string add_on,
    std::shared_ptr<connector::CallBudget> budget);

}  // namespace profilesync::model
