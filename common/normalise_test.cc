#include "common/normalise.h"

#include "common/test_fields.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(NormaliserTest, ReadsEachFieldByItsKind) {
  struct Case {
    const char* field;
    const char* text;
    const char* bytes;
  };
  const Case cases[] = {
      {"email", "A@Example.org", "=a@example.org"},
      {"primary_phone", "09 555 0142", "=+6495550142"},
      {"other_phone", "021 555 1234", "=+64215551234"},
      {"website", "https://Example.org/", "=example.org"},
      {"name", "Ngata, Aroha", "=aroha ngata"},
      {"given_name", "AROHA", "=aroha"},
      {"date_of_birth", "29/02/1984", "=1984-02-29"},
      {"company_number", "123 456", "=123456"},
      {"business_number", "9429-041", "=9429041"},
  };
  const Normaliser normaliser("NZ", type::INDIVIDUAL);
  for (const Case& c : cases) {
    const Field& field = FieldNamed(c.field);
    type::ClientFields fields;
    field.Set(&fields, TextValue(c.text));
    EXPECT_EQ(normaliser.Normalise(field, TextValue(c.text)).bytes, c.bytes) << c.field;
    EXPECT_EQ(normaliser.Normalise(field, fields).bytes, c.bytes) << c.field;
  }
}

TEST(NormaliserTest, BlankOfAnySortIsTheEmptyForm) {
  const Normaliser normaliser("NZ", type::COMPANY);
  for (const Field& field : Catalogue::Get().All()) {
    type::ClientFields fields;
    EXPECT_TRUE(normaliser.Normalise(field, fields).blank()) << field.name();
    type::FieldValue value;
    field.Set(&fields, value);
    EXPECT_TRUE(normaliser.Normalise(field, fields).blank()) << field.name();
    if (field.is_address()) {
      value.mutable_address()->add_lines(" \r\n");
    } else {
      value.set_text(" \u00a0\n");
    }
    field.Set(&fields, value);
    EXPECT_TRUE(normaliser.Normalise(field, fields).blank()) << field.name();
    EXPECT_TRUE(normaliser.Normalise(field, value).blank()) << field.name();
  }
}

TEST(NormaliserTest, PunctuationIsNoBlank) {
  const Normaliser normaliser("NZ", type::INDIVIDUAL);
  for (const Field& field : Catalogue::Get().All()) {
    type::FieldValue value;
    if (field.is_address()) {
      value.mutable_address()->add_lines("-");
    } else {
      value.set_text(".");
    }
    EXPECT_EQ(normaliser.Normalise(field, value).blank(), field.sensitive()) << field.name();
  }
}

TEST(NormaliserTest, SensitiveValuesHaveNoForm) {
  const Normaliser normaliser("NZ", type::INDIVIDUAL);
  type::ClientFields fields;
  fields.set_tax_number("123456789");
  EXPECT_TRUE(normaliser.Normalise(FieldNamed("tax_number"), fields).blank());
  EXPECT_TRUE(normaliser.Normalise(FieldNamed("tax_number"), TextValue("123456789")).blank());
}

TEST(NormaliserTest, VersionNamesAllThatFormsDependOn) {
  const std::string version = Normaliser("NZ", type::COMPANY).version();
  EXPECT_EQ(version, Normaliser("NZ", type::TRUST).version());
  EXPECT_NE(version, Normaliser("AU", type::COMPANY).version());
  EXPECT_NE(version, Normaliser("NZ", type::INDIVIDUAL).version());
  EXPECT_EQ(version.substr(0, 4), "r3 p");
  EXPECT_EQ(version.find("p i"), std::string::npos) << "libphonenumber's version is missing";
  EXPECT_NE(version.find(" NZ entity"), std::string::npos);
}

TEST(NormalFormTest, TextNeverEqualsWhatWasRead) {
  EXPECT_NE(NormalForm::Parsed("a"), NormalForm::Unparsed("a"));
  EXPECT_EQ(NormalForm::Parsed(""), NormalForm::Unparsed(""));
  EXPECT_TRUE(NormalForm::Parsed("a").parsed());
  EXPECT_FALSE(NormalForm::Unparsed("a").parsed());
  EXPECT_TRUE(NormalForm().parsed());
}

}  // namespace
}  // namespace profilesync
