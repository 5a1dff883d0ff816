// An XPM whose update empties what it doesn't name (reference 13.1), and whose answer is lost: the
// read-back must tell what vanished, for nothing else will.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

class ReplaceModeTest : public SyncTest, public ::testing::WithParamInterface<FaultKind> {};

TEST_P(ReplaceModeTest, ALostAnswerStillTellsWhatVanished) {
  xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  type::ClientFields profile;
  profile.set_name("A Ltd");
  profile.set_website("a.example");
  const std::string link = MakeLinked("p", profile,
                                      {{"Name", "A Ltd"},
                                       {"Phone", "04 555 0100"},
                                       {"Email", "a@b.example"},
                                       {"ReferralSource", "A friend"}});
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/update", .kind = GetParam(), .applied = true})
          .ok());
  const v1::SyncOperation operation = Sync(Request(link, {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
  EXPECT_EQ(Outcomes(operation), "applied website");
  EXPECT_THAT(Unasked(operation), ::testing::UnorderedElementsAre("email", "primary_phone",
                                                                  "ReferralSource", "TaxNumber"));
  EXPECT_EQ(Client(link).Get("Email"), "");
  EXPECT_EQ(Operation(operation.name()).SerializeAsString(), operation.SerializeAsString());
}

class WriteGuardTest : public SyncTest {
 protected:
  WriteGuardTest() {
    for (const std::string id : {"p", "q"}) {
      type::ClientFields fields;
      fields.set_name("A Ltd");
      fields.set_website(id + ".example");
      links_of_test_.push_back(MakeLinked(
          id, fields,
          {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}, {"ReferralSource", "A friend"}}));
    }
  }
  void ReplaceClients() {
    xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  }
  int Writes() { return static_cast<int>(xpm_.calls("client.api/update").size()); }

  std::vector<std::string> links_of_test_;
};

TEST_F(WriteGuardTest, TheFirstPushThatEmptiesSuspendsWrites) {
  ReplaceClients();
  // The second one's diff, before anything is known.
  const v1::SyncProfileRequest second = Request(links_of_test_[1], {{"website", v1::TO_PRACTICE}});
  const v1::SyncOperation operation =
      Sync(Request(links_of_test_[0], {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  const v1::WriteSuspension suspension = AddOn().write_suspension();
  EXPECT_EQ(suspension.sync_operation(), operation.name());
  EXPECT_TRUE(suspension.has_suspend_time());
  for (const char* field : {"primary_phone", "ReferralSource", "TaxNumber"}) {
    EXPECT_THAT(suspension.reason(), ::testing::HasSubstr(field));
  }

  v1::SyncOperation refused;
  const grpc::Status status = Sync(second, &refused);
  EXPECT_EQ(ReasonOf(status), "WRITES_SUSPENDED") << status.error_message();
  EXPECT_EQ(Writes(), 1) << "nothing further is pushed";
  EXPECT_EQ(Field(links_of_test_[1], "website").suggested_direction(),
            v1::SYNC_DIRECTION_UNSPECIFIED);
  EXPECT_EQ(Client(links_of_test_[1]).Get("Phone"), "04 555 0100");
}

TEST_F(WriteGuardTest, ReadsAndPullsGoOn) {
  ReplaceClients();
  Sync(Request(links_of_test_[0], {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(Refresh(links_of_test_[1]).name(), links_of_test_[1] + "/diff");
  const v1::SyncOperation operation =
      Sync(Request(links_of_test_[1], {{"primary_phone", v1::TO_PROFILE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
}

TEST_F(WriteGuardTest, AnAdministratorResumes) {
  ReplaceClients();
  Sync(Request(links_of_test_[0], {{"website", v1::TO_PRACTICE}}));
  xpm_.SetBehaviour({});
  EXPECT_FALSE(Resume().has_write_suspension());
  EXPECT_FALSE(Resume().has_write_suspension());  // once more is no error
  const v1::SyncOperation operation =
      Sync(Request(links_of_test_[1], {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  EXPECT_FALSE(AddOn().has_write_suspension());
}

TEST_F(WriteGuardTest, AnotherValueIsAnAlarmAndNoSuspension) {
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update",
                                .kind = FaultKind::kAlsoSet,
                                .element = "Phone",
                                .value = "04 555 0999"})
                  .ok());
  const v1::SyncOperation operation =
      Sync(Request(links_of_test_[0], {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(Unasked(operation), std::vector<std::string>{"primary_phone"});
  EXPECT_FALSE(AddOn().has_write_suspension());
}

// What an answer leaves out may only be left out: a read tells.
TEST_F(WriteGuardTest, AnAnswerThatLeavesAValueOutIsHeldAgainstARead) {
  for (const char* element : {"Phone", "ReferralSource"}) {
    SCOPED_TRACE(element);
    ASSERT_TRUE(
        xpm_.InjectFault(
                {.endpoint = "client.api/update", .kind = FaultKind::kAbsent, .element = element})
            .ok());
    type::ClientFields saved;
    saved.set_website(std::string(element) + ".example");
    ASSERT_TRUE(Save("p", "fields.website", saved).ok());
    const v1::SyncOperation operation =
        Sync(Request(links_of_test_[0], {{"website", v1::TO_PRACTICE}}));
    EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
    EXPECT_EQ(operation.unasked_changes_size(), 0) << operation.DebugString();
    EXPECT_FALSE(AddOn().has_write_suspension());
  }
}

TEST_F(WriteGuardTest, AValueThatIsNoLongerShownCountsAsEmptied) {
  const v1::SyncProfileRequest request = Request(links_of_test_[0], {{"website", v1::TO_PRACTICE}});
  // The read before the push shows it; the answer and the read after it don't.
  ASSERT_TRUE(
      xpm_.InjectFault(
              {.endpoint = "client.api/update", .kind = FaultKind::kAbsent, .element = "Phone"})
          .ok());
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kReordered}).ok());
  ASSERT_TRUE(
      xpm_.InjectFault(
              {.endpoint = "client.api/get", .kind = FaultKind::kAbsent, .element = "Phone"})
          .ok());
  const v1::SyncOperation operation = Sync(request);
  EXPECT_EQ(Unasked(operation), std::vector<std::string>{"primary_phone"});
  EXPECT_TRUE(AddOn().has_write_suspension());
}

INSTANTIATE_TEST_SUITE_P(LostAnswers, ReplaceModeTest,
                         ::testing::Values(FaultKind::kDrop, FaultKind::kTimeout,
                                           FaultKind::kServerError),
                         [](const auto& row) { return "By" + xpm_sandbox::NameOf(row.param); });

}  // namespace
}  // namespace profilesync::testing
