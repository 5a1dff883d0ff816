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

// Background work that runs when the test says so, with the times that servers use.
class BackgroundTest : public ::testing::Test {
 protected:
  BackgroundTest() {
    BackgroundOptions options;
    options.poll_interval = absl::InfiniteDuration();
    background_ = std::make_unique<Background>(
        test_.environment(), options,
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
