// What every row is held to.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "tests/integration/faults/fixture.h"
#include "tests/integration/sync/elements.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

constexpr std::size_t kLongestText = 200;  // of the practice system's own words

std::optional<absl::Duration> RetryDelayIn(const google::rpc::Status& error) {
  google::rpc::RetryInfo info;
  for (const auto& detail : error.details()) {
    if (detail.UnpackTo(&info)) {
      return absl::Seconds(info.retry_delay().seconds()) +
             absl::Nanoseconds(info.retry_delay().nanos());
    }
  }
  return std::nullopt;
}

// Whether the client was read, and what was read is kept.
bool Fetches(const FaultRow& row) {
  const bool refresh = row.verb == Verb::kRefreshLink || row.verb == Verb::kRefreshFirm;
  return row.state != v1::SyncOperation::STATE_UNSPECIFIED ||
         (refresh && (row.error.code == 0 || row.whole_clients));
}

bool Pulls(const FaultRow& row) {
  return row.state != v1::SyncOperation::STATE_UNSPECIFIED &&
         (row.verb == Verb::kPull || row.verb == Verb::kPushAndPull);
}

// What the practice holds after the row.
xpm_sandbox::ClientRecord Expected(const FaultRow& row, const Subject& subject) {
  xpm_sandbox::ClientRecord record = subject.record;
  if (row.written) {
    record.Set("Website", subject.website);
  }
  for (const auto& [element, value] : row.also_changed) {
    // An import is about another client.
    if (row.verb != Verb::kImportById) {
      record.Set(element, value);
    }
  }
  return record;
}

}  // namespace

void FaultsTest::CheckError(const FaultRow& row, const Subject& subject,
                            const google::rpc::Status& error) {
  EXPECT_EQ(error.code(), row.error.code) << error.message();
  EXPECT_EQ(ReasonIn(error), row.error.reason);
  const auto delay = RetryDelayIn(error);
  EXPECT_EQ(delay.has_value(), row.error.retry_info);
  if (row.error.retry_info) {
    // Whoever asks again too early is told so without a call.
    EXPECT_GT(delay.value_or(absl::ZeroDuration()), absl::ZeroDuration());
    const std::size_t calls = xpm_.calls().size();
    EXPECT_EQ(ReasonIn(Search(subject, "anybody")), row.error.reason);
    EXPECT_EQ(xpm_.calls().size(), calls);
    EXPECT_TRUE(AddOn(subject).call_budget().has_closed_until_time());
  }
  if (row.fault.kind == FaultKind::kBusinessError && row.verb != Verb::kReadBack) {
    const std::string& text = row.fault.value;
    EXPECT_TRUE(absl::StrContains(error.message(), text.substr(0, kLongestText)));
    EXPECT_EQ(absl::StrContains(error.message(), text), text.size() <= kLongestText);
  }
}

std::map<std::string, std::string> FaultsTest::ExpectedSides(const FaultRow& row,
                                                             const Subject& subject) {
  std::map<std::string, std::string> sides = subject.sides;
  const std::string& website = subject.website;
  if (Fetches(row)) {
    sides["other_phone"] = absl::StrCat("PRACTICE_CHANGED||", kFax);
  }
  if (Pulls(row)) {
    sides["primary_phone"] = absl::StrCat("IN_SYNC|", kPhone, "|", kPhone);
  }
  if (row.state == v1::SyncOperation::UNKNOWN) {
    sides["website"] = absl::StrCat("PENDING|", website, "|");
  } else if (row.written) {
    sides["website"] = absl::StrCat("IN_SYNC|", website, "|", website);
  }
  for (const auto& [field, side] : row.sides) {
    sides[field] = absl::StrReplaceAll(side, {{"(website)", website}});
  }
  return sides;
}

void FaultsTest::CheckSync(const FaultRow& row, const Subject& subject) {
  const std::vector<v1::SyncOperation> operations = OperationsOf(subject.link);
  if (row.state == v1::SyncOperation::STATE_UNSPECIFIED) {
    EXPECT_TRUE(operations.empty());
    return;
  }
  const v1::SyncOperation& operation = subject.operation;
  EXPECT_EQ(v1::SyncOperation::State_Name(operation.state()),
            v1::SyncOperation::State_Name(row.state))
      << operation.DebugString();
  EXPECT_EQ(Outcomes(operation), row.outcomes);
  std::set<std::string> unasked;  // without what is inside, such as "Contacts/Contact[…]/Mobile"
  for (const v1::UnaskedChange& change : operation.unasked_changes()) {
    unasked.insert(change.field().substr(0, change.field().find('/')));
  }
  EXPECT_EQ(unasked, row.unasked);
  ASSERT_EQ(operations.size(), 1U);
  EXPECT_EQ(operations[0].DebugString(), operation.DebugString()) << "the answer is the record";
}

void FaultsTest::CheckPractice(const FaultRow& row, const Subject& subject) {
  EXPECT_EQ(ChangedElements(Expected(row, subject), *xpm_.GetClient(subject.client)),
            std::set<std::string>());
  EXPECT_EQ(ChangedElements(subject.other_record, *xpm_.GetClient(subject.other_client)),
            std::set<std::string>());
  const bool let_in = row.verb == Verb::kReadBack || row.error.reason != "NEEDS_REAUTHORISATION";
  const bool written = (Writes(row.verb) && let_in) || row.written;
  EXPECT_EQ(WritesSent(subject.client), written ? 1 : 0) << "no write is sent twice";
  EXPECT_EQ(AppliedWrites(subject.client), row.written ? 1 : 0);
  EXPECT_EQ(WritesSent(subject.other_client), 0);
  const bool refused =
      row.fault.kind == FaultKind::kUnauthorized || row.fault.kind == FaultKind::kBadToken;
  EXPECT_EQ(xpm_.calls("connect/token").size(), refused ? 1U : 0U) << "renewed once, on a 401 only";
}

void FaultsTest::CheckOutcome(const FaultRow& row, Subject* subject) {
  const v1::AddOn add_on = AddOn(*subject);
  EXPECT_EQ(v1::AddOn::State_Name(add_on.state()), v1::AddOn::State_Name(row.add_on));
  EXPECT_EQ(add_on.has_write_suspension(), row.suspends_writes)
      << add_on.write_suspension().reason();
  CheckPractice(row, *subject);
  if (IsSync(row.verb)) {
    CheckSync(row, *subject);
  }
  EXPECT_EQ(Sides(subject->link), ExpectedSides(row, *subject));
  EXPECT_EQ(Sides(subject->other_link), subject->other_sides);
  EXPECT_EQ(ProfileChanges(subject->link), subject->profile_changes + (Pulls(row) ? 1 : 0));
  if (!subject->fresh_client.empty()) {
    EXPECT_EQ(subject->imported, row.error.code == 0 ? row.imported : 0);
  }
  subject->record = Expected(row, *subject);
  subject->applied_writes += AppliedWrites(subject->client);
}

void FaultsTest::WaitUntilOpen(const Subject& subject) {
  const v1::CallBudget budget = AddOn(subject).call_budget();
  if (budget.has_closed_until_time()) {
    const auto& until = budget.closed_until_time();
    absl::SleepFor(absl::FromUnixSeconds(until.seconds()) + absl::Nanoseconds(until.nanos()) -
                   absl::Now());
  }
}

// Nothing but a person's consent helps, and until then XPM is left alone.
void FaultsTest::RegainAccess(const FaultRow& row, Subject* subject) {
  if (AddOn(*subject).state() == v1::AddOn::ACTIVE) {
    return;  // found fault with already
  }
  const google::rpc::Status error = Search(*subject, "anybody");
  EXPECT_EQ(error.code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(error),
            row.add_on == v1::AddOn::ACCESS_DENIED ? "ACCESS_DENIED" : "NEEDS_REAUTHORISATION");
  EXPECT_TRUE(xpm_.calls().empty());
  Authorise(subject->add_on);
}

void FaultsTest::ResumeWrites(const Subject& subject) {
  if (!AddOn(subject).has_write_suspension()) {
    return;
  }
  v1::SyncOperation operation;
  const grpc::Status status =
      Sync(Request(subject.other_link, {{"website", v1::TO_PRACTICE}}), &operation);
  EXPECT_EQ(ReasonOf(status), "WRITES_SUSPENDED") << status.error_message();
  EXPECT_EQ(WritesSent(subject.other_client), 0);
  v1::ResumeAddOnWritesRequest request;
  request.set_name(subject.add_on);
  v1::AddOn add_on;
  EXPECT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::ResumeAddOnWrites, request, &add_on).ok());
}

// The same call, with the same request_id. What was stored is answered with what it became; what
// wasn't is done now.
void FaultsTest::AskAgain(const FaultRow& row, Subject* subject) {
  const v1::SyncOperation before = subject->operation;
  if (row.verb == Verb::kRefreshFirm && row.error.code != 0) {
    EXPECT_EQ(RefreshFirm(*subject, /*full=*/false).code(), 0);
    const auto lists = xpm_.calls("client.api/list");
    ASSERT_FALSE(lists.empty());
    EXPECT_FALSE(absl::StrContains(lists.back().query, "modifiedsince"))
        << "the cursor moves only after a complete pass";
  }
  const google::rpc::Status error = Ask(row.verb, subject);
  const bool recorded =
      row.state != v1::SyncOperation::STATE_UNSPECIFIED && row.state != v1::SyncOperation::FAILED;
  if (recorded) {
    EXPECT_EQ(subject->operation.DebugString(), before.DebugString());
    return;
  }
  EXPECT_EQ(error.code(), 0) << error.message();
  if (IsSync(row.verb)) {
    EXPECT_EQ(v1::SyncOperation::State_Name(subject->operation.state()), "DONE")
        << subject->operation.DebugString();
  }
}

// Only a read-back may tell what became of the write, and until then nothing else does: neither a
// refresh nor another sync.
void FaultsTest::CheckStillPending(const Subject& subject) {
  const std::map<std::string, std::string> sides = Sides(subject.link);
  Refresh(subject.link);
  EXPECT_EQ(Sides(subject.link), sides);
  v1::SyncOperation operation;
  const grpc::Status status =
      Sync(Request(subject.link, {{"website", v1::TO_PRACTICE}}), &operation);
  EXPECT_EQ(ReasonOf(status), "OPERATION_UNFINISHED") << status.error_message();
  EXPECT_EQ(WritesSent(subject.client), 0);
}

void FaultsTest::BringInSync(const std::string& link, const std::string& add_on) {
  Refresh(link);
  v1::SyncProfileRequest request;
  const v1::Diff diff = Diff(link);
  request.set_name(diff.profile());
  request.set_add_on(add_on);
  for (const v1::FieldDiff& field : diff.fields()) {
    const bool equal = field.state() == v1::FieldDiff::IN_SYNC ||
                       field.state() == v1::FieldDiff::NOT_COMPARABLE ||
                       field.state() == v1::FieldDiff::PRACTICE_UNKNOWN;
    if (equal) {
      continue;
    }
    v1::FieldSync* sync = request.add_fields();
    sync->set_field(field.field());
    sync->set_etag(field.etag());
    sync->set_direction(field.suggested_direction() == v1::TO_PRACTICE ? v1::TO_PRACTICE
                                                                       : v1::TO_PROFILE);
  }
  if (request.fields_size() > 0) {
    const v1::SyncOperation operation = Sync(request);
    EXPECT_EQ(v1::SyncOperation::State_Name(operation.state()), "DONE") << operation.DebugString();
    EXPECT_EQ(operation.unasked_changes_size(), 0) << operation.DebugString();
  }
  for (const auto& [field, side] : Sides(link)) {
    EXPECT_TRUE(absl::StartsWith(side, "IN_SYNC|") || absl::StartsWith(side, "NOT_COMPARABLE|"))
        << field << " " << side;
  }
}

void FaultsTest::Recover(const FaultRow& row, Subject* subject) {
  xpm_.ApplyLateWrites();
  xpm_.ClearCalls();
  if (row.written_late) {
    subject->record.Set("Website", subject->website);
    ++subject->applied_writes;
  }
  EXPECT_EQ(ChangedElements(subject->record, *xpm_.GetClient(subject->client)),
            std::set<std::string>());
  WaitUntilOpen(*subject);
  if (row.add_on != v1::AddOn::ACTIVE) {
    EXPECT_FALSE(row.error.retryable);
    RegainAccess(row, subject);
  }
  ResumeWrites(*subject);
  AskAgain(row, subject);
  const bool settled = row.state != v1::SyncOperation::UNKNOWN;
  if (settled) {
    BringInSync(subject->link, subject->add_on);
    BringInSync(subject->other_link, subject->add_on);
    // Whoever wrote last is who is kept.
    if (subject->record.Get("Website").empty()) {
      subject->record.Set("Website", subject->website);
    }
  } else {
    CheckStillPending(*subject);
  }
  EXPECT_EQ(ChangedElements(subject->record, *xpm_.GetClient(subject->client)),
            std::set<std::string>());
  EXPECT_EQ(Profile(absl::StrCat(Diff(subject->link).profile())
                        .substr(std::string("firms/harbour/profiles/").size()))
                .fields()
                .website(),
            settled ? subject->record.Get("Website") : subject->website);
  subject->applied_writes += AppliedWrites(subject->client);
  const bool unclear_and_not_applied = !settled && !row.written && !row.written_late;
  EXPECT_EQ(subject->applied_writes, unclear_and_not_applied ? 0 : 1) << "applied once";
}

}  // namespace profilesync::testing
