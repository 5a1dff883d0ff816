#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "server/environment.h"

namespace profilesync::model {

// What made the forms and ready diffs that this server stores: the rules of comparison and their
// libraries, the catalogue of fields, and what each practice system can do.
std::string StatesVersion(const Environment& environment);

// Makes every stored form and ready diff anew, a hundred profiles a transaction, unless they were
// made by what makes them now: after an upgrade diffs must not go on saying what an earlier version
// thought. Blocks. Ends early, to be done again at the next start, once `stopping` says so.
absl::Status RestateOutdated(const Environment& environment, const std::function<bool()>& stopping);

}  // namespace profilesync::model
