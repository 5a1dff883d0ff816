// A sync's own read against what happens while it is under way.
#include <thread>

#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

class RaceTest : public SyncTest {
 protected:
  struct Answer {
    grpc::Status status;
    v1::SyncOperation operation;
  };

  static type::ClientFields Named() {
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_website("a.example");
    return fields;
  }

  // Begins a sync whose read, or another call of it, is carried out now and answered at Release().
  std::thread HoldSync(v1::SyncProfileRequest request, Answer* answer,
                       grpc::ClientContext* context = nullptr,
                       const std::string& endpoint = "client.api/get") {
    EXPECT_TRUE(
        xpm_.InjectFault({.endpoint = endpoint, .kind = FaultKind::kHang, .applied = true}).ok());
    std::thread syncing([this, request = std::move(request), answer, context] {
      answer->status = context == nullptr
                           ? Sync(request, &answer->operation)
                           : syncs_->SyncProfile(context, request, &answer->operation);
    });
    EXPECT_TRUE(WaitUntil([this] { return xpm_.hanging() > 0; }));
    return syncing;
  }

  // Removes the link and makes one of the same name, of profile p and another client.
  void Relink(const std::string& link, const std::string& client) {
    v1::DeleteLinkRequest unlink;
    unlink.set_name(link);
    google::protobuf::Empty empty;
    ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::DeleteLink, unlink, &empty).ok());
    v1::CreateLinkRequest relink;
    relink.set_parent(kFirm);
    relink.set_link_id(link.substr(link.rfind('/') + 1));
    relink.mutable_link()->set_profile("firms/harbour/profiles/p");
    relink.mutable_link()->set_add_on(kAddOn);
    relink.mutable_link()->set_practice_client_id(client);
    v1::Link made;
    const grpc::Status linked = Call(*links_, &v1::LinkService::Stub::CreateLink, relink, &made);
    ASSERT_TRUE(linked.ok()) << linked.error_message();
    ASSERT_EQ(made.name(), link);
  }

  int Writes() {
    int writes = 0;
    for (const auto& call : xpm_.calls()) {
      writes += call.method == "PUT" ? 1 : 0;
    }
    return writes;
  }
};

TEST_F(RaceTest, ASyncDoesNotStoreAnEarlierReadOverALaterOne) {
  const std::string link = MakeLinked("p", Named(), {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  Answer answer;
  std::thread syncing = HoldSync(Request(link, {{"primary_phone", v1::TO_PROFILE}}), &answer);
  EditClient(link, {{"Phone", "04 555 0999"}});
  Refresh(link);
  xpm_.Release();
  syncing.join();
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(answer.status), "CHANGED_SINCE_READ");
  EXPECT_EQ(Field(link, "primary_phone").practice_value().text(), "04 555 0999");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "");
}

TEST_F(RaceTest, ASyncReadsAgainWhenALaterReadOfTheSameIsStored) {
  const std::string link = MakeLinked("p", Named(), {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  Answer answer;
  std::thread syncing = HoldSync(Request(link, {{"primary_phone", v1::TO_PROFILE}}), &answer);
  Refresh(link);
  xpm_.Release();
  syncing.join();
  EXPECT_EQ(answer.operation.state(), v1::SyncOperation::DONE) << answer.status.error_message();
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0100");
}

TEST_F(RaceTest, AProfileFieldThatIsSavedWhileThePushIsOutIsLeftAsSaved) {
  const std::string link = MakeLinked("p", Named(), {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  Answer answer;
  std::thread syncing =
      HoldSync(Request(link, {{"website", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}}),
               &answer, nullptr, "client.api/update");
  type::ClientFields saved;
  saved.set_primary_phone("04 555 0777");
  EXPECT_TRUE(Save("p", "fields.primary_phone", saved).ok());
  xpm_.Release();
  syncing.join();
  ASSERT_EQ(answer.operation.field_results_size(), 2) << answer.status.error_message();
  EXPECT_EQ(answer.operation.state(), v1::SyncOperation::PARTLY_DONE);
  EXPECT_EQ(answer.operation.field_results(1).outcome(), v1::FieldResult::APPLIED);
  EXPECT_EQ(answer.operation.field_results(0).outcome(), v1::FieldResult::MOVED);
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0777");
}

TEST_F(RaceTest, ALinkMadeAnewMeanwhileIsNotSynced) {
  const std::string link = MakeLinked("p", Named(), {{"Name", "A Ltd"}});
  const std::string other = xpm_.AddClient({.values = {{"Name", "Another Ltd"}}});
  Answer answer;
  std::thread syncing = HoldSync(Request(link, {{"website", v1::TO_PRACTICE}}), &answer);
  Relink(link, other);
  xpm_.Release();
  syncing.join();
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(Writes(), 0);
  EXPECT_EQ(Diff(link).practice_client_display_name(), "Another Ltd");
}

TEST_F(RaceTest, AnEtagOfAnEarlierLinkOfThatNameIsStale) {
  const std::string link = MakeLinked("p", Named(), {{"Name", "A Ltd"}});
  const v1::SyncProfileRequest request = Request(link, {{"website", v1::TO_PRACTICE}});
  Relink(link, xpm_.AddClient({.values = {{"Name", "A Ltd"}}}));
  v1::SyncOperation operation;
  EXPECT_EQ(ReasonOf(Sync(request, &operation)), "CHANGED_SINCE_READ");
  EXPECT_EQ(Writes(), 0);
}

TEST_F(RaceTest, ACallThatIsCancelledBeforeItsIntentWritesNothing) {
  const std::string link = MakeLinked("p", Named(), {{"Name", "A Ltd"}});
  Answer answer;
  grpc::ClientContext context;
  std::thread syncing = HoldSync(Request(link, {{"website", v1::TO_PRACTICE}}), &answer, &context);
  context.TryCancel();
  syncing.join();
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::CANCELLED);
  // The server hears of it a little later than the caller, and shows by nothing that it has.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  xpm_.Release();
  EXPECT_TRUE(WaitUntil([this] { return xpm_.hanging() == 0; }));
  Refresh(link);
  v1::ListSyncOperationsRequest list;
  list.set_parent(kFirm);
  v1::ListSyncOperationsResponse operations;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ListSyncOperations, list, &operations).ok());
  EXPECT_EQ(operations.sync_operations_size(), 0);
  EXPECT_EQ(Writes(), 0);
}

TEST_F(RaceTest, ALinkWithAnUnknownWriteIsNotFetchedOverAndOver) {
  const std::string link = MakeLinked("p", Named(), {{"Name", "A Ltd"}});
  const std::string other = MakeLinked("q", Named(), {{"Name", "B Ltd"}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update", .kind = FaultKind::kDrop}).ok());
  ASSERT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(),
            v1::SyncOperation::UNKNOWN);
  xpm_.ClearCalls();
  type::ClientFields fields = Named();
  fields.set_email("a@b.example");
  ASSERT_TRUE(Save("p", "fields.email", fields).ok());
  ASSERT_TRUE(Save("q", "fields.email", fields).ok());
  EXPECT_TRUE(WaitUntil([&] { return !Diff(other).refresh_due(); }));
  ASSERT_EQ(xpm_.calls().size(), 1u) << "the other link's alone";
  EXPECT_TRUE(Diff(link).refresh_due()) << "it is due still, for when the write is settled";
}

}  // namespace
}  // namespace profilesync::testing
