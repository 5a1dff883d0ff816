// For every method in the descriptors: what is well-formed and about something that isn't there is
// NOT_FOUND, and the store stays as it is.
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/strings/str_replace.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "tests/integration/serving/fixture.h"

namespace profilesync::testing {
namespace {

// What each request needs besides names to be well-formed; F is the firm.
const std::map<std::string, std::string>& Contents() {
  static const std::map<std::string, std::string> contents = {
      {"UpdateFirm", "firm { display_name: 'N' } update_mask { paths: 'display_name' }"},
      {"CreateAddOn", "add_on { tenant_id: 'tenant' }"},
      {"AuthoriseAddOn", "state: 'abcdefgh' code: 'c'"},
      {"UpdateAddOn", "add_on { display_name: 'N' } update_mask { paths: 'display_name' }"},
      {"UpdateFieldRule",
       "field_rule { name: 'firms/F/addOns/x/fieldRules/email' allowed_directions: TO_PRACTICE } "
       "update_mask { paths: 'allowed_directions' } allow_missing: true"},
      {"CreateProfile", "profile { kind: COMPANY fields { name: 'N' } }"},
      {"UpdateProfile", "profile { fields { name: 'N' } } update_mask { paths: 'fields.name' }"},
      {"BatchCreateProfiles", "requests { profile { kind: COMPANY fields { name: 'N' } } }"},
      {"ImportPracticeClients", "practice_clients { practice_client_id: 'c' }"},
      {"CreateLink", "link { practice_client_id: 'c' }"},
      {"SyncProfile",
       "add_on: 'firms/F/addOns/x' fields { field: 'email' direction: TO_PRACTICE etag: 'e' }"},
      {"ApplyLinkSuggestions", "diff_sequence: 1"},
      {"ResolveSyncOperation", "resolution: APPLIED note: 'n'"}};
  return contents;
}

class UnknownNamesTest : public ServingTest {
 protected:
  void SetUp() override {
    const std::string token = WriteFile("xpm-token", "practice-token-0123456789\n");
    config_.practice_systems =
        WriteFile("systems",
                  "practice_systems { id: 'xpm' "
                  "tenant_grants { tenant_id: 'tenant' firms: 'a' firms: 'nowhere' } "
                  "xpm { base_url: 'http://127.0.0.1:9/' token_file: '" +
                      token + "' } }");
    ServingTest::SetUp();
  }

  void ExpectNotFound(const google::protobuf::MethodDescriptor& method, const std::string& firm) {
    const auto request = RequestFor(method, firm);
    if (const auto found = Contents().find(method.name()); found != Contents().end()) {
      ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(
          absl::StrReplaceAll(found->second, {{"firms/F/", "firms/" + firm + "/"}}), request.get()))
          << method.name();
    }
    const std::string before = StoreDigest();
    const Outcome outcome = CallRaw(PathOf(method), request->SerializeAsString());
    if (outcome.Reason() == "NOT_IMPLEMENTED") {  // which access_test holds to a list
      return;
    }
    EXPECT_EQ(outcome.status.error_code(), grpc::NOT_FOUND)
        << method.name() << ": " << outcome.status.error_message() << "\n"
        << request->ShortDebugString();
    EXPECT_EQ(outcome.Reason(), "RESOURCE_NOT_FOUND") << method.name();
    EXPECT_NE(outcome.status.error_message().find("firms/" + firm), std::string::npos)
        << method.name() << ": " << outcome.status.error_message();
    EXPECT_EQ(StoreDigest(), before) << method.name();
  }
};

TEST_F(UnknownNamesTest, AFirmThatIsNotThere) {
  const std::set<std::string> of_no_firm = {"CreateFirm", "ListFirms", "ListPracticeSystems",
                                            "GetPracticeSystem"};
  for (const auto* method : AllMethods()) {
    if (!of_no_firm.contains(method->name())) {
      ExpectNotFound(*method, "nowhere");
    }
  }
}

// Of the firm "a", which is there and has nothing.
TEST_F(UnknownNamesTest, AnAddOnProfileLinkOrOperationThatIsNotThere) {
  const std::set<std::string> of_the_firm = {"CreateFirm",
                                             "ListFirms",
                                             "ListPracticeSystems",
                                             "GetPracticeSystem",
                                             "GetFirm",
                                             "UpdateFirm",
                                             "CreateAddOn",
                                             "ListAddOns",
                                             "CreateProfile",
                                             "ListProfiles",
                                             "BatchCreateProfiles",
                                             "ListProfileChanges",
                                             "WatchProfileChanges",
                                             "ListLinks",
                                             "ListDifferingLinks",
                                             "WatchDiffs",
                                             "ListSyncOperations",
                                             "ListOperations",
                                             "ApplyFirmSuggestions",
                                             "RefreshFirm"};
  for (const auto* method : AllMethods()) {
    if (!of_the_firm.contains(method->name())) {
      ExpectNotFound(*method, "a");
    }
  }
}

}  // namespace
}  // namespace profilesync::testing
