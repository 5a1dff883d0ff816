#pragma once

#include <map>
#include <string>

#include "tests/robustness/load/held.h"
#include "tests/robustness/load/world.h"

// What must hold of a store and a practice whatever has become of the server: each fails the
// running test where it doesn't.
namespace profilesync::testing {

// SQLite finds nothing wrong with the file, as another program that opens it.
void ExpectSoundDatabase(const World& world);

// Revisions 1, 2, 3, …; the last change of each profile is what it is now, and every change by a
// sync is what the operation says that it wrote to the profile.
void ExpectWholeFeed(const Held& held);
// What was there before is there still, unchanged.
void ExpectFeedGrew(const Held& before, const Held& now);

// One entry for each value that an operation wrote, and no others.
void ExpectHistoryOfOperations(const Held& held);

// At most one operation of a request_id wrote, or may have written.
void ExpectOneOperationARequest(const Held& held);

// No era has more writes of a client than operations that began in it: nothing is sent twice, and
// recovery sends nothing.
void ExpectNoWriteTwice(World& world, const Held& held);

// No operation is left to be settled, and each client has what the operations say: the last value
// written, or what `first` has, by client and element.
using Elements = std::map<std::string, std::map<std::string, std::string>>;
void ExpectSettled(const World& world, const Held& held, const Elements& first);

// Waits until recovery has settled all that it can.
bool WaitUntilSettled(const Api& api);

}  // namespace profilesync::testing
