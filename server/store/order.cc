#include "server/store/order.h"

#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"
#include "common/text_form.h"

namespace profilesync::store {

std::int64_t ToNanos(absl::Time time) { return absl::ToUnixNanos(time); }

absl::Time FromNanos(std::int64_t nanos) {
  if (nanos == std::numeric_limits<std::int64_t>::min()) {
    return absl::InfinitePast();
  }
  if (nanos == std::numeric_limits<std::int64_t>::max()) {
    return absl::InfiniteFuture();
  }
  return absl::FromUnixNanos(nanos);
}

std::int64_t ToNanos(const google::protobuf::Timestamp& time) {
  return ToNanos(absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()));
}

std::string SortName(const v1::Profile& profile) { return FoldText(profile.fields().name()); }

std::string TimeKey(std::int64_t nanos) { return absl::StrCat(nanos); }

absl::StatusOr<std::int64_t> ParseTimeKey(std::string_view key) {
  std::int64_t nanos = 0;
  if (!absl::SimpleAtoi(AV(key), &nanos)) {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::INVALID_PAGE_TOKEN,
                     "the page token is damaged");
  }
  return nanos;
}

}  // namespace profilesync::store
