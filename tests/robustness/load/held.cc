#include "tests/robustness/load/held.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "common/proto_time.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/robustness/load/world.h"

namespace profilesync::testing {
namespace {

// Calls a list method until its last page, and `take` with each.
template <typename Service, typename Request, typename Response, typename Take>
void AllPages(const Api& api,
              grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                    Response*),
              Request request, const Take& take) {
  request.set_page_size(1000);
  do {
    const Response page = api.Must<Service>(method, request);
    take(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && !::testing::Test::HasFatalFailure());
}

std::vector<v1::FieldHistoryEntry> HistoryOf(const Api& api, const std::string& link) {
  std::vector<v1::FieldHistoryEntry> entries;
  v1::ListFieldHistoryEntriesRequest request;
  request.set_parent(link);
  AllPages<v1::SyncService>(api, &v1::SyncService::Stub::ListFieldHistoryEntries, request,
                            [&](const auto& page) {
                              entries.insert(entries.end(), page.field_history_entries().begin(),
                                             page.field_history_entries().end());
                            });
  return entries;
}

}  // namespace

std::vector<v1::SyncOperation> Held::InOrder() const {
  std::vector<v1::SyncOperation> ordered;
  for (const auto& [name, operation] : operations) {
    ordered.push_back(operation);
  }
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& one, const auto& other) {
    return FromProto(one.create_time()) < FromProto(other.create_time());
  });
  return ordered;
}

Held ReadAll(const Api& api) {
  Held held;
  v1::ListProfilesRequest profiles;
  profiles.set_parent(World::kFirm);
  AllPages<v1::ProfileService>(api, &v1::ProfileService::Stub::ListProfiles, profiles,
                               [&](const auto& page) {
                                 for (const v1::Profile& profile : page.profiles()) {
                                   held.profiles[profile.name()] = profile;
                                 }
                               });
  v1::ListLinksRequest links;
  links.set_parent(World::kFirm);
  AllPages<v1::LinkService>(api, &v1::LinkService::Stub::ListLinks, links, [&](const auto& page) {
    for (const v1::Link& link : page.links()) {
      held.links[link.name()] = link;
    }
  });
  v1::ListSyncOperationsRequest operations;
  operations.set_parent(World::kFirm);
  AllPages<v1::SyncService>(api, &v1::SyncService::Stub::ListSyncOperations, operations,
                            [&](const auto& page) {
                              for (const v1::SyncOperation& operation : page.sync_operations()) {
                                held.operations[operation.name()] = operation;
                              }
                            });
  v1::ListProfileChangesRequest changes;
  changes.set_parent(World::kFirm);
  AllPages<v1::ProfileService>(
      api, &v1::ProfileService::Stub::ListProfileChanges, changes, [&](const auto& page) {
        held.changes.insert(held.changes.end(), page.profile_changes().begin(),
                            page.profile_changes().end());
      });
  for (const auto& [name, operation] : held.operations) {
    if (!operation.link().empty() && !held.history.contains(operation.link())) {
      held.history[operation.link()] = HistoryOf(api, operation.link());
    }
  }
  return held;
}

bool IsOver(v1::SyncOperation::State state) {
  return state == v1::SyncOperation::DONE || state == v1::SyncOperation::PARTLY_DONE ||
         state == v1::SyncOperation::FAILED;
}

bool IsOpen(v1::SyncOperation::State state) {
  return !IsOver(state) && state != v1::SyncOperation::NEEDS_ATTENTION;
}

bool MayFollow(v1::SyncOperation::State before, v1::SyncOperation::State after) {
  const auto rank = [](v1::SyncOperation::State state) {
    switch (state) {
      case v1::SyncOperation::PLANNED:
      case v1::SyncOperation::PUSHING:
        return 0;
      case v1::SyncOperation::UNKNOWN:
        return 1;
      case v1::SyncOperation::NEEDS_ATTENTION:
        return 2;
      default:
        return 3;
    }
  };
  return IsOver(before) ? before == after : rank(after) >= rank(before);
}

}  // namespace profilesync::testing
