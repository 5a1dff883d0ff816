// For every method in the descriptors: what those may not call it get, and that the store stays as
// it is.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "profilesync/v1/add_on_service.pb.h"
#include "profilesync/v1/firm_service.pb.h"
#include "profilesync/v1/link_service.pb.h"
#include "tests/integration/serving/fixture.h"

namespace profilesync::testing {
namespace {

// The role that each method needs, as the services' comments in proto/ say it; editor where neither
// set has it.
const std::set<std::string>& ForViewers() {
  static const std::set<std::string> methods = {
      "GetFirm",       "ListFirms",          "ListPracticeSystems",
      "GetAddOn",      "ListAddOns",         "GetPracticeSystem",
      "GetProfile",    "ListProfiles",       "ListProfileChanges",
      "GetLink",       "ListLinks",          "SearchPracticeClients",
      "GetDiff",       "GetProfileDiffs",    "ListDifferingLinks",
      "WatchDiffs",    "GetSyncOperation",   "ListSyncOperations",
      "GetFieldRule",  "ListFieldRules",     "GetFieldHistoryEntry",
      "GetOperation",  "ListOperations",     "ListFieldHistoryEntries",
      "WaitOperation", "WatchProfileChanges"};
  return methods;
}

const std::set<std::string>& ForAdministrators() {
  static const std::set<std::string> methods = {
      "CreateAddOn",     "AuthoriseAddOn", "ReauthoriseAddOn",     "UpdateAddOn",
      "DeactivateAddOn", "DeleteAddOn",    "ResumeAddOnWrites",    "UpdateFieldRule",
      "DeleteFieldRule", "CreateFirm",     "ResolveSyncOperation", "UpdateFirm"};
  return methods;
}

const std::set<std::string>& ForOperators() {
  static const std::set<std::string> methods = {"CreateFirm", "UpdateFirm"};
  return methods;
}

// Methods that are about no firm.
bool NamesNoFirm(const std::string& method) {
  return method == "CreateFirm" || method == "ListFirms" || method == "ListPracticeSystems" ||
         method == "GetPracticeSystem";
}

class AccessTest : public ServingTest {
 protected:
  void ExpectRefused(const google::protobuf::MethodDescriptor& method, const std::string& firm,
                     const CallOptions& options, grpc::StatusCode code, const std::string& reason) {
    const Outcome outcome =
        CallRaw(PathOf(method), RequestFor(method, firm)->SerializeAsString(), options);
    EXPECT_EQ(outcome.status.error_code(), code)
        << method.full_name() << ": " << outcome.status.error_message();
    EXPECT_EQ(outcome.Reason(), reason) << method.full_name();
    EXPECT_EQ(StoreDigest(), before_) << method.full_name();
  }

  void SetUp() override {
    ServingTest::SetUp();
    before_ = StoreDigest();
    ASSERT_EQ(AllMethods().size(), 55u);
  }

  std::string before_;
};

TEST_F(AccessTest, NothingWithoutAKnownToken) {
  for (const auto* method : AllMethods()) {
    for (const char* token : {"", "unknown-0123456789-0123456789-0123456789"}) {
      ExpectRefused(*method, "a", {.token = token}, grpc::UNAUTHENTICATED, "UNAUTHENTICATED");
    }
  }
}

TEST_F(AccessTest, NothingThatNeedsAHigherRole) {
  for (const auto* method : AllMethods()) {
    if (!ForViewers().contains(method->name())) {
      ExpectRefused(*method, "a", {.token = kViewer}, grpc::PERMISSION_DENIED, "ROLE_TOO_LOW");
      // The person's role holds, though the service's is higher.
      ExpectRefused(
          *method, "a",
          {.token = kOperator,
           .metadata = {{"profilesync-actor", "ana"}, {"profilesync-actor-role", "viewer"}}},
          grpc::PERMISSION_DENIED, "ROLE_TOO_LOW");
    }
    if (ForAdministrators().contains(method->name())) {
      ExpectRefused(*method, "a", {.token = kEditor}, grpc::PERMISSION_DENIED, "ROLE_TOO_LOW");
    }
    if (ForOperators().contains(method->name())) {
      ExpectRefused(*method, "a", {.token = kAdministrator}, grpc::PERMISSION_DENIED,
                    "ROLE_TOO_LOW");
    }
  }
}

TEST_F(AccessTest, TheRoleThatIsNeededIsEnough) {
  for (const auto* method : AllMethods()) {
    const char* token = ForViewers().contains(method->name())          ? kViewer
                        : ForOperators().contains(method->name())      ? kOperator
                        : ForAdministrators().contains(method->name()) ? kAdministrator
                                                                       : kEditor;
    const Outcome outcome =
        CallRaw(PathOf(*method), RequestFor(*method, "a")->SerializeAsString(), {.token = token});
    EXPECT_NE(outcome.status.error_code(), grpc::UNAUTHENTICATED) << method->full_name();
    EXPECT_NE(outcome.status.error_code(), grpc::PERMISSION_DENIED) << method->full_name();
    EXPECT_NE(outcome.status.error_code(), grpc::INTERNAL) << method->full_name();
  }
}

TEST_F(AccessTest, NothingOfAnotherFirmExistingOrNot) {
  for (const auto* method : AllMethods()) {
    if (NamesNoFirm(method->name()) || ForOperators().contains(method->name())) {
      continue;
    }
    for (const char* firm : {"a", "nowhere"}) {
      ExpectRefused(*method, firm, {.token = kOtherFirm}, grpc::PERMISSION_DENIED,
                    "FIRM_NOT_ALLOWED");
    }
  }
}

// Firms are an operator's to make and to change, whosever they are.
TEST_F(AccessTest, NoFirmIsMadeOrChangedWithAnotherFirmsToken) {
  for (const auto* method : AllMethods()) {
    if (ForOperators().contains(method->name())) {
      for (const char* firm : {"a", "b", "nowhere"}) {
        ExpectRefused(*method, firm, {.token = kOtherFirm}, grpc::PERMISSION_DENIED,
                      "ROLE_TOO_LOW");
      }
    }
  }
  // Well-formed and all.
  v1::CreateFirmRequest create;
  create.set_firm_id("c");
  create.mutable_firm()->set_display_name("Firm");
  create.mutable_firm()->set_region_code("NZ");
  v1::UpdateFirmRequest update;
  update.mutable_firm()->set_name("firms/a");
  update.mutable_firm()->set_display_name("Taken over");
  update.mutable_update_mask()->add_paths("display_name");
  for (const Outcome& outcome :
       {Call("FirmService/CreateFirm", create, {.token = kOtherFirm}),
        Call("FirmService/UpdateFirm", update, {.token = kOtherFirm}),
        // Nor where a service that may all of it calls for a person of that role.
        Call("FirmService/UpdateFirm", update,
             {.metadata = {{"profilesync-actor", "ana"},
                           {"profilesync-actor-role", "firm_administrator"}}})}) {
    EXPECT_EQ(outcome.status.error_code(), grpc::PERMISSION_DENIED)
        << outcome.status.error_message();
    EXPECT_EQ(outcome.Reason(), "ROLE_TOO_LOW");
    EXPECT_EQ(StoreDigest(), before_);
  }
  EXPECT_TRUE(Call("FirmService/UpdateFirm", update).status.ok()) << "an operator may";
}

TEST_F(AccessTest, FirmsAreListedToThoseWhoseTokenNamesThem) {
  const auto list = [&](const char* token, int page_size) {
    v1::ListFirmsRequest request;
    request.set_page_size(page_size);
    const auto page =
        Call("FirmService/ListFirms", request, {.token = token}).As<v1::ListFirmsResponse>();
    std::vector<std::string> names;
    for (const v1::Firm& firm : page.firms()) {
      names.push_back(firm.name());
    }
    names.push_back(page.next_page_token().empty() ? "end" : "more");
    return names;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(list(kOtherFirm, 0), ElementsAre("firms/b", "end"));
  EXPECT_THAT(list(kOtherFirm, 1), ElementsAre("firms/b", "end"));
  EXPECT_THAT(list(kAdministrator, 1), ElementsAre("firms/a", "end")) << "not that there are more";
  EXPECT_THAT(list(kViewer, 0), ElementsAre("firms/a", "end")) << "its other firm isn't there";
  EXPECT_THAT(list(kOperator, 0), ElementsAre("firms/a", "firms/b", "end"));
  EXPECT_THAT(list(kOperator, 1), ElementsAre("firms/a", "more"));
  EXPECT_EQ(StoreDigest(), before_);
}

// Practice systems are no firm's: whoever may call sees the same, which is nothing of how they are
// reached and of who may connect.
class PracticeSystemsAccessTest : public AccessTest {
 protected:
  void SetUp() override {
    const std::string token = WriteFile("xpm-token", "practice-token-0123456789\n");
    config_.practice_systems = WriteFile("systems",
                                         "practice_systems { id: 'xpm' "
                                         "tenant_grants { tenant_id: 'tenant-of-a' firms: 'a' } "
                                         "xpm { base_url: 'http://127.0.0.1:9/' token_file: '" +
                                             token + "' } }");
    AccessTest::SetUp();
  }
};

TEST_F(PracticeSystemsAccessTest, PracticeSystemsAreTheSameWithAnotherFirmsToken) {
  v1::GetPracticeSystemRequest get;
  get.set_name("practiceSystems/xpm");
  const auto system = Call("AddOnService/GetPracticeSystem", get).As<v1::PracticeSystem>();
  const auto all = Call("AddOnService/ListPracticeSystems", v1::ListPracticeSystemsRequest())
                       .As<v1::ListPracticeSystemsResponse>();
  ASSERT_EQ(all.practice_systems_size(), 1);
  for (const char* token : {kOtherFirm, kViewer}) {
    EXPECT_EQ(Call("AddOnService/GetPracticeSystem", get, {.token = token})
                  .As<v1::PracticeSystem>()
                  .DebugString(),
              system.DebugString());
    const auto listed =
        Call("AddOnService/ListPracticeSystems", v1::ListPracticeSystemsRequest(), {.token = token})
            .As<v1::ListPracticeSystemsResponse>();
    EXPECT_EQ(listed.DebugString(), all.DebugString());
    for (const char* inner : {"127.0.0.1", "xpm-token", "practice-token", "tenant-of-a"}) {
      EXPECT_THAT(listed.DebugString(), ::testing::Not(::testing::HasSubstr(inner)));
    }
  }
  EXPECT_EQ(StoreDigest(), before_);
}

TEST_F(PracticeSystemsAccessTest, ATenantThatIsAnotherFirmsIsNotConnectedTo) {
  v1::CreateAddOnRequest request;
  request.set_parent("firms/b");
  request.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  request.mutable_add_on()->set_tenant_id("tenant-of-a");
  const Outcome outcome = Call("AddOnService/CreateAddOn", request, {.token = kOtherFirm});
  EXPECT_EQ(outcome.Reason(), "ACCESS_DENIED") << outcome.status.error_message();
  EXPECT_EQ(StoreDigest(), before_);
  request.set_parent("firms/a");
  EXPECT_TRUE(Call("AddOnService/CreateAddOn", request, {.token = kAdministrator}).status.ok());
}

TEST_F(AccessTest, NothingByNamesOfAnotherShape) {
  const std::string nul("a\0b", 3);
  for (const auto* method : AllMethods()) {
    if (NamesNoFirm(method->name())) {
      continue;
    }
    for (const std::string& firm : {std::string("a/b"), nul, std::string("-")}) {
      ExpectRefused(*method, firm, {}, grpc::INVALID_ARGUMENT, "INVALID_REQUEST");
    }
  }
}

TEST_F(AccessTest, NothingByARequestIdThatIsNoUuid) {
  for (const auto* method : AllMethods()) {
    const auto* field = method->input_type()->FindFieldByName("request_id");
    if (field == nullptr) {
      continue;
    }
    const auto request = RequestFor(*method, "a");
    request->GetReflection()->SetString(request.get(), field, "not-a-uuid");
    const Outcome outcome = CallRaw(PathOf(*method), request->SerializeAsString());
    EXPECT_EQ(outcome.status.error_code(), grpc::INVALID_ARGUMENT) << method->full_name();
    EXPECT_EQ(outcome.Find<google::rpc::BadRequest>()->field_violations(0).field(), "request_id");
    EXPECT_EQ(StoreDigest(), before_) << method->full_name();
  }
}

TEST_F(AccessTest, NamesAndRequestIdAreListedTogether) {
  v1::CreateLinkRequest request;
  request.set_parent("firms/a");
  request.mutable_link()->set_profile("nonsense");
  request.set_request_id("not-a-uuid");
  const Outcome outcome = Call("LinkService/CreateLink", request, {.token = kEditor});
  EXPECT_EQ(outcome.status.error_code(), grpc::INVALID_ARGUMENT);
  std::vector<std::string> fields;
  const auto bad = outcome.Find<google::rpc::BadRequest>();
  for (const auto& violation : bad->field_violations()) {
    fields.push_back(violation.field());
  }
  EXPECT_EQ(fields, (std::vector<std::string>{"link.profile", "link.add_on", "request_id",
                                              "link.practice_client_id"}));
  EXPECT_EQ(StoreDigest(), before_);
}

TEST_F(AccessTest, AnActorCanOnlyBeNamedByThoseWhoMay) {
  const auto* method = AllMethods().front();
  ExpectRefused(
      *method, "a",
      {.token = kEditor,
       .metadata = {{"profilesync-actor", "ana"}, {"profilesync-actor-role", "operator"}}},
      grpc::PERMISSION_DENIED, "ACTOR_NOT_ALLOWED");
}

TEST_F(AccessTest, AnActorWithoutAReadableRoleIsInvalid) {
  ExpectRefused(*AllMethods().front(), "a",
                {.token = kOperator, .metadata = {{"profilesync-actor", "ana"}}},
                grpc::INVALID_ARGUMENT, "INVALID_REQUEST");
}

TEST_F(AccessTest, AFirmThatATokenNamesAndThatIsNotThereIsNotFound) {
  v1::GetFirmRequest request;
  request.set_name("firms/missing");
  const Outcome outcome = Call("FirmService/GetFirm", request, {.token = kViewer});
  EXPECT_EQ(outcome.status.error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(outcome.Reason(), "RESOURCE_NOT_FOUND");
}

// Methods, and whether they are to come, from the table in proto/README.md: "| `GetFirm` | 1 |
// FirmService | |".
std::map<std::string, bool> ToComeInReadme() {
  std::ifstream file(PROFILESYNC_PROTO_README);
  std::map<std::string, bool> to_come;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string method, part, service, bar;
    if (words >> bar >> method >> bar >> part >> bar >> service && bar == "|" &&
        method.front() == '`' &&
        (service.ends_with("Service") || service.ends_with("Operations"))) {
      to_come[method.substr(1, method.size() - 2)] = line.ends_with("| to come |");
    }
  }
  return to_come;
}

TEST_F(AccessTest, WhatIsUnimplementedIsWhatTheReadmeSaysIsToCome) {
  const auto to_come = ToComeInReadme();
  std::set<std::string> unimplemented, left;
  for (const auto* method : AllMethods()) {
    const Outcome outcome = CallRaw(PathOf(*method), RequestFor(*method, "a")->SerializeAsString());
    if (outcome.status.error_code() == grpc::UNIMPLEMENTED) {
      EXPECT_EQ(outcome.Reason(), "NOT_IMPLEMENTED") << method->full_name();
      unimplemented.insert(method->name());
    }
    ASSERT_TRUE(to_come.contains(method->name())) << method->full_name();
    if (to_come.at(method->name())) {
      left.insert(method->name());
    }
  }
  EXPECT_EQ(unimplemented, left);
  EXPECT_EQ(to_come.size(), AllMethods().size());
}

}  // namespace
}  // namespace profilesync::testing
