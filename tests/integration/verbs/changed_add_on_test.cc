// An add-on that changes while a practice client is being fetched for it: what comes then was read
// from elsewhere, or for nobody.
#include <thread>

#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

class ChangedAddOnTest : public VerbsTest {
 protected:
  ChangedAddOnTest() { client_ = AddClient({{"Name", "A Ltd"}, {"BusinessStructure", "Trust"}}); }

  // Runs `call` and, once it waits for XPM, `meanwhile`.
  void During(const std::function<void()>& call, const std::function<void()>& meanwhile) {
    ASSERT_TRUE(
        xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang, .applied = true})
            .ok());
    std::thread calling(call);
    EXPECT_TRUE(WaitUntil([this] { return xpm_.hanging() > 0; }));
    meanwhile();
    xpm_.Release();
    calling.join();
  }
  void ReadOtherPhoneElsewhere() {
    v1::AddOnSettings settings;
    (*settings.mutable_field_sources())["other_phone"] = "PrimaryContactMobile";
    EXPECT_TRUE(UpdateSettings(settings).ok());
  }
  int Profiles() {
    v1::ListProfilesRequest request;
    request.set_parent(kFirm);
    v1::ListProfilesResponse response;
    EXPECT_TRUE(Call(*profiles_, &v1::ProfileService::Stub::ListProfiles, request, &response).ok());
    return response.profiles_size();
  }

  std::string client_;
};

TEST_F(ChangedAddOnTest, ALinkIsNotMadeOfWhatWasReadElsewhere) {
  const std::string profile = MakeProfile("p", Fields("name: 'A Ltd'"));
  grpc::Status status;
  v1::Link link;
  During([&] { status = Link(profile, client_, &link); }, [this] { ReadOtherPhoneElsewhere(); });
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(status), "CHANGED_SINCE_READ");
  status = Link(profile, client_, &link);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(ChangedAddOnTest, AnImportEndsWhereWhatItReadsWouldBeReadElsewhere) {
  google::longrunning::Operation operation;
  During([&] { operation = Import(ImportOf({client_})); }, [this] { ReadOtherPhoneElsewhere(); });
  EXPECT_EQ(ReasonIn(operation.error()), "CHANGED_SINCE_READ");
  EXPECT_EQ(Profiles(), 0);
}

TEST_F(ChangedAddOnTest, AnImportEndsWhenItsAddOnIsDeactivated) {
  google::longrunning::Operation operation;
  During([&] { operation = Import(ImportOf({client_})); },
         [this] { EXPECT_TRUE(Deactivate().ok()); });
  EXPECT_EQ(ReasonIn(operation.error()), "ADD_ON_NOT_ACTIVE");
  EXPECT_EQ(Profiles(), 0);
}

}  // namespace
}  // namespace profilesync::testing
