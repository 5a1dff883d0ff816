// What a diff suggests is done by one call, and only what was looked at.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

class SuggestionsTest : public SyncTest {
 protected:
  SuggestionsTest() {
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_website("p.example");
    fields.set_email("p@b.example");
    link_ = MakeLinked("p", fields,
                       {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}, {"Email", "x@b.example"}});
  }
  v1::ApplyLinkSuggestionsRequest Request() {
    v1::ApplyLinkSuggestionsRequest request;
    request.set_name(link_);
    request.set_diff_sequence(Diff(link_).sequence());
    return request;
  }
  grpc::Status Apply(const v1::ApplyLinkSuggestionsRequest& request, v1::SyncOperation* operation) {
    return Call(*syncs_, &v1::SyncService::Stub::ApplyLinkSuggestions, request, operation);
  }
  int Writes() { return static_cast<int>(xpm_.calls("client.api/update").size()); }

  std::string link_;
};

TEST_F(SuggestionsTest, EverySuggestionIsDoneAndNothingElse) {
  v1::SyncOperation operation;
  const grpc::Status status = Apply(Request(), &operation);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(operation.kind(), v1::SyncOperation::SUGGESTIONS);
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
  EXPECT_EQ(Client(link_).Get("Website"), "p.example");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0100");
  // Which e-mail address is right nobody knows.
  EXPECT_EQ(Client(link_).Get("Email"), "x@b.example");
  EXPECT_EQ(Profile("p").fields().email(), "p@b.example");
  const v1::Diff after = Diff(link_);
  for (const v1::FieldDiff& field : after.fields()) {
    EXPECT_EQ(field.suggested_direction(), v1::SYNC_DIRECTION_UNSPECIFIED) << field.field();
  }
}

TEST_F(SuggestionsTest, AnotherDiffThanTheOneThatWasLookedAtIsRefused) {
  v1::ApplyLinkSuggestionsRequest request = Request();
  type::ClientFields saved;
  saved.set_website("new.example");
  ASSERT_TRUE(Save("p", "fields.website", saved).ok());
  v1::SyncOperation operation;
  EXPECT_EQ(ReasonOf(Apply(request, &operation)), "CHANGED_SINCE_READ");
  request = Request();
  EditClient(link_, {{"Website", "by-hand.example"}});
  EXPECT_EQ(ReasonOf(Apply(request, &operation)), "CHANGED_SINCE_READ");
  EXPECT_EQ(Writes(), 0);
  EXPECT_EQ(Profile("p").fields().primary_phone(), "");
}

TEST_F(SuggestionsTest, WithNothingSuggestedNothingIsWritten) {
  v1::SyncOperation operation;
  ASSERT_TRUE(Apply(Request(), &operation).ok());
  ASSERT_TRUE(Apply(Request(), &operation).ok());
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  EXPECT_EQ(operation.field_results_size(), 0);
  EXPECT_EQ(Writes(), 1);
}

TEST_F(SuggestionsTest, PreviewsRepeatedAndBadRequests) {
  v1::ApplyLinkSuggestionsRequest request = Request();
  request.set_validate_only(true);
  v1::SyncOperation preview;
  ASSERT_TRUE(Apply(request, &preview).ok());
  EXPECT_EQ(preview.name(), "");
  EXPECT_GE(preview.field_results_size(), 2);
  EXPECT_EQ(Writes(), 0);
  request = Request();
  request.set_request_id("0b5c9a4e-5f0e-4ea4-9a31-7a4b7d8c9e03");
  v1::SyncOperation first;
  v1::SyncOperation second;
  ASSERT_TRUE(Apply(request, &first).ok());
  ASSERT_TRUE(Apply(request, &second).ok());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(Writes(), 1);
  request = Request();
  request.clear_diff_sequence();
  EXPECT_EQ(ViolatedFields(Apply(request, &first)), std::vector<std::string>{"diff_sequence"});
  request = Request();
  request.set_name("firms/harbour/links/none");
  EXPECT_EQ(ReasonOf(Apply(request, &first)), "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace profilesync::testing
