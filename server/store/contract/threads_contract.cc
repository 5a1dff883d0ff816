// Many at once: groups, queues, readers beside writers.
#include <atomic>
#include <set>
#include <thread>

#include "common/error.h"
#include "common/mutex.h"
#include "server/store/contract/store_contract.h"

namespace profilesync::store {
namespace {

void RunThreads(int count, const std::function<void(int)>& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&body, i] { body(i); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

// Lets one thread wait for another. (Debian's Abseil isn't instrumented for the thread sanitizer.)
class Gate {
 public:
  void Open() {
    MutexLock lock(&mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  void Wait() {
    MutexLock lock(&mutex_);
    while (!open_) {
      changed_.Wait(&mutex_);
    }
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
};

// Keeps the writer busy until it goes, so that what is written meanwhile waits together.
class HeldWriter {
 public:
  explicit HeldWriter(Store& store) {
    store.Write(
        [this](Transaction&) {
          running_.Open();
          release_.Wait();
          return absl::OkStatus();
        },
        [this](absl::Status) { done_.Open(); });
    running_.Wait();
  }
  ~HeldWriter() {
    release_.Open();
    done_.Wait();
  }

 private:
  Gate running_, release_, done_;
};

TEST_P(StoreContract, UnitsThatWaitTogetherDoNotHarmEachOther) {
  constexpr int kUnits = 20;
  std::vector<absl::Status> statuses(kUnits, absl::UnknownError("not told"));
  Gate all_done;
  std::atomic<int> left = kUnits;
  {
    const HeldWriter held(store());
    for (int i = 0; i < kUnits; ++i) {
      store().Write(
          [i](Transaction& t) -> absl::Status {
            EXPECT_TRUE(t.PutFirm(MakeFirm("firm" + std::to_string(i))).ok());
            v1::ProfileChange change = MakeChange("f", "p" + std::to_string(i));
            EXPECT_TRUE(t.AppendProfileChange("f", &change).ok());
            if (i % 3 == 1) {
              return absl::AbortedError("refused");
            }
            if (i % 3 == 2) {
              throw std::runtime_error("thrown");
            }
            return absl::OkStatus();
          },
          [&, i](const absl::Status& status) {
            statuses[static_cast<std::size_t>(i)] = status;
            if (--left == 0) {
              all_done.Open();
            }
          });
    }
  }
  all_done.Wait();
  int kept = 0;
  for (int i = 0; i < kUnits; ++i) {
    const absl::StatusCode expected[] = {absl::StatusCode::kOk, absl::StatusCode::kAborted,
                                         absl::StatusCode::kInternal};
    EXPECT_THAT(statuses[static_cast<std::size_t>(i)], HasCode(expected[i % 3]));
    EXPECT_EQ(
        Read([&](const Reader& r) { return r.FindFirm("firm" + std::to_string(i)); }).has_value(),
        i % 3 == 0);
    kept += i % 3 == 0;
  }
  EXPECT_EQ(Read([](const Reader& r) { return r.LatestRevision("f"); }), kept);
}

TEST_P(StoreContract, RevisionsHaveNoGapsUnderConcurrency) {
  constexpr int kThreads = 8;
  constexpr int kWrites = 25;
  std::atomic<int> kept = 0;
  RunThreads(kThreads, [&](int thread) {
    for (int i = 0; i < kWrites; ++i) {
      const bool fail = (thread + i) % 4 == 0;
      const absl::Status status = Write([&](Transaction& t) {
        v1::ProfileChange change = MakeChange("f", "p");
        const auto revision = t.AppendProfileChange("f", &change);
        EXPECT_EQ(change.revision(), *revision);
        return fail ? absl::CancelledError("undone") : absl::OkStatus();
      });
      EXPECT_EQ(status.ok(), !fail) << status;
      kept += !fail;
    }
  });
  const auto changes = Read([](const Reader& r) { return r.ListProfileChanges("f", 0, 1'000); });
  ASSERT_EQ(changes.size(), static_cast<std::size_t>(kept));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(changes[i].revision(), static_cast<std::int64_t>(i + 1));
  }
}

TEST_P(StoreContract, AReadSeesEveryWriteThatWasAcknowledgedBefore) {
  RunThreads(6, [&](int thread) {
    const std::string firm = "firm" + std::to_string(thread);
    for (int i = 1; i <= 20; ++i) {
      ASSERT_TRUE(Write([&](Transaction& t) {
                    v1::ProfileChange change = MakeChange(firm, "p");
                    return t.AppendProfileChange(firm, &change).status();
                  }).ok());
      EXPECT_EQ(Read([&](const Reader& r) { return r.LatestRevision(firm); }), i);
    }
  });
}

// Every write moves both counters, so a read that sees them apart saw two states.
TEST_P(StoreContract, AReadSeesOneState) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; i < 150; ++i) {
      EXPECT_TRUE(Write([](Transaction& t) -> absl::Status {
                    v1::ProfileChange change = MakeChange("f", "p");
                    EXPECT_TRUE(t.AppendProfileChange("f", &change).ok());
                    const auto sequence = t.NextDiffSequence("f");
                    return t.PutDiff("f", MakeDiff("l", *sequence));
                  }).ok());
    }
    stop = true;
  });
  RunThreads(4, [&](int) {
    while (!stop) {
      const absl::Status status = store().Read([](const Reader& r) {
        EXPECT_FALSE(r.FindFirm("absent")->has_value());
        const std::int64_t revision = *r.LatestRevision("f");
        const auto diff = *r.FindDiff("f", "l");
        EXPECT_EQ(diff ? diff->sequence : 0, revision);
        EXPECT_EQ(*r.LatestRevision("f"), revision);
        return absl::OkStatus();
      });
      EXPECT_TRUE(status.ok()) << status;
    }
  });
  writer.join();
}

TEST_P(StoreContract, ManyThreadsReadAndWrite) {
  RunThreads(24, [&](int thread) {
    const std::string id = "p" + std::to_string(thread);
    for (int i = 0; i < 12; ++i) {
      const std::string name = "name " + std::to_string(i);
      EXPECT_TRUE(
          Write([&](Transaction& t) { return t.PutProfile(MakeProfile("f", id, name)); }).ok());
      const auto row = Read([&](const Reader& r) { return r.FindProfile("f", id); });
      ASSERT_TRUE(row.has_value());
      EXPECT_EQ(row->profile.fields().name(), name);
      EXPECT_FALSE(Read([&](const Reader& r) {
                     return r.ListProfiles("f", ProfileOrder::kDisplayName, true, {}, 50);
                   }).empty());
    }
  });
}

TEST_P(StoreContract, PagesUnderConcurrentWritesHoldEveryOldRowOnce) {
  std::set<std::string> old_ids;
  for (int i = 0; i < 30; ++i) {
    const std::string id = "old" + std::to_string(i);
    old_ids.insert(id);
    ASSERT_TRUE(
        Write([&](Transaction& t) { return t.PutProfile(MakeProfile("f", id, id, i)); }).ok());
  }
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      const std::string id = "new" + std::to_string(i);
      EXPECT_TRUE(Write([&](Transaction& t) {
                    return t.PutProfile(MakeProfile("f", id, id, i % 30));
                  }).ok());
    }
  });
  for (int round = 0; round < 5; ++round) {
    std::multiset<std::string> seen;
    Cursor after;
    while (true) {
      const auto page = Read([&](const Reader& r) {
        return r.ListProfiles("f", ProfileOrder::kCreateTime, true, after, 7);
      });
      if (page.empty()) {
        break;
      }
      for (const ProfileRow& row : page) {
        if (const std::string id = IdOf(row.profile.name()); old_ids.contains(id)) {
          seen.insert(id);
        }
      }
      after = CursorOf(page.back(), ProfileOrder::kCreateTime);
    }
    EXPECT_EQ(seen, std::multiset<std::string>(old_ids.begin(), old_ids.end()));
  }
  stop = true;
  writer.join();
}

TEST_P(StoreContract, AFullQueueRefusesAtOnce) {
  constexpr int kRoom = 3;
  if (!harness().ReopenWithQueue(kRoom)) {
    GTEST_SKIP() << "this store's queue has no bound";
  }
  std::atomic<int> done = 0;
  Gate all_done;
  {
    const HeldWriter held(store());
    for (int i = 0; i < kRoom; ++i) {
      store().Write([](Transaction&) { return absl::OkStatus(); },
                    [&](const absl::Status& status) {
                      EXPECT_TRUE(status.ok()) << status;
                      if (++done == kRoom) {
                        all_done.Open();
                      }
                    });
    }
    bool ran = false;
    absl::Status refused;
    store().Write(
        [&](Transaction&) {
          ran = true;
          return absl::OkStatus();
        },
        [&](const absl::Status& status) { refused = status; });
    EXPECT_THAT(refused, HasCode(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(ReasonOf(refused), v1::SERVER_BUSY);
    EXPECT_TRUE(RetryAfterOf(refused).has_value());
    EXPECT_FALSE(ran);
  }
  all_done.Wait();
  EXPECT_TRUE(Write([](Transaction&) { return absl::OkStatus(); }).ok());
}

}  // namespace
}  // namespace profilesync::store
