#include <algorithm>

#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {
namespace {

using ::testing::IsEmpty;
using Fate = RestoreItem::Fate;
using Outcome = UpdateResult::Outcome;

const RestoreItem* Find(const std::vector<RestoreItem>& plan, std::string_view name) {
  const auto found = std::find_if(plan.begin(), plan.end(),
                                  [name](const RestoreItem& item) { return item.name == name; });
  return found == plan.end() ? nullptr : &*found;
}

}  // namespace

RestoreContract::RestoreContract() : id_(side_->Add(Individual())), before_(Fetch(id_)) {
  const UpdateResult written =
      Write(id_, Parse<type::ClientFields>("primary_phone: '1' email: 'b@b.example'"));
  EXPECT_EQ(written.outcome, Outcome::kApplied) << written.status;
  after_ = Fetch(id_);
}

RestoreRequest RestoreContract::Request() {
  return {
      .client_id = id_, .before = before_.document, .after = after_.document, .now = Fetch(id_)};
}

std::vector<RestoreItem> RestoreContract::Plan() {
  const auto plan = connector().PlanRestore(tenant_, Request());
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan.value_or(std::vector<RestoreItem>());
}

TEST_P(RestoreContract, BringsBackWhatTheOperationChanged) {
  const std::vector<RestoreItem> plan = Plan();
  const RestoreItem* const phone = Find(plan, "primary_phone");
  ASSERT_NE(phone, nullptr);
  EXPECT_EQ(phone->fate, Fate::kWrite);
  EXPECT_EQ(phone->now.text(), "1");
  EXPECT_EQ(phone->wanted.text(), Individual().fields().primary_phone());
  EXPECT_NE(Find(plan, "email"), nullptr);

  const UpdateResult result = connector().Restore(tenant_, Request(), options_);
  ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
  EXPECT_THAT(result.other_changes, IsEmpty());
  EXPECT_THAT(Fetch(id_).client.fields(), EqualsFields(before_.client.fields()));
  // What can't be written, a masked number for one, is all that may be left.
  for (const RestoreItem& item : Plan()) {
    EXPECT_EQ(item.fate, Fate::kRefused) << item.name;
    EXPECT_NE(item.why, "") << item.name;
  }
}

TEST_P(RestoreContract, LeavesWhatWasChangedSince) {
  side_->Edit(id_, Parse<type::ClientFields>("primary_phone: '2' website: 'c.example'"));
  const std::vector<RestoreItem> plan = Plan();
  const RestoreItem* const phone = Find(plan, "primary_phone");
  ASSERT_NE(phone, nullptr);
  EXPECT_EQ(phone->fate, Fate::kMoved);
  const UpdateResult result = connector().Restore(tenant_, Request(), options_);
  ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
  const type::ClientFields now = Fetch(id_).client.fields();
  EXPECT_EQ(now.primary_phone(), "2");
  EXPECT_EQ(now.website(), "c.example");
  EXPECT_EQ(now.email(), before_.client.fields().email());
}

TEST_P(RestoreContract, WritesOnceWhateverBecomesOfIt) {
  int writes = side_->writes();
  for (const Trouble trouble : {Trouble::kNoAnswer, Trouble::kServerError, Trouble::kRefusal}) {
    side_->Break(Operation::kUpdate, trouble);
    const UpdateResult result = connector().Restore(tenant_, Request(), options_);
    EXPECT_EQ(result.outcome, trouble == Trouble::kRefusal ? Outcome::kRefused : Outcome::kUnclear);
    EXPECT_FALSE(result.after.has_value());
    EXPECT_EQ(side_->writes(), ++writes);
  }
}

TEST_P(RestoreContract, SendsNothingForAClientThatCantBeWrittenOrRead) {
  const int writes = side_->writes();
  RestoreRequest unreadable = Request();
  unreadable.before = "nothing that was ever a client";
  EXPECT_THAT(connector().PlanRestore(tenant_, unreadable).status(),
              IsError(absl::StatusCode::kInvalidArgument, v1::INVALID_REQUEST));
  EXPECT_EQ(connector().Restore(tenant_, unreadable, options_).outcome, Outcome::kRefused);
  side_->SetState(id_, type::PracticeClient::ARCHIVED);
  const UpdateResult archived = connector().Restore(tenant_, Request(), options_);
  EXPECT_EQ(archived.outcome, Outcome::kRefused);
  EXPECT_EQ(ReasonOf(archived.status), v1::PRACTICE_CLIENT_NOT_WRITABLE);
  EXPECT_EQ(side_->writes(), writes);
}

}  // namespace profilesync::connector
