// What is changed or deleted as it was read, and has changed since: refused, whatever it is.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

class StaleEtagTest : public VerbsTest {
 protected:
  void SetUp() override {
    link_ = MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  }

  void ExpectStale(const grpc::Status& status, const std::string& name, const std::string& before) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << status.error_message();
    EXPECT_EQ(ReasonOf(status), "CHANGED_SINCE_READ") << status.error_message();
    EXPECT_NE(status.error_message().find(name), std::string::npos) << status.error_message();
    EXPECT_EQ(Stored(), before);
  }

  v1::Link GetLink() {
    v1::GetLinkRequest request;
    request.set_name(link_);
    v1::Link link;
    EXPECT_TRUE(Call(*links_, &v1::LinkService::Stub::GetLink, request, &link).ok());
    return link;
  }

  v1::AddOn GetAddOn() {
    v1::GetAddOnRequest request;
    request.set_name(kAddOn);
    v1::AddOn add_on;
    EXPECT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::GetAddOn, request, &add_on).ok());
    return add_on;
  }

  grpc::Status Rename(const std::string& display_name, const std::string& etag) {
    v1::UpdateAddOnRequest request;
    request.mutable_add_on()->set_name(kAddOn);
    request.mutable_add_on()->set_display_name(display_name);
    request.mutable_add_on()->set_etag(etag);
    request.mutable_update_mask()->add_paths("display_name");
    v1::AddOn add_on;
    return Call(*add_ons_, &v1::AddOnService::Stub::UpdateAddOn, request, &add_on);
  }

  std::string link_;
};

TEST_F(StaleEtagTest, OfALinkThatIsDeleted) {
  v1::DeleteLinkRequest request;
  request.set_name(link_);
  request.set_etag(GetLink().etag());
  EditClient(link_, {{"Name", "Renamed Ltd"}});
  Refresh(link_);
  const std::string before = Stored();
  google::protobuf::Empty empty;
  const auto remove = [&] {
    return Call(*links_, &v1::LinkService::Stub::DeleteLink, request, &empty);
  };
  ExpectStale(remove(), link_, before);
  request.set_validate_only(true);
  ExpectStale(remove(), link_, before);
  request.set_validate_only(false);
  request.set_etag(GetLink().etag());
  EXPECT_TRUE(remove().ok());
}

TEST_F(StaleEtagTest, OfAnAddOnThatIsUpdated) {
  const std::string read = GetAddOn().etag();
  ASSERT_TRUE(Rename("Renamed", read).ok());
  const std::string before = Stored();
  ExpectStale(Rename("Renamed again", read), kAddOn, before);
  EXPECT_TRUE(Rename("Renamed again", GetAddOn().etag()).ok());
  EXPECT_EQ(GetAddOn().display_name(), "Renamed again");
}

TEST_F(StaleEtagTest, OfAnAddOnThatIsDeleted) {
  v1::DeleteAddOnRequest request;
  request.set_name(kAddOn);
  request.set_force(true);
  request.set_etag(GetAddOn().etag());
  ASSERT_TRUE(Rename("Renamed", "").ok());
  const std::string before = Stored();
  google::protobuf::Empty empty;
  const auto remove = [&] {
    return Call(*add_ons_, &v1::AddOnService::Stub::DeleteAddOn, request, &empty);
  };
  ExpectStale(remove(), kAddOn, before);
  request.set_etag(GetAddOn().etag());
  EXPECT_TRUE(remove().ok());
}

TEST_F(StaleEtagTest, OfAProfileThatIsUpdated) {
  BreakXpm();  // a refresh would move what is compared
  const std::string read = Profile("p").etag();
  ASSERT_TRUE(Save("p", "fields.email", Fields("email: 'a@a.example'")).ok());
  v1::UpdateProfileRequest request;
  request.mutable_profile()->set_name("firms/harbour/profiles/p");
  request.mutable_profile()->set_etag(read);
  request.mutable_profile()->mutable_fields()->set_website("b.example");
  request.mutable_update_mask()->add_paths("fields.website");
  const std::string before = Profile("p").DebugString();
  v1::Profile saved;
  const auto save = [&] {
    return Call(*profiles_, &v1::ProfileService::Stub::UpdateProfile, request, &saved);
  };
  for (const bool allow_missing : {false, true}) {
    request.set_allow_missing(allow_missing);
    const grpc::Status status = save();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
    EXPECT_EQ(ReasonOf(status), "CHANGED_SINCE_READ") << status.error_message();
    EXPECT_EQ(Profile("p").DebugString(), before);
  }
  EXPECT_EQ(Field(link_, "website").profile_value().text(), "a.example");
  request.mutable_profile()->set_etag(Profile("p").etag());
  EXPECT_TRUE(save().ok());
  EXPECT_EQ(Profile("p").fields().website(), "b.example");
}

}  // namespace
}  // namespace profilesync::testing
