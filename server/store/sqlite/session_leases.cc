#include <algorithm>

#include "common/error.h"
#include "common/status.h"
#include "server/store/leases.h"
#include "server/store/order.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

constexpr absl::Duration kLongestWait = absl::Minutes(1);

}  // namespace

Found<Lease> Session::FindLease(std::string_view key) const {
  return Run([&]() -> Found<Lease> {
    return First(Sql("SELECT holder, expiry, fence FROM leases WHERE key = ?").Text(key),
                 [](Query& row) {
                   return Lease{.holder = std::string(row.Bytes(0)),
                                .expiry = FromNanos(row.Number(1)),
                                .fence = row.Number(2)};
                 });
  });
}

absl::StatusOr<Lease> Session::AcquireLease(std::string_view key, std::string_view holder,
                                            absl::Time now, absl::Time expiry) {
  return Run([&]() -> absl::StatusOr<Lease> {
    ASSIGN_OR_RETURN(const auto last, FindLease(key));
    if (last && last->holder != holder && IsHeld(*last, now)) {
      return WithRetryAfter(MakeError(absl::StatusCode::kAborted, v1::STILL_RUNNING,
                                      "another operation on it is still running"),
                            std::min(last->expiry - now, kLongestWait));
    }
    Lease lease{std::string(holder), expiry, 0};
    {
      Query next = Sql("UPDATE fences SET last = last + 1 WHERE id = 1 RETURNING last");
      next.Step();
      lease.fence = next.Number(0);
    }
    Sql("INSERT INTO leases (key, holder, expiry, fence) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, expiry = excluded.expiry,"
        " fence = excluded.fence")
        .Text(key)
        .Text(holder)
        .Int(ToNanos(expiry))
        .Int(lease.fence)
        .Run();
    return lease;
  });
}

absl::Status Session::CheckLease(std::string_view key, std::int64_t fence) {
  return Run([&] {
    Query held = Sql("SELECT 1 FROM leases WHERE key = ? AND fence = ?");
    return held.Text(key).Int(fence).Step()
               ? absl::OkStatus()
               : MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                           "another operation has taken over");
  });
}

absl::Status Session::ReleaseLease(std::string_view key, std::int64_t fence) {
  return Run([&] {
    Sql("DELETE FROM leases WHERE key = ? AND fence = ?").Text(key).Int(fence).Run();
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store
