#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/cli.h"
#include "client/cli/context.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "profilesync/v1/add_on_service.grpc.pb.h"

namespace profilesync::cli {
namespace {

using testing::HasSubstr;

class AddOns final : public v1::AddOnService::Service {
 public:
  grpc::Status DeactivateAddOn(grpc::ServerContext*, const v1::DeactivateAddOnRequest* request,
                               v1::AddOn* add_on) override {
    deactivated = *request;
    add_on->set_name(request->name());
    return grpc::Status::OK;
  }
  grpc::Status ResumeAddOnWrites(grpc::ServerContext*, const v1::ResumeAddOnWritesRequest* request,
                                 v1::AddOn* add_on) override {
    resumed = *request;
    add_on->set_name(request->name());
    return grpc::Status::OK;
  }

  v1::DeactivateAddOnRequest deactivated;
  v1::ResumeAddOnWritesRequest resumed;
};

class AddOnVerbsTest : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&add_ons_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  int Run(std::vector<const char*> arguments) {
    const std::string address = absl::StrCat("127.0.0.1:", port_);
    arguments.insert(arguments.begin(),
                     {"profilesync", "--address", address.c_str(), "--firm", "acme"});
    out_.str("");
    err_.str("");
    Context context(out_, err_, {}, {}, absl::FromUnixSeconds(1'795'422'301));
    return cli::Run(static_cast<int>(arguments.size()), arguments.data(), context);
  }

  AddOns add_ons_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(AddOnVerbsTest, DeactivatesAnAddOnOrOnlyChecksIt) {
  EXPECT_EQ(Run({"add-on", "deactivate", "xpm", "--dry-run"}), kOk) << err_.str();
  EXPECT_EQ(add_ons_.deactivated.name(), "firms/acme/addOns/xpm");
  EXPECT_TRUE(add_ons_.deactivated.validate_only());
  EXPECT_THAT(out_.str(), HasSubstr("\nNothing was changed: a dry run.\n"));
  EXPECT_EQ(Run({"add-on", "deactivate", "xpm"}), kOk);
  EXPECT_FALSE(add_ons_.deactivated.validate_only());
  EXPECT_EQ(out_.str(), "Field  Value\nname   firms/acme/addOns/xpm\n");
}

TEST_F(AddOnVerbsTest, ResumesWritesOrOnlyChecksIt) {
  EXPECT_EQ(Run({"add-on", "resume-writes", "xpm", "--dry-run"}), kOk) << err_.str();
  EXPECT_TRUE(add_ons_.resumed.validate_only());
  EXPECT_EQ(Run({"add-on", "resume-writes", "xpm"}), kOk);
  EXPECT_FALSE(add_ons_.resumed.validate_only());
}

}  // namespace
}  // namespace profilesync::cli
