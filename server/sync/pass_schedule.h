#pragma once

#include "absl/time/time.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/add_on.pb.h"
#include "profilesync/v1/firm.pb.h"

namespace profilesync::sync {

// When all links of an add-on are to be refreshed by a list without being asked, and by which.
struct NextPass {
  absl::Time time = absl::InfiniteFuture();
  bool full = false;
};

// Every refresh_interval for what changed, and once in each night of the firm (between one and five
// o'clock) for all, since not every change marks a client as changed. Never where there is no
// interval. Add-ons don't all come at once: each has a time of its own within the night, and an
// interval that is longer by a part of its own, of a tenth at most.
NextPass NextPassOf(const v1::Firm& firm, const v1::AddOn& add_on,
                    const storage::v1::RefreshState& state, absl::Time now);

}  // namespace profilesync::sync
