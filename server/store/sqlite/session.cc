#include "server/store/sqlite/session.h"

namespace profilesync::store {

void Session::Note(const absl::Status& status) const {
  if (failure_.ok() && (absl::IsUnavailable(status) || absl::IsInternal(status))) {
    failure_ = status;
  }
}

}  // namespace profilesync::store
