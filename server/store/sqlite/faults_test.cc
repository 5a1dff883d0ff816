// What goes wrong around a store: full and damaged disks, commits that fail, processes that die or
// write at the same time.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/store/contract/store_contract.h"
#include "server/store/sqlite/test_database.h"

namespace profilesync::store {
namespace {

absl::Status PutFirm(Store& store, const std::string& id, std::size_t size = 0) {
  v1::Firm firm = MakeFirm(id);
  firm.set_etag(std::string(size, 'x'));
  return store.WriteAndWait([&](Transaction& t) { return t.PutFirm(firm); });
}

bool HasFirm(Store& store, const std::string& id) {
  bool found = false;
  EXPECT_TRUE(store
                  .Read([&](const Reader& r) -> absl::Status {
                    ASSIGN_OR_RETURN(const auto firm, r.FindFirm(id));
                    found = firm.has_value();
                    return absl::OkStatus();
                  })
                  .ok());
  return found;
}

absl::Status AppendChange(Store& store) {
  return store.WriteAndWait([](Transaction& t) {
    v1::ProfileChange change = MakeChange("f", "p");
    return t.AppendProfileChange("f", &change).status();
  });
}

void ExpectUnavailable(const absl::Status& status, const TestDatabase& database) {
  EXPECT_THAT(status, HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(status), v1::STORE_UNAVAILABLE) << status;
  const std::string message(SV(status.message()));
  EXPECT_EQ(message.find(database.path()), std::string::npos) << message;
  EXPECT_EQ(message.find("INSERT"), std::string::npos) << message;
}

void Await(const std::function<bool()>& condition) {
  while (!condition()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

// No file may grow beyond `bytes` while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_;
};

TEST(SqliteFaultsTest, AFullDiskLosesNothingAndIsRecoveredFrom) {
  TestDatabase database;
  const auto store = database.Open();
  ASSERT_TRUE(PutFirm(*store, "before").ok());
  {
    const FileSizeLimit limit(512 << 10);
    ExpectUnavailable(PutFirm(*store, "lost", 4 << 20), database);
    EXPECT_FALSE(HasFirm(*store, "lost"));
    EXPECT_TRUE(HasFirm(*store, "before"));
  }
  Await([&] { return store->Health().ok(); });
  EXPECT_TRUE(PutFirm(*store, "after", 4 << 20).ok());
  EXPECT_TRUE(HasFirm(*store, "after"));
}

TEST(SqliteFaultsTest, AFileThatCannotBeWrittenIsRefused) {
  TestDatabase database;
  database.Open();
  ASSERT_EQ(::chmod(database.path().c_str(), 0400), 0);
  const bool root = ::geteuid() == 0;
  if (root) {  // whom modes don't bind
    constexpr uid_t kNobody = 65534;
    const std::string directory = std::filesystem::path(database.path()).parent_path();
    ASSERT_EQ(::chown(directory.c_str(), kNobody, static_cast<gid_t>(-1)), 0);
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const absl::Status status = database.TryOpen().status();
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_THAT(status, HasCode(absl::StatusCode::kUnavailable));
}

TEST(SqliteFaultsTest, ADamagedFileIsUnavailable) {
  TestDatabase database;
  {
    const auto store = database.Open();
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(PutFirm(*store, "firm" + std::to_string(i), 2'000).ok());
    }
  }
  {
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(database.path()));
    std::fstream file(database.path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(size / 2);
    file << std::string(static_cast<std::size_t>(size - size / 2), '\xff');
  }
  const auto store = database.Open();
  ExpectUnavailable(store->Read([](const Reader& r) { return r.ListFirms("", 999).status(); }),
                    database);
  // What can still be written mends nothing.
  ASSERT_TRUE(store->WriteAndWait([](Transaction&) { return absl::OkStatus(); }).ok());
  ExpectUnavailable(store->Health(), database);
}

TEST(SqliteFaultsTest, AStoredMessageThatCannotBeReadIsUnavailable) {
  TestDatabase database;
  const auto store = database.Open();
  ASSERT_TRUE(PutFirm(*store, "f").ok());
  database.Sql("UPDATE firms SET data = x'ff'");
  ExpectUnavailable(store->Read([](const Reader& r) { return r.FindFirm("f").status(); }),
                    database);
}

TEST(SqliteFaultsTest, ABodyThatHidesAnErrorOfTheStoreIsNotCommitted) {
  TestDatabase database;
  const auto store = database.Open();
  ASSERT_TRUE(PutFirm(*store, "f").ok());
  database.Sql("UPDATE firms SET data = x'ff'");
  ExpectUnavailable(store->WriteAndWait([](Transaction& t) {
    EXPECT_TRUE(t.PutFirm(MakeFirm("lost")).ok());
    EXPECT_FALSE(t.FindFirm("f").ok());
    return absl::OkStatus();
  }),
                    database);
  EXPECT_FALSE(HasFirm(*store, "lost"));
}

TEST(SqliteFaultsTest, AnotherProcessThatKeepsTheLockMakesWritesUnavailable) {
  TestDatabase database;
  database.options().busy_timeout = absl::Milliseconds(20);
  const auto store = database.Open();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(database.path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  ExpectUnavailable(PutFirm(*store, "f"), database);
  ExpectUnavailable(store->Health(), database);
  EXPECT_FALSE(HasFirm(*store, "f"));
  ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  Await([&] { return store->Health().ok(); });
  EXPECT_TRUE(PutFirm(*store, "f").ok());
}

TEST(SqliteFaultsTest, AWriterThatDoesNotGetOnIsUnhealthyUntilItDoes) {
  TestDatabase database;
  database.options().stall_limit = absl::Milliseconds(50);
  const auto store = database.Open();
  ASSERT_TRUE(PutFirm(*store, "f").ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(store->Health().ok());  // idle for longer than the limit is no stall
  std::atomic<bool> stalled = true;
  std::atomic<bool> done = false;
  store->Write(
      [&](Transaction& t) {
        Await([&] { return !stalled; });
        return t.PutFirm(MakeFirm("late"));
      },
      [&](const absl::Status& status) {
        EXPECT_TRUE(status.ok()) << status;
        done = true;
      });
  Await([&] { return !store->Health().ok(); });
  ExpectUnavailable(store->Health(), database);
  EXPECT_TRUE(HasFirm(*store, "f"));  // reads don't wait for the writer
  stalled = false;
  Await([&] { return done && store->Health().ok(); });
  EXPECT_TRUE(HasFirm(*store, "late"));
}

#ifdef PROFILESYNC_FAILPOINTS
TEST(SqliteFaultsTest, AFailedCommitFailsTheWholeGroupAndHealthRecovers) {
  TestDatabase database;
  const auto store = database.Open();
  std::atomic<bool> broken = true;
  SetFailpoint("store.before_commit", [&broken] {
    return broken ? absl::InternalError("can't commit") : absl::OkStatus();
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back(
        [&, i] { ExpectUnavailable(PutFirm(*store, "lost" + std::to_string(i)), database); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  ExpectUnavailable(store->Health(), database);
  broken = false;
  Await([&] { return store->Health().ok(); });
  SetFailpoint("store.before_commit", nullptr);
  EXPECT_FALSE(HasFirm(*store, "lost0"));
  EXPECT_TRUE(PutFirm(*store, "kept").ok());
}

TEST(SqliteFaultsTest, WhatWaitsIsCommittedInGroupsOfTheSizeAllowed) {
  for (const auto& [max_group, expected_commits] :
       {std::pair{1, 13}, std::pair{5, 4}, std::pair{100, 2}}) {
    TestDatabase database;
    database.options().max_group = max_group;
    const auto store = database.Open();
    std::atomic<int> commits = 0;
    SetFailpoint("store.before_commit", [&commits] {
      ++commits;
      return absl::OkStatus();
    });
    // The first write stays in its body until the other twelve wait.
    std::atomic<bool> queued = false, running = false;
    store->Write(
        [&](Transaction&) {
          running = true;
          Await([&] { return queued.load(); });
          return absl::OkStatus();
        },
        [](const absl::Status&) {});
    Await([&] { return running.load(); });
    for (int i = 0; i < 12; ++i) {
      store->Write([i](Transaction& t) { return t.PutFirm(MakeFirm("f" + std::to_string(i))); },
                   [](const absl::Status& status) { EXPECT_TRUE(status.ok()) << status; });
    }
    queued = true;
    store->Shutdown();
    SetFailpoint("store.before_commit", nullptr);
    EXPECT_EQ(commits, expected_commits) << "groups of " << max_group;
    EXPECT_TRUE(HasFirm(*store, "f11"));
  }
}
#endif

TEST(SqliteFaultsTest, ShutdownFinishesWhatWaitsAndRefusesTheRest) {
  TestDatabase database;
  const auto store = database.Open();
  std::atomic<int> done = 0;
  for (int i = 0; i < 50; ++i) {
    store->Write([i](Transaction& t) { return t.PutFirm(MakeFirm("f" + std::to_string(i))); },
                 [&](const absl::Status& status) {
                   EXPECT_TRUE(status.ok()) << status;
                   ++done;
                 });
  }
  store->Shutdown();
  EXPECT_EQ(done, 50);
  const absl::Status refused = PutFirm(*store, "late");
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(refused), v1::SHUTTING_DOWN);
  EXPECT_TRUE(HasFirm(*store, "f49"));
  EXPECT_FALSE(HasFirm(*store, "late"));
  store->Shutdown();
}

TEST(SqliteFaultsTest, ACallbackThatThrowsStopsNothing) {
  TestDatabase database;
  const auto store = database.Open();
  store->Write([](Transaction&) { return absl::OkStatus(); },
               [](const absl::Status&) { throw std::runtime_error("thrown by the callback"); });
  EXPECT_TRUE(PutFirm(*store, "f").ok());
}

TEST(SqliteFaultsTest, TheWriteAheadLogStaysSmall) {
  TestDatabase database;
  database.options().checkpoint_step_bytes = 64 << 10;
  database.options().max_wal_bytes = 256 << 10;
  const auto store = database.Open();
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(PutFirm(*store, "f" + std::to_string(i), 20'000).ok());
  }
  Await([&] { return std::filesystem::file_size(database.path() + "-wal") <= 256 << 10; });
  EXPECT_GT(std::filesystem::file_size(database.path()), 2U << 20);
  EXPECT_TRUE(HasFirm(*store, "f0"));
}

// A child process that runs `body` with the writing end of a pipe.
struct Child {
  pid_t process = 0;
  int output = -1;
};

Child Fork(const std::function<void(int)>& body) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  Child child;
  child.process = ::fork();
  if (child.process == 0) {
    ::close(ends[0]);
    body(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  child.output = ends[0];
  return child;
}

TEST(SqliteFaultsTest, WhatWasAcknowledgedSurvivesAKill) {
  TestDatabase database;
  std::size_t kept = 0;  // by the rounds before
  for (int round = 0; round < 3; ++round) {
    const Child child = Fork([&](int acknowledgements) {
      const auto store = *SqliteStore::Open(database.options());
      while (true) {
        if (!AppendChange(*store).ok() || ::write(acknowledgements, "x", 1) != 1) {
          return;
        }
      }
    });
    constexpr int kEnough = 30;
    int acknowledged = 0;
    for (char c; acknowledged < kEnough && ::read(child.output, &c, 1) == 1;) {
      ++acknowledged;
    }
    ASSERT_EQ(::kill(child.process, SIGKILL), 0);
    ::waitpid(child.process, nullptr, 0);
    for (char c; ::read(child.output, &c, 1) == 1;) {
      ++acknowledged;
    }
    ::close(child.output);
    ASSERT_GE(acknowledged, kEnough);

    const auto store = database.Open();
    std::vector<v1::ProfileChange> changes;
    ASSERT_TRUE(store
                    ->Read([&](const Reader& r) -> absl::Status {
                      ASSIGN_OR_RETURN(changes, r.ListProfileChanges("f", 0, 1'000'000));
                      return absl::OkStatus();
                    })
                    .ok());
    EXPECT_GE(changes.size(), kept + static_cast<std::size_t>(acknowledged));
    for (std::size_t i = 0; i < changes.size(); ++i) {
      ASSERT_EQ(changes[i].revision(), static_cast<std::int64_t>(i + 1));
    }
    EXPECT_TRUE(AppendChange(*store).ok());
    kept = changes.size() + 1;
  }
}

TEST(SqliteFaultsTest, TwoProcessesWriteAtTheSameTime) {
  constexpr int kWrites = 60;
  TestDatabase database;
  database.options().busy_timeout = absl::Seconds(60);
  database.Open();
  const Child child = Fork([&](int output) {
    const auto store = *SqliteStore::Open(database.options());
    int kept = 0;
    for (int i = 0; i < kWrites; ++i) {
      kept += AppendChange(*store).ok();
    }
    const char answer = kept == kWrites ? 'y' : 'n';
    if (::write(output, &answer, 1) != 1) {
      ::_exit(1);
    }
  });
  const auto store = database.Open();
  for (int i = 0; i < kWrites; ++i) {
    const absl::Status status = AppendChange(*store);
    EXPECT_TRUE(status.ok()) << status;
  }
  char answer = 0;
  EXPECT_EQ(::read(child.output, &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  ::close(child.output);
  ::waitpid(child.process, nullptr, 0);
  EXPECT_TRUE(store
                  ->Read([](const Reader& r) {
                    EXPECT_EQ(*r.LatestRevision("f"), 2 * kWrites);
                    EXPECT_EQ(r.ListProfileChanges("f", 0, 999)->size(), 2U * kWrites);
                    return absl::OkStatus();
                  })
                  .ok());
}

}  // namespace
}  // namespace profilesync::store
