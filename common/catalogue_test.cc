#include "common/catalogue.h"

#include "common/test_fields.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

using testing::ElementsAre;

TEST(CatalogueTest, HoldsEveryFieldInTheOrderOfTheProto) {
  std::vector<std::string> names;
  for (const Field& field : Catalogue::Get().All()) {
    EXPECT_EQ(field.index(), static_cast<int>(names.size()));
    names.emplace_back(field.name());
  }
  EXPECT_THAT(names,
              ElementsAre("email", "primary_phone", "other_phone", "website", "physical_address",
                          "postal_address", "name", "given_name", "middle_name", "family_name",
                          "date_of_birth", "company_number", "business_number", "tax_number"));
  EXPECT_EQ(Catalogue::Get().size(), names.size());
}

TEST(CatalogueTest, EveryFieldIsDeclaredInFull) {
  for (const Field& field : Catalogue::Get().All()) {
    EXPECT_NE(field.kind(), type::FIELD_KIND_UNSPECIFIED) << field.name();
    EXPECT_FALSE(field.label().empty()) << field.name();
    EXPECT_GT(field.max_length(), 0) << field.name();
    EXPECT_EQ(Catalogue::Get().Find(field.name()), &field);
    EXPECT_EQ(Catalogue::Get().FindByNumber(field.number()), &field);
  }
}

TEST(CatalogueTest, FindsNothingElse) {
  EXPECT_EQ(Catalogue::Get().Find("Email"), nullptr);
  EXPECT_EQ(Catalogue::Get().Find(""), nullptr);
  for (const int number : {-1, 0, 1000}) {
    EXPECT_EQ(Catalogue::Get().FindByNumber(number), nullptr) << number;
  }
}

TEST(FieldTest, TellsWhatItsOptionsSay) {
  EXPECT_EQ(FieldNamed("website").kind(), type::URL);
  EXPECT_EQ(FieldNamed("website").label(), "Website");
  EXPECT_EQ(FieldNamed("website").max_length(), 2048);
  EXPECT_TRUE(FieldNamed("tax_number").sensitive());
  EXPECT_FALSE(FieldNamed("business_number").sensitive());
  EXPECT_TRUE(FieldNamed("postal_address").is_address());
  EXPECT_FALSE(FieldNamed("name").is_address());
}

TEST(FieldTest, AppliesToItsPartyKinds) {
  EXPECT_TRUE(FieldNamed("date_of_birth").AppliesTo(type::INDIVIDUAL));
  EXPECT_TRUE(FieldNamed("date_of_birth").AppliesTo(type::SOLE_TRADER));
  EXPECT_TRUE(FieldNamed("date_of_birth").AppliesTo(type::PARTY_KIND_UNSPECIFIED));
  EXPECT_FALSE(FieldNamed("date_of_birth").AppliesTo(type::COMPANY));
  EXPECT_TRUE(FieldNamed("email").AppliesTo(type::COMPANY));
  EXPECT_TRUE(FieldNamed("email").AppliesTo(type::OTHER));
}

TEST(FieldTest, AbsentPresentAndBlankAreToldApart) {
  for (const Field& field : Catalogue::Get().All()) {
    type::ClientFields fields;
    EXPECT_FALSE(field.Has(fields)) << field.name();
    EXPECT_EQ(field.Get(fields).value_case(), type::FieldValue::VALUE_NOT_SET) << field.name();

    field.Set(&fields, type::FieldValue());
    EXPECT_TRUE(field.Has(fields)) << field.name();
    EXPECT_EQ(field.Get(fields).value_case(), type::FieldValue::VALUE_NOT_SET) << field.name();

    type::FieldValue value;
    if (field.is_address()) {
      value.mutable_address()->add_lines("12 Queen St");
    } else {
      value.set_text("x");
    }
    field.Set(&fields, value);
    EXPECT_EQ(field.Get(fields).SerializeAsString(), value.SerializeAsString()) << field.name();

    field.Clear(&fields);
    EXPECT_FALSE(field.Has(fields)) << field.name();
  }
}

TEST(FieldTest, SettingAnAddressReplacesItWhole) {
  type::ClientFields fields;
  fields.mutable_postal_address()->add_lines("PO Box 1");
  fields.mutable_postal_address()->set_city("Nelson");
  type::FieldValue value;
  value.mutable_address()->add_lines("PO Box 2");
  FieldNamed("postal_address").Set(&fields, value);
  EXPECT_THAT(fields.postal_address().lines(), ElementsAre("PO Box 2"));
  EXPECT_EQ(fields.postal_address().city(), "");
}

TEST(FieldTest, ReadsInPlace) {
  type::ClientFields fields;
  EXPECT_EQ(FieldNamed("email").Text(fields), "");
  EXPECT_EQ(FieldNamed("postal_address").Address(fields).city(), "");
  fields.set_email("aroha@example.co.nz");
  fields.mutable_postal_address()->set_city("Nelson");
  EXPECT_EQ(FieldNamed("email").Text(fields).data(), fields.email().data());
  EXPECT_EQ(&FieldNamed("postal_address").Address(fields), &fields.postal_address());
}

TEST(IsBlankTest, WhiteSpaceAndEmptyPartsAreBlank) {
  EXPECT_TRUE(IsBlank(""));
  EXPECT_TRUE(IsBlank(" \t\r\n\u00a0\u200b"));
  EXPECT_FALSE(IsBlank("-"));

  type::FieldValue value;
  EXPECT_TRUE(IsBlank(value));
  value.mutable_address();
  EXPECT_TRUE(IsBlank(value));
  value.mutable_address()->add_lines(" \n");
  value.mutable_address()->set_city(" ");
  EXPECT_TRUE(IsBlank(value));
  value.mutable_address()->set_country("NZ");
  EXPECT_FALSE(IsBlank(value));
  value.set_text("  ");
  EXPECT_TRUE(IsBlank(value));
}

}  // namespace
}  // namespace profilesync
