// Sensitive values never reach the disk in the clear, and sealed ones can't be moved about.
#include "common/error.h"
#include "common/resource_name.h"
#include "server/store/contract/store_contract.h"
#include "server/store/sqlite/test_database.h"

namespace profilesync::store {
namespace {

constexpr char kSentinel[] = "SENTINEL-987-654-321";
constexpr char kControl[] = "control-that-is-in-the-clear";

type::FieldValue TextValue(const std::string& text) {
  type::FieldValue value;
  value.set_text(text);
  return value;
}

absl::Status WriteSentinels(Transaction& t, const std::string& id) {
  ProfileRow profile = MakeProfile("f", id, kControl);
  profile.profile.mutable_fields()->set_tax_number(kSentinel);
  EXPECT_TRUE(t.PutProfile(profile).ok());

  LinkRow link = MakeLink("f", id, id, "a", id);
  storage::v1::FieldBase* base = link.bases.add_bases();
  base->set_field_number(type::ClientFields::kTaxNumberFieldNumber);
  *base->mutable_profile_value() = TextValue(kSentinel);
  EXPECT_TRUE(t.PutLink(link).ok());

  storage::v1::Snapshot snapshot;
  snapshot.mutable_client()->mutable_fields()->set_tax_number(kSentinel);
  EXPECT_TRUE(t.PutSnapshot("f", id, snapshot).ok());

  SyncOperationRow operation = MakeOperation("f", id, id, id, v1::SyncOperation::DONE);
  operation.journal.set_pre_image(kSentinel);
  *operation.journal.add_fields()->mutable_wanted() = TextValue(kSentinel);
  operation.operation.add_field_results()->set_field("tax_number");
  *operation.operation.mutable_field_results(0)->mutable_wanted_value() = TextValue(kSentinel);
  EXPECT_TRUE(t.PutSyncOperation(operation).ok());

  storage::v1::AddOnCredentials credentials;
  credentials.mutable_tokens()->set_refresh_token(kSentinel);
  credentials.mutable_pending()->set_code_verifier(kSentinel);
  EXPECT_TRUE(t.PutCredentials("f", id, credentials).ok());

  v1::ProfileChange change;
  *change.mutable_profile() = profile.profile;
  EXPECT_TRUE(t.AppendProfileChange("f", &change).ok());

  v1::FieldHistoryEntry entry;
  entry.set_field("tax_number");
  *entry.mutable_new_value() = TextValue(kSentinel);
  return t.AppendFieldHistory("f", id, entry);
}

TEST(SqliteSealingTest, NoFileHoldsASensitiveValue) {
  TestDatabase database;
  {
    const auto store = database.Open();
    for (const std::string id : {"p", "q"}) {
      ASSERT_TRUE(store->WriteAndWait([&](Transaction& t) { return WriteSentinels(t, id); }).ok());
    }
    // Not even one of a unit that was undone after it had been written.
    EXPECT_FALSE(store
                     ->WriteAndWait([](Transaction& t) {
                       EXPECT_TRUE(WriteSentinels(t, "undone").ok());
                       return absl::CancelledError("undone");
                     })
                     .ok());
    ASSERT_TRUE(store->WriteAndWait([](Transaction& t) { return t.DeleteProfile("f", "q"); }).ok());
    const std::string open = database.AllBytes();
    EXPECT_NE(open.find(kControl), std::string::npos);
    EXPECT_EQ(open.find(kSentinel), std::string::npos);
  }
  const std::string closed = database.AllBytes();
  EXPECT_NE(closed.find(kControl), std::string::npos);
  EXPECT_EQ(closed.find(kSentinel), std::string::npos);

  const auto store = database.Open();
  const absl::Status status = store->Read([](const Reader& r) {
    EXPECT_EQ((*r.FindProfile("f", "p"))->profile.fields().tax_number(), kSentinel);
    EXPECT_EQ((*r.FindLink("f", "p"))->bases.bases(0).profile_value().text(), kSentinel);
    EXPECT_EQ((*r.FindSnapshot("f", "p"))->client().fields().tax_number(), kSentinel);
    EXPECT_EQ((*r.FindSyncOperation("f", "p"))->journal.pre_image(), kSentinel);
    EXPECT_EQ((*r.FindCredentials("f", "p"))->tokens().refresh_token(), kSentinel);
    EXPECT_EQ((*r.ListProfileChanges("f", 1, 1))[0].profile().fields().tax_number(), "******321");
    EXPECT_EQ((*r.ListFieldHistory("f", "p", "", 1))[0].new_value().text(), "******321");
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SqliteSealingTest, ASealedValueInAnotherRowIsNotOpened) {
  TestDatabase database;
  const auto store = database.Open();
  for (const std::string id : {"p", "q"}) {
    ASSERT_TRUE(store->WriteAndWait([&](Transaction& t) { return WriteSentinels(t, id); }).ok());
  }
  database.Sql(
      "UPDATE profiles SET extra = (SELECT extra FROM profiles WHERE profile_id = 'q')"
      " WHERE profile_id = 'p';"
      "UPDATE snapshots SET data = (SELECT data FROM snapshots WHERE link_id = 'q')"
      " WHERE link_id = 'p';"
      "UPDATE links SET bases = (SELECT bases FROM links WHERE link_id = 'q') WHERE link_id = 'p';"
      "UPDATE sync_operations SET journal = (SELECT journal FROM sync_operations"
      " WHERE operation_id = 'q') WHERE operation_id = 'p';"
      "UPDATE add_on_credentials SET data = (SELECT data FROM add_on_credentials"
      " WHERE add_on_id = 'q') WHERE add_on_id = 'p'");
  const auto reads = [](const Reader& r, const std::string& id) {
    return std::vector<absl::Status>{r.FindProfile("f", id).status(), r.FindLink("f", id).status(),
                                     r.FindSnapshot("f", id).status(),
                                     r.FindSyncOperation("f", id).status(),
                                     r.FindCredentials("f", id).status()};
  };
  const absl::Status status = store->Read([&](const Reader& r) {
    for (const absl::Status& moved : reads(r, "p")) {
      EXPECT_EQ(ReasonOf(moved), v1::STORE_UNAVAILABLE) << moved;
    }
    for (const absl::Status& untouched : reads(r, "q")) {
      EXPECT_TRUE(untouched.ok()) << untouched;
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace profilesync::store
