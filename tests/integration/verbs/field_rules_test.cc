// FieldRuleService: what is stored of rules, and what is refused. What rules do to links is in
// field_rule_effects_test.cc.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::FieldRule;
using Stub = v1::FieldRuleService::Stub;

constexpr char kEmailRule[] = "firms/harbour/addOns/xpm/fieldRules/email";

class FieldRulesTest : public VerbsTest {
 protected:
  grpc::Status Get(const std::string& name, FieldRule* rule) {
    v1::GetFieldRuleRequest request;
    request.set_name(name);
    return Call(*rules_, &Stub::GetFieldRule, request, rule);
  }
  FieldRule Get(const std::string& name) {
    FieldRule rule;
    const grpc::Status status = Get(name, &rule);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return rule;
  }
  grpc::Status List(const v1::ListFieldRulesRequest& request,
                    v1::ListFieldRulesResponse* response) {
    return Call(*rules_, &Stub::ListFieldRules, request, response);
  }
  grpc::Status Delete(const v1::DeleteFieldRuleRequest& request) {
    google::protobuf::Empty empty;
    return Call(*rules_, &Stub::DeleteFieldRule, request, &empty);
  }
  void ExpectRefused(const v1::UpdateFieldRuleRequest& request, grpc::StatusCode code,
                     const std::string& reason, const std::vector<std::string>& violations = {}) {
    const std::string before = Stored();
    const grpc::Status status = TrySetRule(request);
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_EQ(ReasonOf(status), reason) << status.error_message();
    EXPECT_THAT(ViolatedFields(status), ::testing::ElementsAreArray(violations))
        << status.error_message();
    EXPECT_EQ(Stored(), before);
  }
  void ExpectInvalid(const v1::UpdateFieldRuleRequest& request,
                     const std::vector<std::string>& violations) {
    ExpectRefused(request, grpc::StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST", violations);
  }
};

TEST_F(FieldRulesTest, ARuleIsSetShownAndDeleted) {
  FieldRule rule;
  EXPECT_EQ(ReasonOf(Get(kEmailRule, &rule)), "RESOURCE_NOT_FOUND");
  rule = SetRule(RuleRequest("email", {v1::TO_PRACTICE}, FieldRule::PROFILE));
  EXPECT_EQ(rule.name(), kEmailRule);
  EXPECT_THAT(rule.allowed_directions(), ElementsAre(v1::TO_PRACTICE));
  EXPECT_EQ(rule.preference(), FieldRule::PROFILE);
  EXPECT_TRUE(rule.has_update_time());
  EXPECT_NE(rule.etag(), "");
  EXPECT_EQ(Get(kEmailRule).DebugString(), rule.DebugString());
  StopServer();
  StartServer();
  EXPECT_EQ(Get(kEmailRule).DebugString(), rule.DebugString());
  ASSERT_TRUE(DeleteRule(kEmailRule).ok());
  EXPECT_EQ(ReasonOf(Get(kEmailRule, &rule)), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(DeleteRule(kEmailRule)), "RESOURCE_NOT_FOUND");
}

TEST_F(FieldRulesTest, WhatTheMaskDoesNotNameStaysOrIsAsWithoutARule) {
  auto request = RuleRequest("email", {}, FieldRule::PRACTICE);
  request.mutable_update_mask()->clear_paths();
  request.mutable_update_mask()->add_paths("preference");
  FieldRule rule = SetRule(request);
  EXPECT_THAT(rule.allowed_directions(), ElementsAre(v1::TO_PRACTICE, v1::TO_PROFILE));
  EXPECT_EQ(rule.preference(), FieldRule::PRACTICE);

  request = RuleRequest("email", {v1::TO_PROFILE}, FieldRule::ASK);
  request.mutable_update_mask()->clear_paths();
  request.mutable_update_mask()->add_paths("allowed_directions");
  request.set_allow_missing(false);
  rule = SetRule(request);
  EXPECT_THAT(rule.allowed_directions(), ElementsAre(v1::TO_PROFILE));
  EXPECT_EQ(rule.preference(), FieldRule::PRACTICE);

  request = RuleRequest("website", {}, FieldRule::PREFERENCE_UNSPECIFIED);
  rule = SetRule(request);
  EXPECT_THAT(rule.allowed_directions(), IsEmpty()) << "named, and empty: none";
  EXPECT_EQ(rule.preference(), FieldRule::ASK);
}

TEST_F(FieldRulesTest, EachThingThatIsWrong) {
  ExpectInvalid(RuleRequest("shoe_size", {v1::TO_PRACTICE}), {"field_rule.name"});
  ExpectInvalid(RuleRequest("email", {v1::TO_PRACTICE, v1::TO_PRACTICE}),
                {"field_rule.allowed_directions"});
  ExpectInvalid(RuleRequest("email", {v1::SYNC_DIRECTION_UNSPECIFIED}),
                {"field_rule.allowed_directions"});
  ExpectInvalid(RuleRequest("email", {static_cast<v1::SyncDirection>(7)}),
                {"field_rule.allowed_directions"});
  ExpectInvalid(RuleRequest("email", {v1::TO_PRACTICE}, static_cast<FieldRule::Preference>(9)),
                {"field_rule.preference"});
  ExpectInvalid(RuleRequest("email", {v1::TO_PRACTICE}, FieldRule::PRACTICE),
                {"field_rule.preference"});
  ExpectInvalid(RuleRequest("email", {v1::TO_PROFILE}, FieldRule::PROFILE),
                {"field_rule.preference"});
  for (const char* path : {"name", "update_time", "shoe_size", "preference.x"}) {
    auto request = RuleRequest("email", {v1::TO_PRACTICE});
    request.mutable_update_mask()->add_paths(path);
    ExpectInvalid(request, {"update_mask"});
  }
  auto request = RuleRequest("email", {v1::TO_PRACTICE});
  request.clear_update_mask();
  ExpectInvalid(request, {"update_mask"});
}

TEST_F(FieldRulesTest, AllThatIsWrongIsListedTogether) {
  auto request = RuleRequest("shoe_size", {v1::TO_PRACTICE, v1::TO_PRACTICE}, FieldRule::PRACTICE);
  request.mutable_update_mask()->add_paths("update_time");
  ExpectInvalid(request, {"field_rule.name", "update_mask", "field_rule.allowed_directions",
                          "field_rule.preference"});
}

// What is left as it was counts too.
TEST_F(FieldRulesTest, APreferenceCannotOutliveItsDirection) {
  SetRule(RuleRequest("email", {v1::TO_PRACTICE, v1::TO_PROFILE}, FieldRule::PRACTICE));
  auto request = RuleRequest("email", {v1::TO_PRACTICE});
  request.mutable_update_mask()->clear_paths();
  request.mutable_update_mask()->add_paths("allowed_directions");
  ExpectInvalid(request, {"field_rule.preference"});
}

TEST_F(FieldRulesTest, WhatIsNotThere) {
  constexpr auto kNotFound = grpc::StatusCode::NOT_FOUND;
  auto request = RuleRequest("email", {v1::TO_PRACTICE}, FieldRule::ASK, "firms/harbour/addOns/no");
  ExpectRefused(request, kNotFound, "RESOURCE_NOT_FOUND");
  request = RuleRequest("email", {v1::TO_PRACTICE});
  request.set_allow_missing(false);
  ExpectRefused(request, kNotFound, "RESOURCE_NOT_FOUND");
  v1::ListFieldRulesRequest list;
  list.set_parent("firms/harbour/addOns/no");
  v1::ListFieldRulesResponse response;
  EXPECT_EQ(ReasonOf(List(list, &response)), "RESOURCE_NOT_FOUND");
}

TEST_F(FieldRulesTest, OneAddOnOfAFirmMayBePreferredForAField) {
  AddSecondAddOn();
  const std::vector<v1::SyncDirection> both = {v1::TO_PRACTICE, v1::TO_PROFILE};
  SetRule(RuleRequest("email", both, FieldRule::PRACTICE));
  const auto second = RuleRequest("email", both, FieldRule::PRACTICE, kSecondAddOn);
  ExpectRefused(second, grpc::StatusCode::FAILED_PRECONDITION, "PREFERENCE_TAKEN");
  EXPECT_EQ(MetadataOf(TrySetRule(second), "field_rule"), kEmailRule);
  SetRule(RuleRequest("website", both, FieldRule::PRACTICE, kSecondAddOn));
  SetRule(RuleRequest("email", both, FieldRule::PROFILE, kSecondAddOn));
  SetRule(RuleRequest("email", {v1::TO_PROFILE}, FieldRule::PRACTICE));  // it may keep it
  SetRule(RuleRequest("email", both, FieldRule::ASK));
  SetRule(second);
  ExpectRefused(RuleRequest("email", both, FieldRule::PRACTICE),
                grpc::StatusCode::FAILED_PRECONDITION, "PREFERENCE_TAKEN");
  ASSERT_TRUE(DeleteRule(second.field_rule().name()).ok());
  SetRule(RuleRequest("email", both, FieldRule::PRACTICE));
}

TEST_F(FieldRulesTest, AStaleEtagIsRefused) {
  const FieldRule read = SetRule(RuleRequest("email", {v1::TO_PRACTICE}));
  auto request = RuleRequest("email", {v1::TO_PROFILE});
  const FieldRule now = SetRule(request);
  EXPECT_NE(now.etag(), read.etag());
  request.mutable_field_rule()->set_etag(read.etag());
  ExpectRefused(request, grpc::StatusCode::ABORTED, "CHANGED_SINCE_READ");
  v1::DeleteFieldRuleRequest remove;
  remove.set_name(kEmailRule);
  remove.set_etag(read.etag());
  EXPECT_EQ(ReasonOf(Delete(remove)), "CHANGED_SINCE_READ");
  request.mutable_field_rule()->set_etag(now.etag());
  remove.set_etag(SetRule(request).etag());
  EXPECT_TRUE(Delete(remove).ok());
  ExpectRefused(request, grpc::StatusCode::ABORTED, "CHANGED_SINCE_READ");  // it is gone
}

TEST_F(FieldRulesTest, ValidateOnlyChangesNothing) {
  auto request = RuleRequest("email", {v1::TO_PRACTICE}, FieldRule::PROFILE);
  request.set_validate_only(true);
  const std::string before = Stored();
  EXPECT_EQ(SetRule(request).preference(), FieldRule::PROFILE);
  EXPECT_EQ(Stored(), before);
  request.set_validate_only(false);
  SetRule(request);
  v1::DeleteFieldRuleRequest remove;
  remove.set_name(kEmailRule);
  remove.set_validate_only(true);
  EXPECT_TRUE(Delete(remove).ok());
  EXPECT_EQ(Get(kEmailRule).preference(), FieldRule::PROFILE);
}

TEST_F(FieldRulesTest, ARepeatedRequestGetsTheRecordedAnswer) {
  auto request = RuleRequest("email", {v1::TO_PRACTICE}, FieldRule::PROFILE);
  request.set_request_id(kRequestId);
  const FieldRule first = SetRule(request);
  SetRule(RuleRequest("email", {v1::TO_PROFILE}));
  EXPECT_EQ(SetRule(request).DebugString(), first.DebugString());
  EXPECT_THAT(Get(kEmailRule).allowed_directions(), ElementsAre(v1::TO_PROFILE)) << "it isn't set";
  request.mutable_field_rule()->clear_preference();
  EXPECT_EQ(ReasonOf(TrySetRule(request)), "REQUEST_ID_REUSED");

  v1::DeleteFieldRuleRequest remove;
  remove.set_name(kEmailRule);
  remove.set_request_id("8f14e45f-ceea-467f-a0e6-0d7a0e8a1c12");
  EXPECT_TRUE(Delete(remove).ok());
  EXPECT_TRUE(Delete(remove).ok()) << "though it is gone";
}

TEST_F(FieldRulesTest, RulesAreListedByFieldInPages) {
  for (const char* field : {"website", "email", "name"}) {
    SetRule(RuleRequest(field, {v1::TO_PRACTICE}));
  }
  AddSecondAddOn();
  SetRule(RuleRequest("other_phone", {}, FieldRule::ASK, kSecondAddOn));
  v1::ListFieldRulesRequest request;
  request.set_parent(kAddOn);
  request.set_page_size(2);
  v1::ListFieldRulesResponse page;
  ASSERT_TRUE(List(request, &page).ok());
  ASSERT_EQ(page.field_rules_size(), 2);
  EXPECT_EQ(page.field_rules(0).DebugString(), Get(kEmailRule).DebugString());
  EXPECT_THAT(page.field_rules(1).name(), HasSubstr("/name"));
  request.set_page_token(page.next_page_token());
  ASSERT_TRUE(List(request, &page).ok());
  ASSERT_EQ(page.field_rules_size(), 1);
  EXPECT_THAT(page.field_rules(0).name(), HasSubstr("/website"));
  EXPECT_EQ(page.next_page_token(), "");
  request.set_parent(kSecondAddOn);
  EXPECT_EQ(ReasonOf(List(request, &page)), "INVALID_PAGE_TOKEN");
  request.clear_page_token();
  ASSERT_TRUE(List(request, &page).ok());
  EXPECT_EQ(page.field_rules_size(), 1);
  request.set_page_size(-1);
  EXPECT_EQ(ViolatedFields(List(request, &page)), std::vector<std::string>{"page_size"});
}

TEST_F(FieldRulesTest, AnAddOnTakesItsRulesAlongAndMayHaveThemInAnyState) {
  ASSERT_TRUE(Deactivate().ok());
  SetRule(RuleRequest("email", {v1::TO_PRACTICE, v1::TO_PROFILE}, FieldRule::PRACTICE));
  AddSecondAddOn();
  const auto second = RuleRequest("email", {v1::TO_PROFILE}, FieldRule::PRACTICE, kSecondAddOn);
  EXPECT_EQ(ReasonOf(TrySetRule(second)), "PREFERENCE_TAKEN");
  ASSERT_TRUE(DeleteAddOn(kAddOn).ok());
  FieldRule rule;
  EXPECT_EQ(ReasonOf(Get(kEmailRule, &rule)), "RESOURCE_NOT_FOUND");
  SetRule(second);
}

}  // namespace
}  // namespace profilesync::testing
