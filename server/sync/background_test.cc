#include "server/sync/background.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/proto_time.h"
#include "common/status.h"
#include "tests/support/test_environment.h"

namespace profilesync::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A store that can't be read or written for a while. Counts how often that is tried.
class BreakingStore final : public store::Store {
 public:
  explicit BreakingStore(store::Store& whole) : whole_(whole) {}

  absl::Status Read(absl::FunctionRef<absl::Status(const store::Reader&)> body) override {
    ++tries;
    return broken ? absl::UnavailableError("damaged") : whole_.Read(body);
  }
  void Write(WriteBody body, WriteDone done) override {
    ++tries;
    if (broken) {
      done(absl::UnavailableError("damaged"));
    } else {
      whole_.Write(std::move(body), std::move(done));
    }
  }
  absl::Status Health() override { return absl::OkStatus(); }

  bool broken = true;
  int tries = 0;

 private:
  store::Store& whole_;
};

// Background work that runs when the test says so, with the times that servers use.
class BackgroundTest : public ::testing::Test {
 protected:
  BackgroundTest() { Make(test_.environment()); }

  void Make(const Environment& environment) {
    BackgroundOptions options;
    options.poll_interval = absl::InfiniteDuration();
    background_ = std::make_unique<Background>(
        environment, options,
        [](const std::function<void()>& job) {
          job();
          return true;
        },
        [] { return absl::OkStatus(); });
  }

  void Write(const std::function<absl::Status(store::Transaction&)>& unit) {
    const absl::Status written = test_.store().WriteAndWait(unit);
    ASSERT_TRUE(written.ok()) << written;
  }

  // Lets that much time pass, with the background at work at its end.
  void After(absl::Duration time) {
    test_.clock().Advance(time);
    background_->RunOnce();
  }

  void Ask(const std::string& id) {
    Write([&](store::Transaction& transaction) {
      return transaction.PutRequest({.service = "s",
                                     .request_id = id,
                                     .digest = "d",
                                     .answer = "a",
                                     .operation = "",
                                     .create_time = test_.clock().Now()});
    });
  }

  std::vector<std::string> RemembersOf(const std::vector<std::string>& ids) {
    std::vector<std::string> remembered;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      for (const std::string& id : ids) {
                        ASSIGN_OR_RETURN(const auto found, reader.FindRequest("s", id));
                        if (found.has_value()) {
                          remembered.push_back(id);
                        }
                      }
                      return absl::OkStatus();
                    })
                    .ok());
    return remembered;
  }

  void Finish(const std::string& id) {
    store::SyncOperationRow row;
    row.operation.set_name("firms/f/syncOperations/" + id);
    row.operation.set_state(v1::SyncOperation::DONE);
    *row.operation.mutable_create_time() = ToProto(test_.clock().Now());
    row.journal.set_pre_image("before");
    row.journal.set_post_image("after");
    Write([&](store::Transaction& transaction) { return transaction.PutSyncOperation(row); });
  }

  std::string PreImageOf(const std::string& id) {
    std::string image;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(const auto found, reader.FindSyncOperation("f", id));
                      image = found->journal.pre_image();
                      return absl::OkStatus();
                    })
                    .ok());
    return image;
  }

  profilesync::testing::TestEnvironment test_;
  std::unique_ptr<Background> background_;
};

TEST_F(BackgroundTest, RemembersRequestIdsForSevenDays) {
  Ask("first");
  After(absl::Hours(2));
  Ask("second");
  After(absl::Hours(7 * 24 - 3));
  EXPECT_THAT(RemembersOf({"first", "second"}), ElementsAre("first", "second")) << "7 d less 1 h";
  After(absl::Hours(2));
  EXPECT_THAT(RemembersOf({"first", "second"}), ElementsAre("second")) << "7 d and 1 h";
  After(absl::Hours(2));
  EXPECT_THAT(RemembersOf({"first", "second"}), IsEmpty());
}

TEST_F(BackgroundTest, KeepsImagesForThirtyDays) {
  // More than one unit forgets at once.
  const std::vector<std::string> old = [&] {
    std::vector<std::string> ids;
    for (int i = 0; i < 120; ++i) {
      ids.push_back("old" + std::to_string(i));
      Finish(ids.back());
    }
    return ids;
  }();
  After(absl::Hours(2));
  Finish("new");
  After(absl::Hours(30 * 24 - 3));
  for (const std::string& id : old) {
    EXPECT_EQ(PreImageOf(id), "before") << id;
  }
  After(absl::Hours(2));
  for (const std::string& id : old) {
    EXPECT_EQ(PreImageOf(id), "") << id;
  }
  EXPECT_EQ(PreImageOf("new"), "before");
}

TEST_F(BackgroundTest, AStoreThatFailsIsAskedLessAndLessOften) {
  BreakingStore store(test_.store());
  const Environment& whole = test_.environment();
  const Environment environment{.store = store,
                                .connectors = whole.connectors,
                                .budgets = whole.budgets,
                                .clock = whole.clock,
                                .ids = whole.ids,
                                .page_tokens = whole.page_tokens,
                                .etag_key = whole.etag_key,
                                .post = whole.post};
  Make(environment);
  const auto tries_of_a_minute = [&] {
    store.tries = 0;
    for (int i = 0; i < 300; ++i) {
      After(absl::Milliseconds(200));
    }
    return store.tries;
  };
  EXPECT_LE(tries_of_a_minute(), 30);
  EXPECT_LE(tries_of_a_minute(), 12);
  store.broken = false;
  After(absl::Seconds(30));
  EXPECT_GE(tries_of_a_minute(), 300);
  background_ = nullptr;
}

// The server goes on looking, though by its clock it has only just looked.
TEST_F(BackgroundTest, AClockThatIsSetBackHoldsNothingUp) {
  ASSERT_TRUE(background_->Start().ok());
  background_->RunOnce();
  Write([&](store::Transaction& transaction) -> absl::Status {
    v1::Firm firm;
    firm.set_name("firms/f");
    RETURN_IF_ERROR(transaction.PutFirm(firm));
    store::SyncOperationRow row;
    row.operation.set_name("firms/f/syncOperations/o");
    row.operation.set_kind(v1::SyncOperation::EXPORT);
    row.operation.set_state(v1::SyncOperation::PUSHING);
    row.operation.set_profile("firms/f/profiles/p");
    row.operation.set_add_on("firms/f/addOns/a");
    return transaction.PutSyncOperation(row);
  });
  After(-absl::Hours(1));
  EXPECT_TRUE(test_.store()
                  .Read([&](const store::Reader& reader) -> absl::Status {
                    ASSIGN_OR_RETURN(const auto row, reader.FindSyncOperation("f", "o"));
                    EXPECT_EQ(row->operation.state(), v1::SyncOperation::NEEDS_ATTENTION);
                    return absl::OkStatus();
                  })
                  .ok());
}

}  // namespace
}  // namespace profilesync::sync
