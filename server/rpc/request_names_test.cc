#include "server/rpc/request_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "profilesync/v1/firm_service.pb.h"
#include "profilesync/v1/link_service.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/rpc/method_table.h"

namespace profilesync::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const MethodTable& Table() {
  static const auto& table = *new MethodTable();
  return table;
}

// Of a caller that may reach the firms a and b.
absl::Status Check(const google::protobuf::Message& request, std::string* firm) {
  access::Caller caller;
  caller.role = config::v1::EDITOR;
  caller.firms = {"a", "b"};
  RequestNames::Findings findings;
  const absl::Status denied =
      Table().Of(request.GetDescriptor()).names.Check(request, caller, &findings);
  *firm = findings.firm;
  Violations violations = findings.malformed;
  violations.Add(findings.of_elsewhere);
  return denied.ok() ? violations.ToStatus() : denied;
}

std::vector<std::string> WrongIn(const google::protobuf::Message& request) {
  std::string firm;
  std::vector<std::string> fields;
  for (const auto& violation : ViolationsOf(Check(request, &firm))) {
    fields.push_back(violation.field());
  }
  return fields;
}

template <typename Request>
Request Named(const std::string& name) {
  Request request;
  request.set_name(name);
  return request;
}

TEST(RequestNamesTest, FindTheFirmThatARequestIsAbout) {
  std::string firm;
  EXPECT_TRUE(Check(Named<v1::GetFirmRequest>("firms/a"), &firm).ok());
  EXPECT_EQ(firm, "a");
  EXPECT_TRUE(Check(Named<v1::GetDiffRequest>("firms/b/links/l/diff"), &firm).ok());
  EXPECT_EQ(firm, "b");
  EXPECT_TRUE(Check(Named<v1::GetProfileDiffsRequest>("firms/b/profiles/p/diffs"), &firm).ok());
  EXPECT_TRUE(
      Check(Named<v1::GetFieldRuleRequest>("firms/b/addOns/x/fieldRules/website"), &firm).ok());
  EXPECT_TRUE(
      Check(Named<google::longrunning::GetOperationRequest>("firms/a/operations/o"), &firm).ok());
  EXPECT_EQ(firm, "a");
  EXPECT_TRUE(Check(v1::ListFirmsRequest(), &firm).ok());
  EXPECT_EQ(firm, "");
  EXPECT_TRUE(Check(v1::ListPracticeSystemsRequest(), &firm).ok());
  EXPECT_TRUE(Check(Named<v1::GetPracticeSystemRequest>("practiceSystems/xpm"), &firm).ok());
  EXPECT_EQ(firm, "");
  v1::UpdateFirmRequest update;
  update.mutable_firm()->set_name("firms/a");
  EXPECT_TRUE(Check(update, &firm).ok());
  EXPECT_EQ(firm, "a");
}

TEST(RequestNamesTest, RefuseNamesOfAnotherShape) {
  for (const std::string& name :
       {std::string(), std::string("a"), std::string("firms"), std::string("firms/"),
        std::string("firms/a/"), std::string("/firms/a"), std::string("firms/a/links/b"),
        std::string("firms//a"), std::string("firm/a"), std::string("Firms/a"),
        std::string("firms/a\0", 8), std::string("firms/\xff"), std::string("firms/-"),
        std::string("firms/a b"), "firms/" + std::string(64, 'a')}) {
    EXPECT_THAT(WrongIn(Named<v1::GetFirmRequest>(name)), ElementsAre("name")) << name;
  }
  EXPECT_THAT(WrongIn(Named<v1::GetDiffRequest>("firms/a/links/l")), ElementsAre("name"));
  EXPECT_THAT(WrongIn(Named<v1::GetDiffRequest>("firms/a/links/l/diffs")), ElementsAre("name"));
  EXPECT_THAT(WrongIn(Named<v1::GetLinkRequest>("firms/a/profiles/l")), ElementsAre("name"));
}

TEST(RequestNamesTest, ListAllThatIsWrong) {
  v1::CreateLinkRequest link;
  link.mutable_link()->set_profile("firms/a/links/p");
  EXPECT_THAT(WrongIn(link), ElementsAre("parent", "link.profile", "link.add_on"));
  link.set_parent("firms/a");
  link.mutable_link()->set_profile("firms/a/profiles/p");
  link.mutable_link()->set_add_on("firms/a/addOns/x");
  link.mutable_link()->set_name("whatever");  // not read
  EXPECT_THAT(WrongIn(link), IsEmpty());
}

TEST(RequestNamesTest, RefuseNamesOfAnotherFirm) {
  v1::CreateLinkRequest link;
  link.set_parent("firms/a");
  link.mutable_link()->set_profile("firms/b/profiles/p");
  link.mutable_link()->set_add_on("firms/a/addOns/x");
  EXPECT_THAT(WrongIn(link), ElementsAre("link.profile"));
  link.mutable_link()->set_profile("firms/secret/profiles/p");
  std::string firm;
  EXPECT_EQ(ReasonOf(Check(link, &firm)), v1::FIRM_NOT_ALLOWED);

  v1::BatchCreateProfilesRequest batch;
  batch.set_parent("firms/a");
  batch.add_requests();  // may leave its parent out
  batch.add_requests()->set_parent("firms/a");
  EXPECT_THAT(WrongIn(batch), IsEmpty());
  batch.add_requests()->set_parent("firms/b");
  batch.add_requests()->set_parent("nonsense");
  EXPECT_THAT(WrongIn(batch), ElementsAre("requests[3].parent", "requests[2].parent"));
  batch.mutable_requests()->RemoveLast();
  EXPECT_THAT(WrongIn(batch), ElementsAre("requests[2].parent"));
}

TEST(RequestNamesTest, AFirmThatTheTokenDoesNotNameIsRefused) {
  std::string firm;
  const absl::Status refused = Check(Named<v1::GetFirmRequest>("firms/c"), &firm);
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(refused), v1::FIRM_NOT_ALLOWED);
}

TEST(RequestNamesTest, AFirmThatIsNotAllowedComesBeforeWhatElseIsWrong) {
  v1::CreateLinkRequest link;
  link.set_parent("firms/c");
  link.mutable_link()->set_profile("nonsense");
  std::string firm;
  EXPECT_EQ(ReasonOf(Check(link, &firm)), v1::FIRM_NOT_ALLOWED);
  link.set_parent("nonsense");
  link.mutable_link()->set_profile("firms/c/profiles/p");
  EXPECT_EQ(ReasonOf(Check(link, &firm)), v1::FIRM_NOT_ALLOWED);
}

TEST(RequestNamesTest, OfAnUpdateOnlyTheResourcesNameIsNeeded) {
  v1::UpdateAddOnRequest update;
  EXPECT_THAT(WrongIn(update), ElementsAre("add_on.name"));
  update.mutable_add_on()->set_name("firms/a/addOns/x");
  EXPECT_THAT(WrongIn(update), IsEmpty());
  update.mutable_add_on()->set_practice_system("nonsense");
  EXPECT_THAT(WrongIn(update), ElementsAre("add_on.practice_system"));
}

TEST(RequestNamesTest, WhatTheServerSetsIsNotRead) {
  v1::UpdateProfileRequest update;
  update.mutable_profile()->set_name("firms/a/profiles/p");
  update.mutable_profile()->mutable_origin()->set_practice_system("nonsense");
  EXPECT_THAT(WrongIn(update), IsEmpty());
}

// Every method but the few that are about no firm must find one in what it is asked.
TEST(RequestNamesTest, EveryMethodNeedsAName) {
  std::vector<std::string> without;
  for (const auto* service : MethodTable::Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* type = service->method(i)->input_type();
      const std::unique_ptr<google::protobuf::Message> empty(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
      if (WrongIn(*empty).empty()) {
        without.push_back(service->method(i)->name());
      }
    }
  }
  EXPECT_THAT(without, ElementsAre("CreateFirm", "ListFirms", "ListPracticeSystems"));
}

}  // namespace
}  // namespace profilesync::rpc
