#pragma once

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "common/catalogue.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/type/practice_client.pb.h"

namespace profilesync::model {

// What is known of a practice client once `fetched` has been read: what the fetch didn't report
// stays as `before` had it, unless the field has come from another source since. So does the
// client's page. Its forms are left to be made.
storage::v1::Snapshot MergeSnapshot(const std::optional<storage::v1::Snapshot>& before,
                                    type::PracticeClient fetched, absl::Time fetch_start);

// Makes the fields unknown, until a fetch reports them. The forms are left to be made.
void Forget(const std::vector<const Field*>& fields, storage::v1::Snapshot* snapshot);

}  // namespace profilesync::model
