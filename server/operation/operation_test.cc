// What the verbs and the resumption do with operations that a test stores itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/operation/list_operations.h"
#include "server/operation/resumption.h"
#include "server/verb/long_job.h"
#include "server/verb/long_operation.h"
#include "tests/support/test_environment.h"

namespace profilesync::operation {
namespace {

using google::longrunning::Operation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OperationTest : public ::testing::Test {
 protected:
  OperationTest() {
    v1::Firm firm;
    firm.set_name("firms/f");
    EXPECT_TRUE(
        Write([&](store::Transaction& transaction) { return transaction.PutFirm(firm); }).ok());
  }

  absl::Status Write(const store::Store::WriteBody& body) {
    return test_.store().WriteAndWait(body);
  }
  std::string Store(const std::string& id, bool done, std::size_t size = 0) {
    Operation operation;
    operation.set_name("firms/f/operations/" + id);
    operation.set_done(done);
    operation.mutable_metadata()->PackFrom(v1::ImportPracticeClientsMetadata());
    operation.mutable_response()->set_value(std::string(size, 'x'));
    EXPECT_TRUE(Write([&](store::Transaction& transaction) {
                  return verb::StoreBegun(environment_, operation, transaction);
                }).ok());
    return operation.name();
  }
  Operation Stored(const std::string& name) {
    Operation operation;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(operation, verb::FindOperation(reader, name));
                      return absl::OkStatus();
                    })
                    .ok());
    return operation;
  }

  // The sizes of all pages.
  std::vector<int> PageSizes(int page_size) {
    std::vector<int> sizes;
    google::longrunning::ListOperationsRequest request;
    request.set_name("firms/f");
    request.set_page_size(page_size);
    const access::Call call = test_.Call();
    const absl::Status read = test_.store().Read([&](const store::Reader& reader) -> absl::Status {
      do {
        ASSIGN_OR_RETURN(const auto page, ListOperations(environment_, call, request, reader));
        sizes.push_back(page.operations_size());
        request.set_page_token(page.next_page_token());
      } while (!request.page_token().empty());
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
    return sizes;
  }

  std::map<std::string, Resumption::GoOn> Methods() {
    return {{v1::ImportPracticeClientsMetadata::descriptor()->full_name(),
             [this](const Environment&, const std::string& operation) {
               gone_on_with_.push_back(operation);
             }}};
  }

  testing::TestEnvironment test_;
  const Environment& environment_ = test_.environment();
  std::vector<std::string> gone_on_with_;
};

TEST_F(OperationTest, APageIsNoLargerThanAClientTakes) {
  for (int i = 0; i < 45; ++i) {
    Store(absl::StrCat("o", 10 + i), true);
  }
  EXPECT_THAT(PageSizes(20), ElementsAre(20, 20, 5));
  EXPECT_THAT(PageSizes(45), ElementsAre(45));
  for (const char* id : {"p1", "p2", "p3"}) {
    Store(id, true, 700'000);
  }
  Store("p4", true, 3'000'000);
  EXPECT_THAT(PageSizes(1000), ElementsAre(1, 1, 1, 46));
}

TEST_F(OperationTest, WhatNobodyIsAtWorkOnIsGoneOnWith) {
  const std::string left = Store("left", false);
  const std::string held = Store("held", false);
  Store("done", true);
  verb::LongJob job(environment_, held, "me");
  ASSERT_TRUE(job.Take().ok());
  Resumption resumption(environment_, Methods());
  EXPECT_TRUE(resumption.Poll().ok());
  EXPECT_THAT(gone_on_with_, ElementsAre(left));
  EXPECT_TRUE(resumption.Poll().ok());
  EXPECT_THAT(gone_on_with_, ElementsAre(left, left)) << "until it is done";
}

TEST_F(OperationTest, OneIsPostedOnceAndOnlyWhereThereIsRoom) {
  const std::string left = Store("left", false);
  std::vector<std::function<void()>> jobs;
  bool room = false;
  Environment environment{.store = environment_.store,
                          .connectors = environment_.connectors,
                          .budgets = environment_.budgets,
                          .clock = environment_.clock,
                          .ids = environment_.ids,
                          .page_tokens = environment_.page_tokens,
                          .etag_key = environment_.etag_key,
                          .post = [&](std::function<void()> job) {
                            if (room) {
                              jobs.push_back(std::move(job));
                            }
                            return room;
                          }};
  Resumption resumption(environment, Methods());
  EXPECT_TRUE(resumption.Poll().ok());
  EXPECT_THAT(jobs, IsEmpty());
  room = true;
  EXPECT_TRUE(resumption.Poll().ok());
  EXPECT_TRUE(resumption.Poll().ok());
  ASSERT_EQ(jobs.size(), 1U);
  jobs[0]();
  EXPECT_THAT(gone_on_with_, ElementsAre(left));
}

TEST_F(OperationTest, OneOfAnUnknownMethodEnds) {
  const std::string left = Store("left", false);
  Resumption resumption(environment_, {});
  EXPECT_TRUE(resumption.Poll().ok());
  EXPECT_EQ(Stored(left).error().code(), static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(Stored(left).done());
}

}  // namespace
}  // namespace profilesync::operation
