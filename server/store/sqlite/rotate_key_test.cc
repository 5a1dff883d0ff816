#include "server/store/sqlite/rotate_key.h"

#include "common/status.h"
#include "server/store/contract/store_contract.h"
#include "server/store/sqlite/test_database.h"

namespace profilesync::store {
namespace {

using ::testing::HasSubstr;

constexpr char kSecret[] = "SENTINEL-987-654-321";
constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;

type::FieldValue Text(const std::string& text) {
  type::FieldValue value;
  value.set_text(text);
  return value;
}

// Everything that is sealed, for one id.
absl::Status WriteSealed(Transaction& t, const std::string& firm, const std::string& id) {
  ProfileRow profile = MakeProfile(firm, id, "Name " + id);
  profile.profile.mutable_fields()->set_tax_number(kSecret);
  EXPECT_TRUE(t.PutProfile(profile).ok());
  LinkRow link = MakeLink(firm, id, id, "a", id);
  storage::v1::FieldBase* base = link.bases.add_bases();
  base->set_field_number(type::ClientFields::kTaxNumberFieldNumber);
  *base->mutable_profile_value() = Text(kSecret);
  EXPECT_TRUE(t.PutLink(link).ok());
  storage::v1::Snapshot snapshot;
  snapshot.mutable_client()->mutable_fields()->set_tax_number(kSecret);
  EXPECT_TRUE(t.PutSnapshot(firm, id, snapshot).ok());
  SyncOperationRow operation = MakeOperation(firm, id, id, id, v1::SyncOperation::DONE);
  operation.journal.set_pre_image(kSecret);
  EXPECT_TRUE(t.PutSyncOperation(operation).ok());
  storage::v1::AddOnCredentials credentials;
  credentials.mutable_tokens()->set_refresh_token(kSecret);
  EXPECT_TRUE(t.PutAddOn(MakeAddOn(firm, id, "xpm", id)).ok());
  return t.PutCredentials(firm, id, credentials);
}

class SqliteRotateKeyTest : public ::testing::Test {
 protected:
  // More rows than are read at a time.
  static constexpr int kRows = 450;

  SqliteRotateKeyTest() {
    const auto store = database_.Open();
    const absl::Status written = store->WriteAndWait([](Transaction& t) {
      EXPECT_TRUE(t.PutFirm(MakeFirm("f")).ok());
      EXPECT_TRUE(t.PutFirm(MakeFirm("g")).ok());
      EXPECT_TRUE(WriteSealed(t, "g", "only").ok());
      for (int i = 0; i < kRows; ++i) {
        EXPECT_TRUE(WriteSealed(t, "f", "id" + std::to_string(i)).ok());
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(written.ok()) << written;
    master_secret_ = store->master_secret();
  }

  absl::Status Rotate() { return RotateKey(database_.path(), *database_.options().sealer, fresh_); }

  void ExpectWhole(const Sealer& sealer) {
    SqliteOptions options = database_.options();
    options.sealer = const_cast<Sealer*>(&sealer);
    const auto store = SqliteStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ((*store)->master_secret(), master_secret_);
    const absl::Status read = (*store)->Read([&](const Reader& r) {
      ExpectRows(r, "g", "only");
      for (int i = 0; i < kRows; ++i) {
        ExpectRows(r, "f", "id" + std::to_string(i));
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
  }
  static void ExpectRows(const Reader& r, const std::string& firm, const std::string& id) {
    EXPECT_EQ((*r.FindProfile(firm, id))->profile.fields().tax_number(), kSecret);
    EXPECT_EQ((*r.FindLink(firm, id))->bases.bases(0).profile_value().text(), kSecret);
    EXPECT_EQ((*r.FindSnapshot(firm, id))->client().fields().tax_number(), kSecret);
    EXPECT_EQ((*r.FindSyncOperation(firm, id))->journal.pre_image(), kSecret);
    EXPECT_EQ((*r.FindCredentials(firm, id))->tokens().refresh_token(), kSecret);
  }

  TestDatabase database_;
  const Sealer fresh_{SealingKey::Random()};
  std::string master_secret_;
};

TEST_F(SqliteRotateKeyTest, SealsEverythingWithTheNewKey) {
  ASSERT_EQ(database_.Sql("SELECT count(*) FROM snapshots").front(), std::to_string(kRows + 1));
  const absl::Status status = Rotate();
  ASSERT_TRUE(status.ok()) << status;
  ExpectWhole(fresh_);
  EXPECT_EQ(database_.AllBytes().find(database_.options().sealer->header()), std::string::npos);
  EXPECT_EQ(database_.TryOpen().status().code(), kRefused);  // with the old key
}

TEST_F(SqliteRotateKeyTest, AWrongOldKeyChangesNothing) {
  const Sealer wrong(SealingKey::Random());
  const absl::Status status = RotateKey(database_.path(), wrong, fresh_);
  EXPECT_EQ(status.code(), kRefused);
  EXPECT_THAT(std::string(SV(status.message())), HasSubstr("sealed with another key"));
  ExpectWhole(*database_.options().sealer);
}

TEST_F(SqliteRotateKeyTest, TheSameKeyIsRefused) {
  const absl::Status status =
      RotateKey(database_.path(), *database_.options().sealer, *database_.options().sealer);
  EXPECT_EQ(status.code(), kRefused);
}

TEST_F(SqliteRotateKeyTest, IsRefusedWhileTheStoreIsOpen) {
  {
    const auto store = database_.Open();
    const absl::Status status = Rotate();
    EXPECT_EQ(status.code(), kRefused);
    EXPECT_THAT(std::string(SV(status.message())), HasSubstr("stop it first"));
  }
  ExpectWhole(*database_.options().sealer);
}

TEST_F(SqliteRotateKeyTest, AValueThatWouldBeForgottenStopsIt) {
  database_.Sql(
      "CREATE TABLE later (id INTEGER PRIMARY KEY, data BLOB) STRICT;"
      "INSERT INTO later SELECT 1, data FROM snapshots LIMIT 1");
  const absl::Status status = Rotate();
  EXPECT_EQ(status.code(), kRefused);
  EXPECT_THAT(std::string(SV(status.message())), HasSubstr("later.data"));
  ExpectWhole(*database_.options().sealer);
}

TEST_F(SqliteRotateKeyTest, ADamagedRowChangesNothing) {
  database_.Sql(
      "UPDATE sync_operations SET journal = substr(journal, 1, 40)"
      " WHERE operation_id = 'id300'");
  EXPECT_FALSE(Rotate().ok());
  const auto store = database_.Open();  // with the old key
  const absl::Status read = store->Read([](const Reader& r) {
    ExpectRows(r, "f", "id299");
    ExpectRows(r, "f", "id301");
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
}

}  // namespace
}  // namespace profilesync::store
