#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/cli.h"
#include "client/cli/context.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
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

class SyncVerbTest : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&syncs_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  int Run(std::vector<const char*> arguments) {
    const std::string address = absl::StrCat("127.0.0.1:", port_);
    arguments.insert(arguments.begin(),
                     {"profilesync", "--address", address.c_str(), "--firm", "acme"});
    err_.str("");
    Context context(out_, err_, {}, {}, absl::FromUnixSeconds(1'795'422'301));
    return cli::Run(static_cast<int>(arguments.size()), arguments.data(), context);
  }

  UnlinkedSyncs syncs_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::ostringstream out_;
  std::ostringstream err_;
};

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
