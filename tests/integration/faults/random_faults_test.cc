// Syncs, refreshes and searches while every third call to XPM fails in one way or another, the same
// for the same seed. At each step what was asked is done, or it isn't, or nobody calls it known.
#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/integration/faults/fixture.h"
#include "tests/integration/sync/elements.h"
#include "tests/support/seeds.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::ClientRecord;
using xpm_sandbox::FaultKind;

constexpr int kLinks = 24;
constexpr int kSteps = 300;
constexpr std::array<unsigned, 2> kOwnSeeds = {2, 19};

// Fields of one element each, all of them with a value on both sides.
const std::vector<std::string>& SyncedFields() {
  static const auto* const kFields =
      new std::vector<std::string>{"email", "website", "primary_phone", "other_phone"};
  return *kFields;
}

// All that come at random, but those that are waited for: the rows of the table have them.
std::vector<FaultKind> QuickKinds() {
  const std::set<FaultKind> slow = {FaultKind::kTimeout,    FaultKind::kLateTimeout,
                                    FaultKind::kRateMinute, FaultKind::kRateDay,
                                    FaultKind::kRateApp,    FaultKind::kRateConcurrent};
  std::vector<FaultKind> kinds = xpm_sandbox::RandomFaultKinds();
  std::erase_if(kinds, [&](FaultKind kind) { return slow.contains(kind); });
  return kinds;
}

class RandomFaultsTest : public FaultsTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  // Both sides of a link at one moment.
  struct Now {
    v1::Profile profile;
    ClientRecord client;
  };
  // A write of which nobody knew whether it was applied.
  struct Unclear {
    Subject subject;
    v1::SyncOperation operation;
    Now before;
  };

  RandomFaultsTest() : random_(GetParam()) {
    for (int i = 0; i < kLinks; ++i) {
      Subject subject = MakeSubject(Verb::kRefreshLink);
      EditAll(subject);
      Refresh(subject.link);
      BringInSync(subject.link, subject.add_on);
      subjects_.push_back(std::move(subject));
    }
  }

  std::size_t Below(std::size_t end) { return random_() % end; }

  std::string NewValue(const std::string& field) {
    const std::string n = absl::StrCat(1000 + values_++);
    return field == "email"     ? absl::StrCat("n", n, "@a.example")
           : field == "website" ? absl::StrCat("n", n, ".example")
                                : absl::StrCat("04 555 ", n);
  }
  void Edit(const Subject& subject, const std::string& field) {
    EXPECT_TRUE(
        xpm_.EditClient(subject.client, {.values = {{ElementsOf(field)[0], NewValue(field)}}})
            .ok());
  }
  void EditAll(const Subject& subject) {
    for (const std::string& field : SyncedFields()) {
      Edit(subject, field);
    }
  }
  Now Look(const Subject& subject) {
    const std::string profile = Diff(subject.link).profile();
    return {Profile(profile.substr(profile.rfind('/') + 1)), *xpm_.GetClient(subject.client)};
  }
  static std::string Of(const v1::Profile& profile, const std::string& field) {
    const auto* descriptor = type::ClientFields::descriptor()->FindFieldByName(field);
    return profile.fields().GetReflection()->GetString(profile.fields(), descriptor);
  }
  static std::string Of(const ClientRecord& client, const std::string& field) {
    return client.Get(ElementsOf(field)[0]);
  }

  // As a person does who sees the add-on's state.
  void SeeToAddOn(const Subject& subject) {
    const v1::AddOn add_on = AddOn(subject);
    if (add_on.state() != v1::AddOn::ACTIVE) {
      Authorise(subject.add_on);
    }
    if (add_on.has_write_suspension()) {
      v1::ResumeAddOnWritesRequest request;
      request.set_name(subject.add_on);
      v1::AddOn resumed;
      EXPECT_TRUE(
          Call(*add_ons_, &v1::AddOnService::Stub::ResumeAddOnWrites, request, &resumed).ok());
    }
  }

  // Of fields that differ, in directions that are permitted.
  v1::SyncProfileRequest RandomSync(const Subject& subject) {
    v1::SyncProfileRequest request;
    const v1::Diff diff = Diff(subject.link);
    request.set_name(diff.profile());
    request.set_add_on(subject.add_on);
    request.set_allow_partial(Below(2) == 0);
    for (const v1::FieldDiff& field : diff.fields()) {
      const auto& fields = SyncedFields();
      const bool ours = std::find(fields.begin(), fields.end(), field.field()) != fields.end();
      if (!ours || field.state() == v1::FieldDiff::IN_SYNC ||
          field.permitted_directions().empty()) {
        continue;
      }
      v1::FieldSync* sync = request.add_fields();
      sync->set_field(field.field());
      sync->set_etag(field.etag());
      sync->set_direction(
          field.permitted_directions(static_cast<int>(Below(field.permitted_directions_size()))));
    }
    return request;
  }

  void ExpectSame(const Now& before, const Now& after, const std::set<std::string>& but) {
    for (const std::string& field : SyncedFields()) {
      if (!but.contains(field)) {
        EXPECT_EQ(Of(after.profile, field), Of(before.profile, field)) << field;
        EXPECT_EQ(Of(after.client, field), Of(before.client, field)) << field;
      }
    }
    std::set<std::string> changed = ChangedElements(before.client, after.client);
    for (const std::string& field : SyncedFields()) {
      changed.erase(ElementsOf(field)[0]);
    }
    EXPECT_EQ(changed, std::set<std::string>());
  }

  // Whether one field is as its outcome says.
  void CheckField(const v1::FieldResult& result, const Now& before, const Now& after) {
    const std::string& field = result.field();
    const bool push = result.direction() == v1::TO_PRACTICE;
    const std::string wanted = push ? Of(before.profile, field) : Of(before.client, field);
    const std::string was = push ? Of(before.client, field) : Of(before.profile, field);
    const std::string is = push ? Of(after.client, field) : Of(after.profile, field);
    EXPECT_EQ(push ? Of(after.profile, field) : Of(after.client, field), wanted)
        << "the side that is read stays: " << field;
    switch (result.outcome()) {
      case v1::FieldResult::APPLIED:
      case v1::FieldResult::UNCHANGED:
        EXPECT_EQ(is, wanted) << result.DebugString();
        break;
      case v1::FieldResult::UNKNOWN:
        EXPECT_TRUE(push && (is == wanted || is == was)) << result.DebugString();
        break;
      case v1::FieldResult::MOVED:
      case v1::FieldResult::NOT_APPLIED:
        EXPECT_EQ(is, was) << result.DebugString();
        break;
      default:
        ADD_FAILURE() << result.DebugString();
    }
  }

  // Returns whether the link can be synced on.
  bool SyncStep(const Subject& subject) {
    const v1::SyncProfileRequest request = RandomSync(subject);
    if (request.fields().empty()) {
      return true;
    }
    const Now before = Look(subject);
    v1::SyncOperation operation;
    const grpc::Status status = Sync(request, &operation);
    const Now after = Look(subject);
    const int applied = AppliedWrites(subject.client);
    SCOPED_TRACE(status.ok() ? operation.DebugString() : status.error_message());
    EXPECT_LE(WritesSent(subject.client), 1) << "no write is sent twice";
    EXPECT_LE(applied, 1);
    if (!status.ok()) {
      ++errors_;
      EXPECT_EQ(WritesSent(subject.client), 0);
      ExpectSame(before, after, {});
      return true;
    }
    std::set<std::string> named;
    for (const v1::FieldResult& result : operation.field_results()) {
      named.insert(result.field());
      CheckField(result, before, after);
    }
    ExpectSame(before, after, named);
    EXPECT_EQ(Operation(operation.name()).DebugString(), operation.DebugString());
    done_ += operation.state() == v1::SyncOperation::DONE ? applied : 0;
    failed_ += operation.state() == v1::SyncOperation::FAILED ? 1 : 0;
    if (operation.state() == v1::SyncOperation::UNKNOWN) {
      unclear_.push_back({subject, operation, before});
      return false;
    }
    return true;
  }

  void ReadStep(Subject& subject) {
    const Now before = Look(subject);
    const std::vector<Verb> verbs = {Verb::kRefreshLink, Verb::kSearch, Verb::kBrowse};
    const google::rpc::Status error = Ask(verbs[Below(verbs.size())], &subject);
    errors_ += error.code() == 0 ? 0 : 1;
    ExpectSame(before, Look(subject), {});
    EXPECT_EQ(WritesSent(subject.client), 0);
  }

  // Still not known, whatever has become of it; and what was applied late was applied once.
  void CheckUnclear(const Unclear& unclear) {
    SCOPED_TRACE(unclear.operation.DebugString());
    Refresh(unclear.subject.link);
    EXPECT_EQ(Operation(unclear.operation.name()).DebugString(), unclear.operation.DebugString());
    const Now now = Look(unclear.subject);
    std::set<std::string> named;
    for (const v1::FieldResult& result : unclear.operation.field_results()) {
      named.insert(result.field());
      CheckField(result, unclear.before, now);
      if (result.outcome() == v1::FieldResult::UNKNOWN) {
        EXPECT_EQ(Field(unclear.subject.link, result.field()).state(), v1::FieldDiff::PENDING);
      }
    }
    ExpectSame(unclear.before, now, named);
  }

  std::mt19937 random_;
  std::vector<Subject> subjects_;
  std::vector<Unclear> unclear_;
  int values_ = 0;
  int errors_ = 0;
  int done_ = 0;
  int failed_ = 0;
};

TEST_P(RandomFaultsTest, NothingIsLostAppliedTwiceOrDoneByGuess) {
  // Late writes wait for the end: delay_ms is real time.
  ASSERT_TRUE(
      xpm_.SetRandomFaults(
              {.seed = GetParam(), .probability = 0.33, .kinds = QuickKinds(), .delay_ms = 0})
          .ok());
  for (int i = 0; i < kSteps && !subjects_.empty() && !HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), ", step ", i));
    const std::size_t which = Below(subjects_.size());
    Subject& subject = subjects_[which];
    SeeToAddOn(subject);
    xpm_.ClearCalls();
    if (Below(4) == 0) {
      ReadStep(subject);
      continue;
    }
    Edit(subject, SyncedFields()[Below(SyncedFields().size())]);
    TryRefresh(subject.link);  // or what was known before is synced, if it hasn't moved
    xpm_.ClearCalls();
    if (!SyncStep(subject)) {
      subjects_.erase(subjects_.begin() + static_cast<std::ptrdiff_t>(which));
    }
  }
  ASSERT_TRUE(xpm_.SetRandomFaults({}).ok());
  xpm_.ApplyLateWrites();
  for (const Unclear& unclear : unclear_) {
    SeeToAddOn(unclear.subject);
    CheckUnclear(unclear);
  }
  for (const Subject& subject : subjects_) {
    SeeToAddOn(subject);
    BringInSync(subject.link, subject.add_on);
  }
  // That the steps were such as to mean something. The last two are rare: of one seed in ten or so
  // nothing comes that is refused, so they are asked of the seeds that are always run.
  EXPECT_GE(errors_, kSteps / 20);
  EXPECT_GE(done_, kSteps / 20);
  if (std::find(kOwnSeeds.begin(), kOwnSeeds.end(), GetParam()) != kOwnSeeds.end()) {
    EXPECT_GE(failed_, 1);
    EXPECT_GE(unclear_.size(), 2U);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFaultsTest,
                         ::testing::ValuesIn(Seeds({kOwnSeeds.begin(), kOwnSeeds.end()})));

}  // namespace
}  // namespace profilesync::testing
