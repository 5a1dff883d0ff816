#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/test_verb.h"
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

using AddOnVerbsTest = VerbTest<AddOns>;

TEST_F(AddOnVerbsTest, DeactivatesAnAddOnOrOnlyChecksIt) {
  EXPECT_EQ(Run({"add-on", "deactivate", "xpm", "--dry-run"}), kOk) << err_.str();
  EXPECT_EQ(service_.deactivated.name(), "firms/acme/addOns/xpm");
  EXPECT_TRUE(service_.deactivated.validate_only());
  EXPECT_THAT(out_.str(), HasSubstr("\nNothing was changed: a dry run.\n"));
  EXPECT_EQ(Run({"add-on", "deactivate", "xpm"}), kOk);
  EXPECT_FALSE(service_.deactivated.validate_only());
  EXPECT_EQ(out_.str(), "Field  Value\nname   firms/acme/addOns/xpm\n");
}

TEST_F(AddOnVerbsTest, ResumesWritesOrOnlyChecksIt) {
  EXPECT_EQ(Run({"add-on", "resume-writes", "xpm", "--dry-run"}), kOk) << err_.str();
  EXPECT_TRUE(service_.resumed.validate_only());
  EXPECT_EQ(Run({"add-on", "resume-writes", "xpm"}), kOk);
  EXPECT_FALSE(service_.resumed.validate_only());
}

}  // namespace
}  // namespace profilesync::cli
