// A field that was to be written and that the practice system left blank: that is a value lost, and
// nothing that both sides agree on. What an answer only leaves out isn't.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using xpm_sandbox::FaultKind;

class EmptiedTest : public SyncTest {
 protected:
  // The practice client has another e-mail address than the profile.
  void LinkEmails(const std::string& id = "p", const std::string& before = "old@a.example") {
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_email("new@a.example");
    link_ = MakeLinked(id, fields, {{"Name", "A Ltd"}, {"Email", before}});
  }

  v1::SyncOperation PushEmail() { return Sync(Request(link_, {{"email", v1::TO_PRACTICE}})); }

  void Fail(FaultKind kind, const std::string& element, const std::string& value = "") {
    ASSERT_TRUE(
        xpm_.InjectFault(
                {.endpoint = "client.api/update", .kind = kind, .element = element, .value = value})
            .ok());
  }

  std::string link_;
};

TEST_F(EmptiedTest, ItIsReadAgainSuspendsWritesAndSetsNoBase) {
  LinkEmails();
  Fail(FaultKind::kAlsoSet, "Email");
  xpm_.ClearCalls();
  const v1::SyncOperation operation = PushEmail();
  EXPECT_EQ(Outcomes(operation), "coerced email");
  EXPECT_THAT(operation.field_results(0).message(), HasSubstr("left it blank"));
  EXPECT_FALSE(operation.field_results(0).has_kept_value());
  EXPECT_THAT(xpm_.calls("client.api/get"), SizeIs(2)) << "one before, one after";
  EXPECT_EQ(AddOn().write_suspension().sync_operation(), operation.name());
  EXPECT_THAT(AddOn().write_suspension().reason(), HasSubstr("email"));
  EXPECT_EQ(Field(link_, "email").state(), v1::FieldDiff::NEVER_SYNCED) << "no base was set";
  EXPECT_EQ(Diff(link_).differing_count(), 1) << "it stays in the queue";

  const v1::SyncOperation restored = Restore(operation.name());
  EXPECT_EQ(Client(link_).Get("Email"), "old@a.example") << restored.DebugString();
}

TEST_F(EmptiedTest, AnAnswerThatLeavesItOutIsHeldAgainstARead) {
  for (const auto& [id, before] : {std::pair("p", "old@a.example"), std::pair("q", "")}) {
    SCOPED_TRACE(id);
    LinkEmails(id, before);
    Fail(FaultKind::kAbsent, "Email");
    EXPECT_EQ(Outcomes(PushEmail()), "applied email");
    EXPECT_FALSE(AddOn().has_write_suspension());
    EXPECT_EQ(Field(link_, "email").state(), v1::FieldDiff::IN_SYNC);
  }
}

TEST_F(EmptiedTest, ATaxNumberThatIsGoneIsAValueLost) {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  fields.set_tax_number("123-456-782");
  link_ = MakeLinked("p", fields,
                     {{"Name", "A Ltd"}, {"TaxNumber", "136-410-132"}, {"CompanyNumber", "12"}});
  Fail(FaultKind::kAlsoSet, "TaxNumber");
  const v1::SyncOperation operation = Sync(Request(link_, {{"tax_number", v1::TO_PRACTICE}}));
  EXPECT_EQ(Outcomes(operation), "coerced tax_number") << operation.DebugString();
  EXPECT_EQ(AddOn().write_suspension().sync_operation(), operation.name());
}

// A restore's answer that leaves something out has restored it nevertheless.
TEST_F(EmptiedTest, ARestoresAnswerIsHeldAgainstAReadToo) {
  LinkEmails();
  Fail(FaultKind::kAlsoSet, "Email");
  const v1::SyncOperation operation = PushEmail();
  Resume();
  Fail(FaultKind::kAbsent, "Email");
  const v1::SyncOperation restored = Restore(operation.name());
  EXPECT_EQ(Outcomes(restored), "applied email") << restored.DebugString();
  EXPECT_FALSE(AddOn().has_write_suspension());
}

// Whose doing it is nobody knows; but if it is the write's, the next one does it too.
TEST_F(EmptiedTest, SoItIsWhereNoAnswerCameAndAPersonMustLook) {
  StopServer();
  config_.read_back_times = {.first = absl::Milliseconds(100), .second = absl::Milliseconds(200)};
  StartServer();
  LinkEmails();
  Fail(FaultKind::kDrop, "");
  const std::string operation = PushEmail().name();
  EditClient(link_, {{"Email", ""}});
  ASSERT_TRUE(WaitUntil([&] {
    return Operation(operation).state() == v1::SyncOperation::NEEDS_ATTENTION;
  })) << Operation(operation).DebugString();
  EXPECT_THAT(Unasked(Operation(operation)), ::testing::ElementsAre("email"));
  EXPECT_EQ(AddOn().write_suspension().sync_operation(), operation);
}

}  // namespace
}  // namespace profilesync::testing
