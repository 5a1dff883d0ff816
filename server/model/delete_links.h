#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "server/store/store.h"

namespace profilesync::model {

// FAILED_PRECONDITION (OPERATION_UNFINISHED) while an operation of the link is.
absl::Status CheckFinished(const store::LinkRow& link);

// Deletes the links of a profile or an add-on that is to be deleted; `owner` is its name. Unless
// `force`, FAILED_PRECONDITION (HAS_LINKS) when there are any; OPERATION_UNFINISHED when one has an
// unfinished operation.
absl::Status DeleteLinks(store::Transaction& transaction, std::string_view firm,
                         const store::LinkFilter& filter, bool force, std::string_view owner);

}  // namespace profilesync::model
