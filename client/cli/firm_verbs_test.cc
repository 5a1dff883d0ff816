#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "client/cli/test_verb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::cli {
namespace {

using google::longrunning::Operation;
using testing::HasSubstr;

// A firm of as many links as the test says, all of which can be refreshed and synced.
class FirmSyncs final : public v1::SyncService::Service {
 public:
  grpc::Status ApplyFirmSuggestions(grpc::ServerContext*,
                                    const v1::ApplyFirmSuggestionsRequest* request,
                                    Operation* operation) override {
    v1::ApplyFirmSuggestionsResponse response;
    if (request->validate_only()) {
      response.set_planned_count(links);
    }
    for (int i = 0; i < links && !request->validate_only(); ++i) {
      response.add_sync_operations(absl::StrCat("firms/acme/syncOperations/", i));
    }
    if (stops) {
      response.set_skipped_count(links);
      response.mutable_error()->set_message("away");
    }
    operation->set_done(true);
    operation->mutable_response()->PackFrom(response);
    return grpc::Status::OK;
  }
  grpc::Status RefreshFirm(grpc::ServerContext*, const v1::RefreshFirmRequest*,
                           Operation* operation) override {
    v1::RefreshFirmResponse response;
    response.set_stored_count(links);
    operation->set_done(true);
    operation->mutable_response()->PackFrom(response);
    return grpc::Status::OK;
  }

  int links = 1;
  bool stops = false;
};

using FirmVerbsTest = VerbTest<FirmSyncs>;

TEST_F(FirmVerbsTest, CountsOneLinkAsOne) {
  EXPECT_EQ(Run({"firm", "apply-suggestions"}), kOk) << err_.str();
  EXPECT_EQ(out_.str(), "1 link synced, 0 refused\n");
  EXPECT_EQ(Run({"firm", "apply-suggestions", "--dry-run"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("1 link would be synced\n"));
  EXPECT_EQ(Run({"firm", "refresh"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("1 link refreshed, 0 of them"));
  service_.stops = true;
  EXPECT_EQ(Run({"firm", "apply-suggestions"}), kError);
  EXPECT_EQ(err_.str(), "error: stopped with 1 link left: away\n");
}

TEST_F(FirmVerbsTest, CountsSeveralLinks) {
  service_.links = 2;
  EXPECT_EQ(Run({"firm", "apply-suggestions"}), kOk) << err_.str();
  EXPECT_EQ(out_.str(), "2 links synced, 0 refused\n");
  EXPECT_EQ(Run({"firm", "apply-suggestions", "--dry-run"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("2 links would be synced\n"));
}

}  // namespace
}  // namespace profilesync::cli
