// The rows of operations: what syncs journal, which requests were answered, and long operations'
// steps.
#include "server/store/contract/store_contract.h"

namespace profilesync::store {
namespace {

TEST_P(StoreContract, SyncOperationsComeBackWhole) {
  SyncOperationRow row = MakeOperation("f", "o", "p", "l", v1::SyncOperation::PUSHING, 5);
  row.journal.add_fields()->mutable_wanted()->set_text("123-456-789");
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutSyncOperation(row); }).ok());
  row.operation.set_state(v1::SyncOperation::DONE);
  row.fence = 77;
  ASSERT_TRUE(Write([&](Transaction& t) { return t.PutSyncOperation(row); }).ok());
  const auto found = Read([](const Reader& r) { return r.FindSyncOperation("f", "o"); });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(TextOf(found->operation), TextOf(row.operation));
  EXPECT_EQ(TextOf(found->journal), TextOf(row.journal));
  EXPECT_EQ(found->fence, row.fence);
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindSyncOperation("g", "o"); }).has_value());
}

TEST_P(StoreContract, RequestsAreStoredOnce) {
  const RequestRow row{"s", "r", std::string("\0d", 2), "answer", "op", absl::FromUnixNanos(12345)};
  const auto put = [&](const RequestRow& request) {
    return Write([&](Transaction& t) { return t.PutRequest(request); });
  };
  ASSERT_TRUE(put(row).ok());
  EXPECT_THAT(put(row), HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_TRUE(put({"S", "r", "", "", "", absl::FromUnixNanos(1)}).ok());
  EXPECT_TRUE(put({"s", "R", "", "", "", absl::FromUnixNanos(12346)}).ok());
  const auto found = Read([](const Reader& r) { return r.FindRequest("s", "r"); });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->service, row.service);
  EXPECT_EQ(found->request_id, row.request_id);
  EXPECT_EQ(found->digest, row.digest);
  EXPECT_EQ(found->answer, row.answer);
  EXPECT_EQ(found->operation, row.operation);
  EXPECT_EQ(found->create_time, row.create_time);

  ASSERT_TRUE(Write([&](Transaction& t) {
                EXPECT_TRUE(t.DeleteRequest("s", "r").ok());
                return t.PutRequest(row);
              }).ok());
  ASSERT_TRUE(Write([&](Transaction& t) { return t.DeleteRequestsBefore(row.create_time); }).ok());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindRequest("S", "r"); }).has_value());
  EXPECT_TRUE(Read([](const Reader& r) { return r.FindRequest("s", "r"); }).has_value());
  EXPECT_TRUE(Read([](const Reader& r) { return r.FindRequest("s", "R"); }).has_value());
}

TEST_P(StoreContract, LongOperationsComeBackWhole) {
  for (const LongOperationRow& row :
       {LongOperationRow{"running", false, absl::FromUnixNanos(1), false},
        LongOperationRow{"to be cancelled", false, absl::FromUnixNanos(1), true, 3},
        LongOperationRow{"done", true, absl::FromUnixNanos(2), false}}) {
    ASSERT_TRUE(Write([&](Transaction& t) { return t.PutLongOperation("f", "o", row); }).ok());
    const auto found = Read([](const Reader& r) { return r.FindLongOperation("f", "o"); });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->operation, row.operation);
    EXPECT_EQ(found->done, row.done);
    EXPECT_EQ(found->update_time, row.update_time);
    EXPECT_EQ(found->cancel_requested, row.cancel_requested);
    EXPECT_EQ(found->cut_offs, row.cut_offs);
  }
}

TEST_P(StoreContract, StepsOfALongOperationStayInOrderUntilTheyAreDeleted) {
  const auto steps = [&](const std::string& operation) {
    return Read([&](const Reader& r) { return r.ListLongOperationSteps("f", operation); });
  };
  const std::string binary("b\0\xff", 3);
  ASSERT_TRUE(Write([&](Transaction& t) {
                for (const char* id : {"o", "p"}) {
                  EXPECT_TRUE(t.PutLongOperation("f", id, {"f", false, absl::UnixEpoch()}).ok());
                  EXPECT_TRUE(t.AppendLongOperationStep("f", id, id).ok());
                }
                EXPECT_TRUE(t.AppendLongOperationStep("g", "o", "another firm's").ok());
                return t.AppendLongOperationStep("f", "o", binary);
              }).ok());
  ASSERT_TRUE(Write([](Transaction& t) { return t.AppendLongOperationStep("f", "o", "a"); }).ok());
  EXPECT_EQ(steps("o"), (std::vector<std::string>{"o", binary, "a"}));
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteLongOperationSteps("f", "o"); }).ok());
  EXPECT_TRUE(steps("o").empty());
  EXPECT_TRUE(Read([](const Reader& r) { return r.FindLongOperation("f", "o"); }).has_value());
  EXPECT_EQ(steps("p"), (std::vector<std::string>{"p"}));
  ASSERT_TRUE(Write([](Transaction& t) { return t.DeleteLongOperation("f", "p"); }).ok());
  EXPECT_TRUE(steps("p").empty());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindLongOperation("f", "p"); }).has_value());
  EXPECT_TRUE(Write([](Transaction& t) { return t.DeleteLongOperation("f", "none"); }).ok());
}

TEST_P(StoreContract, UnfinishedLongOperationsAreListedOverAllFirms) {
  ASSERT_TRUE(Write([&](Transaction& t) {
                EXPECT_TRUE(t.PutLongOperation("g", "o", {"g/o", false, absl::UnixEpoch()}).ok());
                EXPECT_TRUE(t.PutLongOperation("f", "o", {"f/o", false, absl::UnixEpoch()}).ok());
                return t.PutLongOperation("f", "p", {"f/p", true, absl::UnixEpoch()});
              }).ok());
  std::vector<std::string> unfinished;
  for (const auto& row : Read([](const Reader& r) { return r.ListUnfinishedLongOperations(); })) {
    unfinished.push_back(row.operation);
  }
  EXPECT_EQ(unfinished, (std::vector<std::string>{"f/o", "g/o"}));
}

}  // namespace
}  // namespace profilesync::store
