// What a rule does to the links of its add-on: to their diffs, and to what may be written.
#include <thread>

#include "tests/integration/verbs/export_fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::FieldDiff;
using v1::FieldRule;
using xpm_sandbox::FaultKind;

constexpr char kWebsiteRule[] = "firms/harbour/addOns/xpm/fieldRules/website";

// Also for what it has of exports.
class FieldRuleEffectsTest : public ExportTest {
 protected:
  // The website would fill the practice's, the phone the profile's, and of the e-mail address
  // nobody knows which is right.
  FieldRuleEffectsTest()
      : link_(MakeLinked("p", Fields("name: 'A Ltd' website: 'p.example' email: 'p@b.example'"),
                         {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}, {"Email", "x@b.example"}})) {
  }

  // What is refused, as FIELD_RULE_FORBIDS with the website's rule.
  void ExpectForbidden(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(status), "FIELD_RULE_FORBIDS") << status.error_message();
    EXPECT_EQ(MetadataOf(status, "field_rules"), kWebsiteRule);
    EXPECT_EQ(MetadataOf(status, "add_on"), kAddOn);
    EXPECT_THAT(status.error_message(),
                HasSubstr(std::string("website (rule ") + kWebsiteRule + " forbids it)"));
  }
  grpc::Status TrySync(const v1::SyncProfileRequest& request) {
    v1::SyncOperation operation;
    return Sync(request, &operation);
  }
  grpc::Status Apply(std::int64_t sequence, v1::SyncOperation* operation) {
    v1::ApplyLinkSuggestionsRequest request;
    request.set_name(link_);
    request.set_diff_sequence(sequence);
    return Call(*syncs_, &v1::SyncService::Stub::ApplyLinkSuggestions, request, operation);
  }
  grpc::Status Revert(const std::string& original, bool allow_partial,
                      v1::SyncOperation* operation) {
    v1::RevertSyncOperationRequest request;
    request.set_name(original);
    request.set_allow_partial(allow_partial);
    return Call(*syncs_, &v1::SyncService::Stub::RevertSyncOperation, request, operation);
  }
  void ExpectSuggestion(const std::string& field, v1::SyncDirection direction,
                        FieldDiff::SuggestionReason reason) {
    const FieldDiff diff = Field(link_, field);
    EXPECT_EQ(diff.suggested_direction(), direction) << diff.DebugString();
    EXPECT_EQ(diff.suggestion_reason(), reason) << diff.DebugString();
  }
  int Writes() { return static_cast<int>(xpm_.calls("client.api/update").size()); }

  const std::string link_;
};

TEST_F(FieldRuleEffectsTest, TheDiffFollowsTheRuleAndNamesIt) {
  const FieldDiff before = Field(link_, "website");
  const FieldDiff phone = Field(link_, "primary_phone");
  ASSERT_EQ(before.suggested_direction(), v1::TO_PRACTICE);
  EXPECT_EQ(before.field_rule(), "");
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  const FieldDiff forbidden = Field(link_, "website");
  EXPECT_EQ(forbidden.field_rule(), kWebsiteRule);
  EXPECT_THAT(forbidden.permitted_directions(), ElementsAre(v1::TO_PROFILE));
  ExpectSuggestion("website", v1::SYNC_DIRECTION_UNSPECIFIED, FieldDiff::RULE_FORBIDS);
  EXPECT_EQ(forbidden.state(), before.state());
  EXPECT_EQ(forbidden.etag(), before.etag()) << "the values are the same";
  EXPECT_EQ(Field(link_, "primary_phone").DebugString(), phone.DebugString());

  SetRule(RuleRequest("website", {v1::TO_PRACTICE}));
  EXPECT_THAT(Field(link_, "website").permitted_directions(), ElementsAre(v1::TO_PRACTICE));
  ExpectSuggestion("website", v1::TO_PRACTICE, FieldDiff::FILLS_BLANK);
  ASSERT_TRUE(DeleteRule(kWebsiteRule).ok());
  EXPECT_EQ(Field(link_, "website").DebugString(), before.DebugString());
}

TEST_F(FieldRuleEffectsTest, ThereIsNothingToSyncWhereRulesForbidAll) {
  ASSERT_TRUE(Diff(link_).can_sync());
  const int differing = Diff(link_).differing_count();
  ASSERT_EQ(differing, 3);
  for (const char* field : {"website", "primary_phone", "email"}) {
    EXPECT_TRUE(Diff(link_).can_sync());
    SetRule(RuleRequest(field, {}));
  }
  EXPECT_FALSE(Diff(link_).can_sync());
  EXPECT_EQ(Diff(link_).differing_count(), differing);
}

TEST_F(FieldRuleEffectsTest, APreferenceDecidesWhatNothingElseDoes) {
  constexpr auto kNone = v1::SYNC_DIRECTION_UNSPECIFIED;
  const std::vector<v1::SyncDirection> both = {v1::TO_PRACTICE, v1::TO_PROFILE};
  ExpectSuggestion("email", kNone, FieldDiff::BOTH_SIDES_FILLED);
  SetRule(RuleRequest("email", both, FieldRule::PROFILE));
  ExpectSuggestion("email", v1::TO_PRACTICE, FieldDiff::RULE_PREFERS);
  SetRule(RuleRequest("email", both, FieldRule::PRACTICE));
  ExpectSuggestion("email", v1::TO_PROFILE, FieldDiff::RULE_PREFERS);
  SetRule(RuleRequest("email", both, FieldRule::ASK));
  ExpectSuggestion("email", kNone, FieldDiff::BOTH_SIDES_FILLED);
  // It moves suggestions alone, and not those that follow from who moved.
  SetRule(RuleRequest("website", both, FieldRule::PRACTICE));
  ExpectSuggestion("website", v1::TO_PRACTICE, FieldDiff::FILLS_BLANK);
  EXPECT_EQ(Sync(Request(link_, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);

  ASSERT_TRUE(Save("p", "fields.website", Fields("website: 'new.example'")).ok());
  EditClient(link_, {{"Website", "by-hand.example"}});
  Refresh(link_);
  ASSERT_EQ(Field(link_, "website").state(), FieldDiff::CONFLICT);
  ExpectSuggestion("website", v1::TO_PROFILE, FieldDiff::RULE_PREFERS);
  SetRule(RuleRequest("website", both, FieldRule::PROFILE));
  ExpectSuggestion("website", v1::TO_PRACTICE, FieldDiff::RULE_PREFERS);
  ASSERT_TRUE(DeleteRule(kWebsiteRule).ok());
  ExpectSuggestion("website", kNone, FieldDiff::BOTH_SIDES_CHANGED);
}

TEST_F(FieldRuleEffectsTest, ASyncIsRefusedByTheRulesName) {
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  auto request = Request(link_, {{"website", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}});
  ExpectForbidden(TrySync(request));
  request.set_validate_only(true);
  ExpectForbidden(TrySync(request));
  EXPECT_EQ(Profile("p").fields().primary_phone(), "");
  request.set_validate_only(false);
  request.set_allow_partial(true);
  const v1::SyncOperation operation = Sync(request);
  EXPECT_EQ(Outcomes(operation), "applied primary_phone, refused website");
  EXPECT_EQ(operation.state(), v1::SyncOperation::PARTLY_DONE);
  EXPECT_EQ(operation.field_results(1).message(),
            std::string("rule ") + kWebsiteRule + " forbids it");
  EXPECT_EQ(Writes(), 0);
  EXPECT_EQ(Client(link_).Get("Website"), "");

  // What was decided on before the rule holds once it is gone.
  ASSERT_TRUE(DeleteRule(kWebsiteRule).ok());
  request.mutable_fields()->DeleteSubrange(0, 1);
  ASSERT_EQ(request.fields(0).field(), "website");
  EXPECT_EQ(Sync(request).state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Client(link_).Get("Website"), "p.example");
}

TEST_F(FieldRuleEffectsTest, ASyncToTheProfileIsRefusedToo) {
  EditClient(link_, {{"Website", "x.example"}});
  Refresh(link_);
  SetRule(RuleRequest("website", {v1::TO_PRACTICE}));
  auto request = Request(link_, {{"website", v1::TO_PROFILE}});
  ExpectForbidden(TrySync(request));
  // Whatever is to be emptied.
  ASSERT_TRUE(Save("p", "fields.website", Fields("")).ok());
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  request = Request(link_, {{"website", v1::TO_PRACTICE}});
  request.mutable_fields(0)->set_clear(true);
  ExpectForbidden(TrySync(request));
  EXPECT_EQ(Client(link_).Get("Website"), "x.example");
}

TEST_F(FieldRuleEffectsTest, SeveralRulesAreAllNamedAndWhatIsEqualIsNotRefused) {
  SetRule(RuleRequest("website", {}));
  SetRule(RuleRequest("email", {}));
  SetRule(RuleRequest("name", {}));
  const grpc::Status status = TrySync(Request(
      link_, {{"website", v1::TO_PRACTICE}, {"email", v1::TO_PROFILE}, {"name", v1::TO_PRACTICE}}));
  EXPECT_EQ(ReasonOf(status), "FIELD_RULE_FORBIDS");
  EXPECT_EQ(MetadataOf(status, "field_rules"),
            std::string("firms/harbour/addOns/xpm/fieldRules/email,") + kWebsiteRule);
  EXPECT_EQ(Outcomes(Sync(Request(link_, {{"name", v1::TO_PRACTICE}}))), "unchanged name");
}

// A rule is the reason where it alone is.
TEST_F(FieldRuleEffectsTest, WhatElseIsInTheWayKeepsItsReason) {
  SuspendWrites();
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  const auto request = Request(link_, {{"website", v1::TO_PRACTICE}});
  EXPECT_EQ(ReasonOf(TrySync(request)), "WRITES_SUSPENDED");
  SetRule(RuleRequest("primary_phone", {}));
  const grpc::Status both =
      TrySync(Request(link_, {{"website", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}}));
  EXPECT_EQ(ReasonOf(both), "WRITES_SUSPENDED");
  EXPECT_THAT(both.error_message(), HasSubstr("fieldRules/primary_phone forbids it"));
  ExpectSuggestion("website", v1::SYNC_DIRECTION_UNSPECIFIED, FieldDiff::SIDE_NOT_WRITABLE);
  EXPECT_EQ(Field(link_, "website").field_rule(), kWebsiteRule);
}

TEST_F(FieldRuleEffectsTest, ARuleThatIsSetWhileASyncReadsIsKept) {
  const auto request = Request(link_, {{"website", v1::TO_PRACTICE}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang}).ok());
  std::thread setting([&] {
    EXPECT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
    SetRule(RuleRequest("website", {v1::TO_PROFILE}));
    xpm_.Release();
  });
  const grpc::Status status = TrySync(request);
  setting.join();
  ExpectForbidden(status);
  EXPECT_EQ(Writes(), 0);
}

TEST_F(FieldRuleEffectsTest, SuggestionsThatAreAppliedFollowTheRules) {
  const std::int64_t before = Diff(link_).sequence();
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  SetRule(RuleRequest("email", {v1::TO_PROFILE}, FieldRule::PRACTICE));
  v1::SyncOperation operation;
  EXPECT_EQ(ReasonOf(Apply(before, &operation)), "CHANGED_SINCE_READ") << "that was suggested else";
  const grpc::Status status = Apply(Diff(link_).sequence(), &operation);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(Outcomes(operation), "applied email, applied primary_phone");
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Profile("p").fields().email(), "x@b.example");
  EXPECT_EQ(Client(link_).Get("Website"), "");
  EXPECT_EQ(Writes(), 0);
}

TEST_F(FieldRuleEffectsTest, ARevertIsHeldToRulesAndARestoreIsNot) {
  const v1::SyncOperation sync =
      Sync(Request(link_, {{"website", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}}));
  ASSERT_EQ(sync.state(), v1::SyncOperation::DONE);
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  v1::SyncOperation operation;
  ExpectForbidden(Revert(sync.name(), /*allow_partial=*/false, &operation));
  ASSERT_TRUE(Revert(sync.name(), /*allow_partial=*/true, &operation).ok());
  EXPECT_EQ(Outcomes(operation), "applied primary_phone, refused website");
  EXPECT_EQ(Client(link_).Get("Website"), "p.example");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "");

  v1::RestoreSyncOperationRequest restore;
  restore.set_name(sync.name());
  ASSERT_TRUE(
      Call(*syncs_, &v1::SyncService::Stub::RestoreSyncOperation, restore, &operation).ok());
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
  EXPECT_EQ(Client(link_).Get("Website"), "");
}

TEST_F(FieldRuleEffectsTest, ALinkHasTheRulesOfItsOwnAddOn) {
  AddSecondAddOn();
  const std::string second = LinkUnderSecond({{"Name", "A Ltd"}});
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  EXPECT_EQ(Field(second, "website").field_rule(), "");
  EXPECT_EQ(Field(second, "website").suggested_direction(), v1::TO_PRACTICE);
  // One that is made under rules has them at once.
  const std::string later =
      MakeLinked("later", Fields("name: 'B Ltd' website: 'b.example'"), {{"Name", "B Ltd"}});
  EXPECT_EQ(Field(later, "website").field_rule(), kWebsiteRule);
  EXPECT_EQ(Field(later, "website").suggestion_reason(), FieldDiff::RULE_FORBIDS);
}

TEST_F(FieldRuleEffectsTest, AnExportLeavesOutWhatARuleForbidsToPush) {
  MakeProfile("q", Fields("name: 'Q Ltd' website: 'q.example' email: 'q@q.example'"));
  SetRule(RuleRequest("website", {v1::TO_PROFILE}));
  SetRule(RuleRequest("name", {}));  // there is no client without one
  SetRule(RuleRequest("tax_number", {}));
  const v1::ExportProfileResponse response = Exported(RequestFor("q"));
  EXPECT_EQ(Outcomes(response.sync_operation()), "applied email, applied name");
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE);
  const auto client = xpm_.GetClient(response.practice_client().id());
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(client->Get("Website"), "");
  EXPECT_EQ(client->Get("TaxNumber"), "");
  EXPECT_EQ(Field(response.link(), "website").suggestion_reason(), FieldDiff::RULE_FORBIDS);
}

TEST_F(FieldRuleEffectsTest, ARuleThatIsSetWhileAnExportSearchesIsKept) {
  MakeProfile("q", Fields("name: 'Q Ltd' website: 'q.example'"));
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/search", .kind = FaultKind::kHang}).ok());
  std::thread setting([&] {
    EXPECT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
    SetRule(RuleRequest("website", {v1::TO_PROFILE}));
    xpm_.Release();
  });
  const grpc::Status status = TryExport(RequestFor("q"));
  setting.join();
  EXPECT_EQ(ReasonOf(status), "CHANGED_SINCE_READ");
  EXPECT_EQ(MetadataOf(status, "resource"), kAddOn);
  EXPECT_THAT(xpm_.calls("client.api/add"), IsEmpty());
}

}  // namespace
}  // namespace profilesync::testing
