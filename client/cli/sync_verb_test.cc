#include <gtest/gtest.h>

#include <vector>

#include "client/cli/test_verb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::cli {
namespace {

// Profiles that aren't linked.
class UnlinkedSyncs final : public v1::SyncService::Service {
 public:
  grpc::Status GetProfileDiffs(grpc::ServerContext*, const v1::GetProfileDiffsRequest* request,
                               v1::ProfileDiffs* diffs) override {
    diffs->set_name(request->name());
    auto* entry = diffs->add_add_on_diffs();
    entry->set_add_on("firms/acme/addOns/xpm");
    entry->set_missing_prerequisite(v1::AddOnDiff::LINK_REQUIRED);
    return grpc::Status::OK;
  }
};

using SyncVerbTest = VerbTest<UnlinkedSyncs>;

TEST_F(SyncVerbTest, SyncOfAnUnlinkedProfileSaysSoAsTheServerWould) {
  EXPECT_EQ(Run({"sync", "p1", "--to-practice", "website"}), kError);
  EXPECT_EQ(err_.str(),
            "error: FAILED_PRECONDITION: firms/acme/profiles/p1 isn't linked: link it first\n"
            "  reason: LINK_REQUIRED (profile firms/acme/profiles/p1)\n"
            "  next: find the client (profilesync search NAME), then: profilesync link create "
            "PROFILE CLIENT_ID\n");
  const std::vector<std::vector<const char*>> bad = {{},
                                                     {"--to-practice", "nofield"},
                                                     {"--to-practice", "website,website"},
                                                     {"--clear", "website"}};
  for (std::vector<const char*> flags : bad) {
    flags.insert(flags.begin(), {"sync", "p1"});
    EXPECT_EQ(Run(flags), kUsage) << testing::PrintToString(flags);
  }
}

}  // namespace
}  // namespace profilesync::cli
