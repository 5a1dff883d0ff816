// Which clients an import is of, what it would do, and what may be there already.
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ImportChoiceTest : public VerbsTest {
 protected:
  ImportChoiceTest() {
    AddClient({{"Name", "Aroha Ltd"}, {"BusinessStructure", "Company"}});
    AddClient({{"Name", "Aroha Family Trust"}, {"BusinessStructure", "Trust"}});
    AddClient({{"Name", "Birch Trust"}, {"BusinessStructure", "Trust"}});
    AddClient({{"Name", "Old Aroha Trust"}, {"BusinessStructure", "Trust"}, {"IsArchived", "Yes"}});
    AddClient({{"Name", "Gone Aroha Trust"}, {"BusinessStructure", "Trust"}, {"IsDeleted", "Yes"}});
  }

  v1::ImportPracticeClientsRequest FilterRequest(const std::string& filter) {
    v1::ImportPracticeClientsRequest request;
    request.set_parent(kFirm);
    request.set_add_on(kAddOn);
    request.set_filter(filter);
    return request;
  }
  v1::ImportPracticeClientsResponse ResponseOf(const v1::ImportPracticeClientsRequest& request) {
    const google::longrunning::Operation operation = Import(request);
    v1::ImportPracticeClientsResponse response;
    EXPECT_TRUE(operation.response().UnpackTo(&response)) << operation.DebugString();
    return response;
  }
  // The names of what a preview of the filter would import.
  std::set<std::string> Chosen(const std::string& filter) {
    v1::ImportPracticeClientsRequest request = FilterRequest(filter);
    request.set_validate_only(true);
    std::set<std::string> names;
    const v1::ImportPracticeClientsResponse response = ResponseOf(request);
    for (const v1::ImportResult& result : response.results()) {
      EXPECT_EQ(result.outcome(), v1::ImportResult::IMPORTED) << result.DebugString();
      names.insert(xpm_.GetClient(result.practice_client_id())->Get("Name"));
    }
    return names;
  }
  v1::ImportResult ImportOne(const std::string& client, bool allow_duplicates = false) {
    v1::ImportPracticeClientsRequest request = ImportOf({client});
    request.set_allow_duplicates(allow_duplicates);
    return ResponseOf(request).results(0);
  }
};

TEST_F(ImportChoiceTest, AClientThatIsListedTwiceIsChosenOnce) {
  const std::string twice = AddClient({{"Name", "Cedar Trust"}, {"BusinessStructure", "Trust"}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list",
                                .kind = xpm_sandbox::FaultKind::kUnasked,
                                .element = twice})
                  .ok());
  const v1::ImportPracticeClientsResponse response =
      ResponseOf(FilterRequest("name = \"Cedar Trust\""));
  ASSERT_EQ(response.results_size(), 1) << response.DebugString();
  EXPECT_EQ(response.results(0).outcome(), v1::ImportResult::IMPORTED);
}

TEST_F(ImportChoiceTest, AFilterChoosesClients) {
  EXPECT_THAT(Chosen("kind = TRUST"), UnorderedElementsAre("Aroha Family Trust", "Birch Trust"));
  EXPECT_THAT(Chosen("name:\"aroha\""), UnorderedElementsAre("Aroha Ltd", "Aroha Family Trust"));
  EXPECT_THAT(Chosen("name:\"aroha\" AND kind = TRUST"), ElementsAre("Aroha Family Trust"));
  EXPECT_THAT(Chosen("name = \"birch trust\""), ElementsAre("Birch Trust"));
  EXPECT_THAT(Chosen("archived = true"), ElementsAre("Old Aroha Trust"));
  EXPECT_THAT(Chosen("archived = false"),
              UnorderedElementsAre("Aroha Ltd", "Aroha Family Trust", "Birch Trust"));
  EXPECT_THAT(Chosen("name:\"nobody\""), IsEmpty());
  EXPECT_THAT(Chosen("changed_since = \"2100-01-01T00:00:00Z\""), IsEmpty());
  EXPECT_THAT(Chosen("changed_since = \"2020-01-01T00:00:00Z\" AND kind = COMPANY"),
              ElementsAre("Aroha Ltd"));
}

TEST_F(ImportChoiceTest, AFilterThatCannotBeReadIsRefused) {
  const std::string before = Stored();
  for (const char* filter :
       {"kind = NOTHING", "kind:TRUST", "shoe_size = 44", "changed_since = \"yesterday\"",
        "archived = perhaps", "name", "changed_since:\"2020-01-01T00:00:00Z\""}) {
    google::longrunning::Operation operation;
    const grpc::Status status = TryImport(FilterRequest(filter), &operation);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << filter;
    EXPECT_EQ(ViolatedFields(status), std::vector<std::string>{"filter"}) << filter;
  }
  v1::ImportPracticeClientsRequest both = ImportOf({"a"});
  both.set_filter("kind = TRUST");
  google::longrunning::Operation operation;
  EXPECT_EQ(ViolatedFields(TryImport(both, &operation)),
            std::vector<std::string>{"practice_clients"});
  EXPECT_EQ(Stored(), before);
  EXPECT_TRUE(xpm_.calls().empty());
}

TEST_F(ImportChoiceTest, WhatIsChosenIsImportedAndLinked) {
  const v1::ImportPracticeClientsResponse response = ResponseOf(FilterRequest("kind = TRUST"));
  ASSERT_EQ(response.results_size(), 2);
  for (const v1::ImportResult& result : response.results()) {
    EXPECT_EQ(result.outcome(), v1::ImportResult::IMPORTED);
    EXPECT_EQ(result.link_outcome(), v1::ImportResult::LINKED);
    EXPECT_NE(result.profile(), "");
  }
}

TEST_F(ImportChoiceTest, APreviewChangesNothing) {
  const std::string before = Stored();
  v1::ImportPracticeClientsRequest request = FilterRequest("kind = TRUST");
  request.set_validate_only(true);
  request.set_request_id(kRequestId);
  const v1::ImportPracticeClientsResponse preview = ResponseOf(request);
  ASSERT_EQ(preview.results_size(), 2);
  for (const v1::ImportResult& result : preview.results()) {
    EXPECT_EQ(result.outcome(), v1::ImportResult::IMPORTED);
    EXPECT_EQ(result.link_outcome(), v1::ImportResult::LINKED);
    EXPECT_EQ(result.profile(), "");
    EXPECT_EQ(result.link(), "");
  }
  EXPECT_EQ(Stored(), before);
  // Nor is the id used up.
  request.set_validate_only(false);
  EXPECT_NE(ResponseOf(request).results(0).profile(), "");
}

TEST_F(ImportChoiceTest, APossibleDuplicateIsReportedAndNotCreated) {
  const std::string profile =
      MakeProfile("mine", Fields("name: 'Kōwhai  ltd' primary_phone: '+64 4 555 0188'"));
  const std::string client = AddClient(
      {{"Name", "KŌWHAI LTD"}, {"Fax", "(04) 555 0188"}, {"BusinessStructure", "Company"}});
  const v1::ImportResult result = ImportOne(client);
  EXPECT_EQ(result.outcome(), v1::ImportResult::POSSIBLE_DUPLICATE) << result.DebugString();
  EXPECT_THAT(result.possible_duplicates(), ElementsAre(profile));
  EXPECT_EQ(result.profile(), "");
  EXPECT_EQ(result.link(), "");

  const v1::ImportResult allowed = ImportOne(client, /*allow_duplicates=*/true);
  EXPECT_EQ(allowed.outcome(), v1::ImportResult::IMPORTED);
  EXPECT_NE(allowed.profile(), profile);
  // Once imported it is known, whatever else is like it.
  EXPECT_EQ(ImportOne(client).outcome(), v1::ImportResult::EXISTED);
}

TEST_F(ImportChoiceTest, ANameAloneIsNoDuplicate) {
  MakeProfile("mine", Fields("name: 'Aroha Ltd' email: 'a@aroha.example'"));
  const std::string same_name =
      AddClient({{"Name", "Aroha Ltd"}, {"Email", "other@aroha.example"}});
  EXPECT_EQ(ImportOne(same_name).outcome(), v1::ImportResult::IMPORTED);
  const std::string same_email = AddClient({{"Name", "Rata Ltd"}, {"Email", "a@aroha.example"}});
  EXPECT_EQ(ImportOne(same_email).outcome(), v1::ImportResult::IMPORTED);
}

TEST_F(ImportChoiceTest, EachSignMakesADuplicate) {
  MakeProfile("mine",
              Fields("name: 'Tūī Ltd' email: 'office@tui.example' company_number: '555 0001' "
                     "business_number: '9429000000018'"));
  for (const auto& [element, value] :
       {std::pair("Email", "Office@Tui.example"), std::pair("CompanyNumber", "5550001"),
        std::pair("BusinessNumber", "9429 000 000 018")}) {
    const std::string client = AddClient({{"Name", "Tūī Ltd"}, {element, value}});
    EXPECT_EQ(ImportOne(client).outcome(), v1::ImportResult::POSSIBLE_DUPLICATE) << element;
  }
}

}  // namespace
}  // namespace profilesync::testing
