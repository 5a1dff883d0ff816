#include "server/store/sensitive.h"

#include <gtest/gtest.h>

namespace profilesync::store {
namespace {

constexpr char kSecret[] = "123-456-789";

ProfileRow SecretProfile() {
  ProfileRow row;
  row.profile.set_name("firms/f/profiles/p");
  row.profile.mutable_fields()->set_name("Aroha");
  row.profile.mutable_fields()->set_tax_number(kSecret);
  auto* forms = row.extra.mutable_forms();
  forms->add_forms()->set_field_number(type::ClientFields::kNameFieldNumber);
  forms->add_forms()->set_field_number(type::ClientFields::kTaxNumberFieldNumber);
  forms->mutable_forms(1)->set_form(kSecret);
  return row;
}

TEST(SensitiveTest, ValuesAreSealedAndOpened) {
  const Sealer sealer(SealingKey::Random());
  ProfileRow row = SecretProfile();
  SealValues(sealer, &row);
  EXPECT_FALSE(row.profile.fields().has_tax_number());
  EXPECT_EQ(row.profile.fields().name(), "Aroha");
  EXPECT_EQ((row.profile.SerializeAsString() + row.extra.SerializeAsString()).find(kSecret),
            std::string::npos);
  EXPECT_EQ(row.extra.forms().forms_size(), 1);
  ASSERT_TRUE(OpenValues(sealer, &row).ok());
  EXPECT_EQ(row.profile.fields().tax_number(), kSecret);
  EXPECT_TRUE(row.extra.sealed_values().empty());
}

TEST(SensitiveTest, ASealedValueDoesNotOpenInAnotherProfile) {
  const Sealer sealer(SealingKey::Random());
  ProfileRow row = SecretProfile();
  SealValues(sealer, &row);
  row.profile.set_name("firms/f/profiles/q");
  EXPECT_EQ(OpenValues(sealer, &row).code(), absl::StatusCode::kDataLoss);
}

TEST(SensitiveTest, OnlySensitiveFieldsMakeARecordSealed) {
  storage::v1::Snapshot snapshot;
  snapshot.mutable_client()->mutable_fields()->set_email("a@example.com");
  EXPECT_FALSE(HoldsSensitive(snapshot));
  snapshot.mutable_client()->mutable_fields()->set_tax_number(kSecret);
  EXPECT_TRUE(HoldsSensitive(snapshot));
  storage::v1::FieldBases bases;
  bases.add_bases()->set_field_number(type::ClientFields::kEmailFieldNumber);
  bases.add_bases()->set_field_number(9'999);
  EXPECT_FALSE(HoldsSensitive(bases));
  bases.add_bases()->set_field_number(type::ClientFields::kTaxNumberFieldNumber);
  EXPECT_TRUE(HoldsSensitive(bases));
}

TEST(SensitiveTest, RawValuesAreMaskedAndMaskedOnesKept) {
  for (const std::string value : {kSecret, "******789", "******"}) {
    const std::string expected = value == kSecret ? "******789" : value;
    v1::ProfileChange change;
    change.mutable_profile()->mutable_fields()->set_tax_number(value);
    MaskRecord(&change);
    EXPECT_EQ(change.profile().fields().tax_number(), expected);

    v1::SyncOperation operation;
    v1::FieldResult* result = operation.add_field_results();
    result->set_field("tax_number");
    result->mutable_old_value()->set_text(value);
    result->mutable_wanted_value()->set_text(value);
    v1::UnaskedChange* unasked = operation.add_unasked_changes();
    unasked->set_field("tax_number");
    unasked->mutable_new_value()->set_text(value);
    MaskRecord(&operation);
    EXPECT_EQ(result->old_value().text(), expected);
    EXPECT_EQ(result->wanted_value().text(), expected);
    EXPECT_EQ(unasked->new_value().text(), expected);
    EXPECT_FALSE(result->has_kept_value());
    EXPECT_FALSE(unasked->has_old_value());

    v1::FieldHistoryEntry entry;
    entry.set_field("tax_number");
    entry.mutable_new_value()->set_text(value);
    MaskRecord(&entry);
    EXPECT_EQ(entry.new_value().text(), expected);
    EXPECT_FALSE(entry.has_old_value());
  }
}

TEST(SensitiveTest, OtherFieldsAreLeftAlone) {
  v1::FieldHistoryEntry entry;
  entry.set_field("email");
  entry.mutable_new_value()->set_text("a@example.com");
  MaskRecord(&entry);
  EXPECT_EQ(entry.new_value().text(), "a@example.com");
  v1::ProfileChange deleted;
  deleted.mutable_profile()->set_name("firms/f/profiles/p");
  MaskRecord(&deleted);
  EXPECT_FALSE(deleted.profile().has_fields());
}

}  // namespace
}  // namespace profilesync::store
