#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "server/access/call.h"
#include "server/access/page_token.h"
#include "server/environment.h"
#include "server/store/seal.h"
#include "server/store/sqlite/sqlite_store.h"

namespace profilesync::testing {

// A clock that stands still until it is moved. Thread-safe.
class ManualClock final : public Clock {
 public:
  absl::Time Now() const override {
    MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration duration) {
    MutexLock lock(&mutex_);
    now_ += duration;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_) = absl::FromUnixSeconds(1'800'000'000);
};

// Practice systems that a test holds itself, by id.
class FixedRegistry final : public connector::Registry {
 public:
  void Add(const std::string& id, connector::Connector* connector) { connectors_[id] = connector; }
  connector::Connector* Find(std::string_view id) const override {
    const auto found = connectors_.find(std::string(id));
    return found == connectors_.end() ? nullptr : found->second;
  }
  bool MayConnect(std::string_view id, std::string_view, std::string_view) const override {
    return Find(id) != nullptr;
  }
  std::vector<std::string> Ids() const override {
    std::vector<std::string> ids;
    for (const auto& [id, connector] : connectors_) {
      ids.push_back(id);
    }
    return ids;
  }

 private:
  std::map<std::string, connector::Connector*> connectors_;
};

// What verbs work with, for tests of verbs by themselves: a real SQLite store in a folder of its
// own, and a clock and ids that the test can tell beforehand. Jobs that are posted run at once.
class TestEnvironment {
 public:
  TestEnvironment();
  ~TestEnvironment();

  const Environment& environment() const { return *environment_; }
  store::SqliteStore& store() { return *store_; }
  ManualClock& clock() { return clock_; }
  FixedRegistry& connectors() { return connectors_; }
  // A call of an operator's, made now.
  access::Call Call() const;

 private:
  class CountingIds final : public IdSource {
   public:
    std::string NewId() override;
    std::string NewSecret() override;

   private:
    Mutex mutex_;
    int count_ ABSL_GUARDED_BY(mutex_) = 0;
  };

  std::filesystem::path folder_;
  store::Sealer sealer_;
  ManualClock clock_;
  CountingIds ids_;
  FixedRegistry connectors_;
  access::PageTokens page_tokens_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<budget::Budgets> budgets_;
  std::unique_ptr<Environment> environment_;
};

}  // namespace profilesync::testing
