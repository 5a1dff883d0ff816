#pragma once

#include "absl/status/statusor.h"
#include "server/store/store.h"

namespace profilesync::verb {

// The thing of a resource name, or NOT_FOUND (RESOURCE_NOT_FOUND). The names' shapes have been
// checked: the ids are the names' last parts and the firm their first.
absl::StatusOr<v1::Firm> FindFirm(const store::Reader& reader, std::string_view name);
absl::StatusOr<v1::AddOn> FindAddOn(const store::Reader& reader, std::string_view name);
absl::StatusOr<store::ProfileRow> FindProfile(const store::Reader& reader, std::string_view name);
absl::StatusOr<store::LinkRow> FindLink(const store::Reader& reader, std::string_view name);
absl::StatusOr<store::SyncOperationRow> FindSyncOperation(const store::Reader& reader,
                                                          std::string_view name);

// As FindAddOn; FAILED_PRECONDITION (ADD_ON_NOT_ACTIVE, …) unless it can be used now.
absl::StatusOr<v1::AddOn> FindActiveAddOn(const store::Reader& reader, std::string_view name);
absl::Status CheckActive(const v1::AddOn& add_on);

// For what was fetched for an add-on as it was `then`: FAILED_PRECONDITION as FindActiveAddOn, or
// ABORTED (CHANGED_SINCE_READ) where it would be fetched from elsewhere now.
absl::Status CheckStillFetchedBy(const v1::AddOn& then, const store::Reader& reader);

}  // namespace profilesync::verb
