#include <ostream>
#include <thread>

#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::Fault;
using xpm_sandbox::FaultKind;

class PushTest : public SyncTest {
 protected:
  v1::SyncOperation SyncWebsiteUnder(const Fault& fault) {
    link_ = MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}});
    EXPECT_TRUE(xpm_.InjectFault(fault).ok());
    return Sync(Request(link_, {{"website", v1::TO_PRACTICE}}));
  }

  // A profile and a client whose phones differ.
  void LinkPhones() {
    type::ClientFields fields = CompanyFields("");
    fields.set_primary_phone("04 555 0101");
    link_ = MakeLinked("p", fields, {{"Name", "A Ltd"}, {"Phone", "04 555 0102"}});
    xpm_.ClearCalls();
  }
  // In the next answer of that endpoint.
  void HidePhone(const std::string& endpoint) {
    EXPECT_TRUE(
        xpm_.InjectFault({.endpoint = endpoint, .kind = FaultKind::kAbsent, .element = "Phone"})
            .ok());
  }

  std::string link_;
};

// What a fault of the write makes of the operation. `applied` is what XPM did with it.
struct FaultRow {
  std::string name;
  FaultKind kind;
  bool applied;
  v1::SyncOperation::State state;
  std::string outcomes;
  v1::FieldDiff::State field;
};

void PrintTo(const FaultRow& row, std::ostream* out) { *out << row.name; }

class PushFaultTest : public PushTest, public ::testing::WithParamInterface<FaultRow> {};

TEST_P(PushFaultTest, EndsAsWhatIsKnownOfIt) {
  const FaultRow& row = GetParam();
  const v1::SyncOperation operation =
      SyncWebsiteUnder({.endpoint = "client.api/update", .kind = row.kind, .applied = row.applied});
  EXPECT_EQ(v1::SyncOperation::State_Name(operation.state()),
            v1::SyncOperation::State_Name(row.state))
      << operation.DebugString();
  EXPECT_EQ(Outcomes(operation), row.outcomes);
  EXPECT_EQ(v1::FieldDiff::State_Name(Field(link_, "website").state()),
            v1::FieldDiff::State_Name(row.field));
  EXPECT_EQ(xpm_.calls("client.api/update").size(), 1u) << "a write is never repeated";
  EXPECT_EQ(Operation(operation.name()).SerializeAsString(), operation.SerializeAsString());
}

constexpr auto kDone = v1::SyncOperation::DONE;
constexpr auto kFailed = v1::SyncOperation::FAILED;
constexpr auto kUnknown = v1::SyncOperation::UNKNOWN;
const char kApplied[] = "applied website";
const char kNotApplied[] = "not_applied website";
const char kUnclear[] = "unknown website";

INSTANTIATE_TEST_SUITE_P(
    Faults, PushFaultTest,
    ::testing::Values(
        // Refused: certainly not applied.
        FaultRow{"Conflict", FaultKind::kConflict, false, kFailed, kNotApplied,
                 v1::FieldDiff::NEVER_SYNCED},
        FaultRow{"BusinessError", FaultKind::kBusinessError, false, kFailed, kNotApplied,
                 v1::FieldDiff::NEVER_SYNCED},
        FaultRow{"Unauthorized", FaultKind::kUnauthorized, false, kFailed, kNotApplied,
                 v1::FieldDiff::NEVER_SYNCED},
        FaultRow{"RateMinute", FaultKind::kRateMinute, false, kFailed, kNotApplied,
                 v1::FieldDiff::NEVER_SYNCED},
        // Unclear, and the read-back shows the write.
        FaultRow{"TimeoutApplied", FaultKind::kTimeout, true, kDone, kApplied,
                 v1::FieldDiff::IN_SYNC},
        FaultRow{"DropApplied", FaultKind::kDrop, true, kDone, kApplied, v1::FieldDiff::IN_SYNC},
        FaultRow{"ErrorApplied", FaultKind::kServerError, true, kDone, kApplied,
                 v1::FieldDiff::IN_SYNC},
        FaultRow{"HtmlApplied", FaultKind::kHtml, true, kDone, kApplied, v1::FieldDiff::IN_SYNC},
        FaultRow{"EmptyApplied", FaultKind::kEmpty, true, kDone, kApplied, v1::FieldDiff::IN_SYNC},
        FaultRow{"Half", FaultKind::kHalf, false, kDone, kApplied, v1::FieldDiff::IN_SYNC},
        FaultRow{"CloseMidBody", FaultKind::kCloseMidBody, false, kDone, kApplied,
                 v1::FieldDiff::IN_SYNC},
        // Unclear, and the read-back doesn't: it may be applied yet.
        FaultRow{"Timeout", FaultKind::kTimeout, false, kUnknown, kUnclear, v1::FieldDiff::PENDING},
        FaultRow{"Drop", FaultKind::kDrop, false, kUnknown, kUnclear, v1::FieldDiff::PENDING},
        FaultRow{"Error", FaultKind::kServerError, false, kUnknown, kUnclear,
                 v1::FieldDiff::PENDING},
        FaultRow{"Html", FaultKind::kHtml, false, kUnknown, kUnclear, v1::FieldDiff::PENDING}),
    [](const auto& row) { return row.param.name; });

TEST_F(PushTest, APendingFieldRefusesAnotherWriteAndReadsDoNotUndoIt) {
  const v1::SyncOperation operation =
      SyncWebsiteUnder({.endpoint = "client.api/update", .kind = FaultKind::kServerError});
  ASSERT_EQ(operation.state(), v1::SyncOperation::UNKNOWN);
  v1::SyncOperation second;
  const grpc::Status status = Sync(Request(link_, {{"website", v1::TO_PRACTICE}}), &second);
  EXPECT_EQ(ReasonOf(status), "OPERATION_UNFINISHED") << status.error_message();
  EXPECT_EQ(xpm_.calls("client.api/update").size(), 1u);
  const absl::Time before = absl::FromUnixSeconds(Diff(link_).refresh_time().seconds());
  Refresh(link_);
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
  EXPECT_EQ(absl::FromUnixSeconds(Diff(link_).refresh_time().seconds()), before);
}

TEST_F(PushTest, AnAnswerThatLeavesThePushedFieldOutIsReadBack) {
  LinkPhones();
  HidePhone("client.api/update");
  const v1::SyncOperation operation = Sync(Request(link_, {{"primary_phone", v1::TO_PRACTICE}}));
  EXPECT_EQ(Outcomes(operation), "applied primary_phone");
  EXPECT_EQ(operation.field_results(0).message(), "");
  EXPECT_EQ(Field(link_, "primary_phone").state(), v1::FieldDiff::IN_SYNC);
  EXPECT_EQ(xpm_.calls("client.api/update").size(), 1u);
}

TEST_F(PushTest, AFieldThatIsNotShownAfterItsPushIsOfferedAgain) {
  LinkPhones();
  const v1::SyncProfileRequest request = Request(link_, {{"primary_phone", v1::TO_PRACTICE}});
  const v1::FieldDiff before = Field(link_, "primary_phone");
  HidePhone("client.api/update");
  // The read before the push shows it; the answer and the read after it don't.
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kReordered}).ok());
  HidePhone("client.api/get");
  const v1::SyncOperation operation = Sync(request);
  EXPECT_EQ(Outcomes(operation), "applied primary_phone");
  EXPECT_THAT(operation.field_results(0).message(), ::testing::HasSubstr("doesn't show"));
  EXPECT_EQ(Field(link_, "primary_phone").state(), before.state());
  EXPECT_TRUE(Diff(link_).can_sync());
  Refresh(link_);
  EXPECT_EQ(Field(link_, "primary_phone").state(), v1::FieldDiff::IN_SYNC);
}

// XPM shows the last three digits.
TEST_F(PushTest, AMaskedValueIsHeldAgainstItsVisibleDigits) {
  struct {
    const char* kept;
    const char* outcome;
  } const rows[] = {{"123-456-782", "applied tax_number"},
                    {"987-654-782", "applied tax_number"},
                    {"123-456-709", "coerced tax_number"},
                    {"136-410-132", "refused tax_number"}};
  type::ClientFields fields = CompanyFields("");
  fields.set_tax_number("123-456-782");
  link_ = MakeLinked("p", fields, {{"Name", "A Ltd"}, {"TaxNumber", "136-410-132"}});
  for (const auto& row : rows) {
    SCOPED_TRACE(row.kept);
    EditClient(link_, {{"TaxNumber", "136-410-132"}});
    ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update",
                                  .kind = FaultKind::kAlsoSet,
                                  .element = "TaxNumber",
                                  .value = row.kept})
                    .ok());
    const v1::SyncOperation operation = Sync(Request(link_, {{"tax_number", v1::TO_PRACTICE}}));
    EXPECT_EQ(Outcomes(operation), row.outcome) << operation.DebugString();
    EXPECT_EQ(operation.unasked_changes_size(), 0);
  }
}

TEST_F(PushTest, ACoercedValueIsNotOfferedAgainUntilASideMoves) {
  const v1::SyncOperation operation = SyncWebsiteUnder({.endpoint = "client.api/update",
                                                        .kind = FaultKind::kAlsoSet,
                                                        .element = "Website",
                                                        .value = "coerced.example"});
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Outcomes(operation), "coerced website");
  EXPECT_EQ(operation.field_results(0).kept_value().text(), "coerced.example");
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::COERCED);
  EXPECT_FALSE(Diff(link_).can_sync());
  EditClient(link_, {{"Website", "moved.example"}});
  Refresh(link_);
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PRACTICE_CHANGED);
}

TEST_F(PushTest, AFieldThatNobodyAskedForAndThatChangedIsReported) {
  const v1::SyncOperation operation = SyncWebsiteUnder({.endpoint = "client.api/update",
                                                        .kind = FaultKind::kAlsoSet,
                                                        .element = "Phone",
                                                        .value = "04 555 0999"});
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  ASSERT_EQ(operation.unasked_changes_size(), 1) << operation.DebugString();
  EXPECT_EQ(operation.unasked_changes(0).field(), "primary_phone");
  EXPECT_EQ(operation.unasked_changes(0).new_value().text(), "04 555 0999");
}

TEST_F(PushTest, AClearThatThePracticeSystemIgnoresIsNotCalledDone) {
  xpm_sandbox::Behaviour behaviour;
  behaviour.empty_elements = xpm_sandbox::EmptyElements::kIgnored;
  xpm_.SetBehaviour(behaviour);
  const std::string link =
      MakeLinked("p", CompanyFields(""), {{"Name", "A Ltd"}, {"Website", "a.example"}});
  auto request = Request(link, {{"website", v1::TO_PRACTICE}});
  request.mutable_fields(0)->set_clear(true);
  const v1::SyncOperation operation = Sync(request);
  EXPECT_EQ(operation.state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(Outcomes(operation), "refused website");
  EXPECT_EQ(Field(link, "website").practice_value().text(), "a.example");
}

TEST_F(PushTest, AProfileSavedDuringThePushKeepsItsValue) {
  const std::string link =
      MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  const auto request =
      Request(link, {{"website", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update", .kind = FaultKind::kHang}).ok());
  xpm_.ClearCalls();
  v1::SyncOperation operation;
  std::thread syncing([&] { operation = Sync(request); });
  ASSERT_TRUE(xpm_.WaitForCalls(2));
  while (xpm_.hanging() == 0) {
    std::this_thread::yield();
  }
  type::ClientFields saved;
  saved.set_primary_phone("021 555 0123");
  EXPECT_TRUE(Save("p", "fields.primary_phone", saved).ok());
  xpm_.Release();
  syncing.join();
  EXPECT_EQ(operation.state(), v1::SyncOperation::PARTLY_DONE);
  EXPECT_EQ(Outcomes(operation), "moved primary_phone, applied website");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "021 555 0123");
}

}  // namespace
}  // namespace profilesync::testing
