#include "server/store/store.h"

#include <memory>
#include <utility>

#include "common/mutex.h"
#include "common/resource_name.h"
#include "server/store/order.h"

namespace profilesync::store {

Cursor CursorOf(const ProfileRow& row, ProfileOrder order) {
  const std::string id(LastId(row.profile.name()));
  switch (order) {
    case ProfileOrder::kName:
      return {"", id};
    case ProfileOrder::kDisplayName:
      return {SortName(row.profile), id};
    case ProfileOrder::kCreateTime:
      return {TimeKey(ToNanos(row.profile.create_time())), id};
    case ProfileOrder::kUpdateTime:
      return {TimeKey(ToNanos(row.profile.update_time())), id};
  }
  return {};
}

Cursor CursorOf(const SyncOperationRow& row) {
  return {TimeKey(ToNanos(row.operation.create_time())), std::string(LastId(row.operation.name()))};
}

Cursor CursorOf(const DiffRow& row) { return {TimeKey(ToNanos(row.differ_time)), row.link_id}; }

absl::Status Store::WriteAndWait(WriteBody body) {
  struct Outcome {
    Mutex mutex;
    CondVar known;
    std::optional<absl::Status> status ABSL_GUARDED_BY(mutex);
  };
  const auto outcome = std::make_shared<Outcome>();
  Write(std::move(body), [outcome](absl::Status status) {
    MutexLock lock(&outcome->mutex);
    outcome->status = std::move(status);
    outcome->known.NotifyOne();
  });
  MutexLock lock(&outcome->mutex);
  while (!outcome->status) {
    outcome->known.Wait(&outcome->mutex);
  }
  return *std::move(outcome->status);
}

}  // namespace profilesync::store
