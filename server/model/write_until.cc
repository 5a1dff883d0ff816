#include "server/model/write_until.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "common/error.h"
#include "server/connector/stop.h"

namespace profilesync::model {

absl::Status WriteUntil(const Environment& environment, absl::Time give_up,
                        absl::FunctionRef<absl::Status(store::Transaction&)> unit) {
  constexpr absl::Duration kLongest = absl::Seconds(10);
  constexpr absl::Duration kLongestPause = absl::Seconds(1);
  give_up = std::min(give_up, environment.clock.Now() + kLongest);
  absl::Duration pause = absl::Milliseconds(20);
  while (true) {
    const absl::Status stored = environment.store.WriteAndWait(
        [unit](store::Transaction& transaction) { return unit(transaction); });
    const auto reason = ReasonOf(stored);
    const bool passes = reason == v1::SERVER_BUSY || reason == v1::STORE_UNAVAILABLE;
    if (stored.ok() || !passes || environment.clock.Now() + pause >= give_up ||
        connector::StopOfThread().stop_requested()) {
      return stored;
    }
    absl::SleepFor(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

}  // namespace profilesync::model
