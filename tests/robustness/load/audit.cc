#include "tests/robustness/load/audit.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <set>
#include <tuple>
#include <utility>

#include "common/proto_time.h"
#include "common/serialize.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::testing {
namespace {

using Result = v1::FieldResult;

bool IsWritten(const Result& result) {
  return result.outcome() == Result::APPLIED || result.outcome() == Result::COERCED;
}

// What is kept of a field that was written.
const type::FieldValue& KeptOf(const Result& result) {
  return result.outcome() == Result::COERCED ? result.kept_value() : result.wanted_value();
}

std::set<std::string> FieldsOf(const v1::SyncOperation& operation, v1::SyncDirection direction) {
  std::set<std::string> fields;
  for (const Result& result : operation.field_results()) {
    if (result.direction() == direction && IsWritten(result)) {
      fields.insert(result.field());
    }
  }
  return fields;
}

bool HasPush(const v1::SyncOperation& operation) {
  for (const Result& result : operation.field_results()) {
    if (result.direction() == v1::TO_PRACTICE) {
      return true;
    }
  }
  return false;
}

// What it is without the revision, for comparing with the change that made it so.
std::string TextOf(const v1::Profile& profile) { return profile.fields().DebugString(); }

}  // namespace

void ExpectSoundDatabase(const World& world) {
  SQLite::Database database(world.database(), SQLite::OPEN_READONLY, 5000);
  SQLite::Statement check(database, "PRAGMA integrity_check");
  ASSERT_TRUE(check.executeStep());
  EXPECT_EQ(check.getColumn(0).getString(), "ok");
}

void ExpectWholeFeed(const Held& held) {
  std::map<std::string, v1::Profile> last;
  std::map<std::string, std::set<std::string>> pulled;
  for (std::size_t i = 0; i < held.changes.size(); ++i) {
    const v1::ProfileChange& change = held.changes[i];
    ASSERT_EQ(change.revision(), static_cast<std::int64_t>(i + 1)) << "the feed has a gap";
    last[change.profile().name()] = change.profile();
    if (change.source() == v1::ProfileChange::SYNC) {
      pulled[change.sync_operation()].insert(change.changed_fields().begin(),
                                             change.changed_fields().end());
    }
  }
  for (const auto& [name, profile] : held.profiles) {
    EXPECT_EQ(TextOf(last[name]), TextOf(profile)) << "the last change of " << name;
  }
  for (const auto& [name, operation] : held.operations) {
    EXPECT_EQ(pulled[name], FieldsOf(operation, v1::TO_PROFILE)) << operation.DebugString();
    pulled.erase(name);
  }
  EXPECT_TRUE(pulled.empty()) << "a change by an operation that isn't there";
}

void ExpectFeedGrew(const Held& before, const Held& now) {
  ASSERT_GE(now.changes.size(), before.changes.size());
  for (std::size_t i = 0; i < before.changes.size(); ++i) {
    ASSERT_EQ(SerializeSorted(now.changes[i]), SerializeSorted(before.changes[i]));
  }
}

void ExpectHistoryOfOperations(const Held& held) {
  using Entry = std::tuple<std::string, std::string, int, std::string>;
  std::multiset<Entry> expected, found;
  for (const auto& [name, operation] : held.operations) {
    for (const Result& result : operation.field_results()) {
      if (IsWritten(result) && !operation.link().empty()) {
        expected.emplace(name, result.field(), result.direction(), KeptOf(result).DebugString());
      }
    }
  }
  for (const auto& [link, entries] : held.history) {
    for (const v1::FieldHistoryEntry& entry : entries) {
      found.emplace(entry.sync_operation(), entry.field(), entry.direction(),
                    entry.new_value().DebugString());
    }
  }
  EXPECT_EQ(found, expected) << "history and operations differ";
}

void ExpectOneOperationARequest(const Held& held) {
  std::map<std::string, std::string> operations;
  for (const auto& [name, operation] : held.operations) {
    if (operation.state() != v1::SyncOperation::FAILED && !operation.request_id().empty()) {
      const auto [other, added] = operations.emplace(operation.request_id(), name);
      EXPECT_TRUE(added) << other->second << " and " << name << " are of one request";
    }
  }
}

void ExpectNoWriteTwice(World& world, const Held& held) {
  // By era and client, of creations by era alone; and by the address that was written.
  std::map<std::pair<int, std::string>, int> operations, writes;
  std::map<std::string, int> asked, sent;
  for (const auto& [name, operation] : held.operations) {
    if (operation.kind() == v1::SyncOperation::EXPORT) {
      ++operations[{world.EraOf(FromProto(operation.create_time())), ""}];
    } else if (HasPush(operation)) {
      ++operations[{world.EraOf(FromProto(operation.create_time())),
                    operation.practice_client_id()}];
    }
    for (const Result& result : operation.field_results()) {
      if (result.field() == "email" && result.direction() == v1::TO_PRACTICE) {
        ++asked[result.wanted_value().text()];
      }
    }
  }
  for (const SentWrite& write : world.Writes()) {
    ++writes[{write.era, write.create ? "" : write.client}];
    ++sent[ElementText("Email", write.body)];
  }
  sent.erase("");
  for (const auto& [where, count] : writes) {
    EXPECT_LE(count, operations[where])
        << "more writes than operations in era " << where.first << ", client " << where.second;
  }
  for (const auto& [address, count] : sent) {
    EXPECT_LE(count, asked[address]) << address << " was written more often than asked";
  }
}

void ExpectSettled(const World& world, const Held& held, const Elements& first) {
  const std::map<std::string, std::string> elements = {{"email", "Email"}, {"website", "Website"}};
  Elements expected = first;
  for (const v1::SyncOperation& operation : held.InOrder()) {
    EXPECT_TRUE(IsOver(operation.state()) ||
                operation.state() == v1::SyncOperation::NEEDS_ATTENTION)
        << operation.DebugString();
    for (const Result& result : operation.field_results()) {
      const auto element = elements.find(result.field());
      if (element == elements.end() || result.direction() != v1::TO_PRACTICE) {
        continue;
      }
      if (IsWritten(result)) {
        expected[operation.practice_client_id()][element->second] = KeptOf(result).text();
      } else if (result.outcome() == Result::UNKNOWN) {
        expected[operation.practice_client_id()].erase(element->second);  // reads can't tell
      }
    }
  }
  for (const auto& [client, values] : expected) {
    const auto record = world.xpm().GetClient(client);
    if (!record.ok()) {
      continue;  // created by an export that nobody took for applied
    }
    for (const auto& [element, value] : values) {
      EXPECT_EQ(record->Get(element), value) << element << " of client " << client;
    }
  }
}

bool WaitUntilSettled(const Api& api) {
  return WaitUntil([&] {
    v1::ListSyncOperationsRequest request;
    request.set_parent(World::kFirm);
    request.set_page_size(1000);
    v1::ListSyncOperationsResponse page;
    do {
      page = api.Must<v1::SyncService>(&v1::SyncService::Stub::ListSyncOperations, request);
      for (const v1::SyncOperation& operation : page.sync_operations()) {
        if (IsOpen(operation.state())) {
          return false;
        }
      }
      request.set_page_token(page.next_page_token());
    } while (!page.next_page_token().empty());
    google::longrunning::ListOperationsRequest unfinished;
    unfinished.set_name(World::kFirm);
    unfinished.set_filter("done = false");
    return api
        .Must<google::longrunning::Operations>(
            &google::longrunning::Operations::Stub::ListOperations, unfinished)
        .operations()
        .empty();
  });
}

}  // namespace profilesync::testing
