#include "common/validate_fields.h"

#include <string>
#include <vector>

#include "common/status.h"
#include "common/test_fields.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The paths that are refused when `changed` are set to what `fields` holds.
std::vector<std::string> Refused(const type::ClientFields& fields,
                                 const std::vector<const Field*>& changed) {
  Violations violations;
  ValidateFields(fields, changed, "NZ", "profile.fields", &violations);
  std::vector<std::string> paths;
  for (const auto& violation : ViolationsOf(violations.ToStatus())) {
    paths.push_back(violation.field());
  }
  return paths;
}

struct Case {
  const char* field;
  std::string text;
  bool allowed;
};

const Case kCases[] = {
    {"email", "aroha@example.co.nz", true},
    {"email", "aroha", false},
    {"email", "a@example.org, b@example.org", false},
    {"email", std::string(243, 'a') + "@example.nz", true},
    {"email", std::string(244, 'a') + "@example.nz", false},
    {"primary_phone", "09 555 0142", true},
    {"primary_phone", "111", true},
    {"primary_phone", "+44 20 7946 0000 ext 5, after hours", true},
    {"primary_phone", "11", false},
    {"primary_phone", "asdasdsad", false},
    {"website", "example.co.nz", true},
    {"website", "https://example.co.nz/a?b=c", true},
    {"website", "none", false},
    {"website", "javascript:alert(1)", false},
    {"name", "Harbour & Pine Ltd", true},
    {"name", std::string(255, 'x'), true},
    {"name", std::string(256, 'x'), false},
    {"name", std::string(127, 'x') + std::string("ā"), true},
    {"name", "a\tb", false},
    {"name", "a\nb", false},
    {"name", std::string("a\0b", 3), false},
    {"name",
     "a\x7f"
     "b",
     false},
    {"name", "a\u0085b", false},
    {"name", "a\u2028b", false},
    {"name", "a\xff", false},
    {"given_name", "Māia", true},
    {"date_of_birth", "1984-02-29", true},
    {"date_of_birth", "29/02/1984", true},
    {"date_of_birth", "1983-02-29", false},
    {"date_of_birth", "yesterday", false},
    {"company_number", "1234567", true},
    {"business_number", "51 824 753 556", true},
    {"tax_number", "123-456-789", true},
    {"tax_number", "******789", false},
};

TEST(ValidateFieldsTest, Table) {
  for (const Case& c : kCases) {
    const Field& field = FieldNamed(c.field);
    type::FieldValue value;
    value.set_text(c.text);
    type::ClientFields fields;
    field.Set(&fields, value);
    const std::vector<std::string> refused = Refused(fields, {&field});
    EXPECT_EQ(refused.empty(), c.allowed) << c.field << " = " << c.text;
    EXPECT_LE(refused.size(), 1u) << c.field << " = " << c.text;
  }
}

TEST(ValidateFieldsTest, BlankIsAlwaysAllowed) {
  for (const Field& field : Catalogue::Get().All()) {
    type::ClientFields fields;
    EXPECT_THAT(Refused(fields, {&field}), IsEmpty()) << field.name();
    type::FieldValue value;
    if (!field.is_address()) {
      value.set_text("  ");
    }
    field.Set(&fields, value);
    EXPECT_THAT(Refused(fields, {&field}), IsEmpty()) << field.name();
  }
}

TEST(ValidateFieldsTest, OnlyWhatChangedIsLookedAt) {
  type::ClientFields fields;
  fields.set_email("no address");
  fields.set_primary_phone("asdasdsad");
  EXPECT_THAT(Refused(fields, {}), IsEmpty());
  EXPECT_THAT(Refused(fields, {&FieldNamed("website")}), IsEmpty());
  EXPECT_THAT(Refused(fields, {&FieldNamed("email")}), ElementsAre("profile.fields.email"));
}

TEST(ValidateFieldsTest, AllViolationsAreListed) {
  type::ClientFields fields;
  fields.set_email("no address");
  fields.set_date_of_birth("yesterday");
  type::Address& address = *fields.mutable_postal_address();
  address.add_lines("12 Queen St\nNelson");
  address.add_lines(std::string(256, 'x'));
  address.add_lines("fine");
  address.set_city("a\tb");
  address.set_country("New Zealand");
  std::vector<const Field*> all;
  for (const Field& field : Catalogue::Get().All()) {
    all.push_back(&field);
  }
  EXPECT_THAT(
      Refused(fields, all),
      ElementsAre("profile.fields.email", "profile.fields.postal_address.lines[0]",
                  "profile.fields.postal_address.lines[1]", "profile.fields.postal_address.city",
                  "profile.fields.postal_address.country", "profile.fields.date_of_birth"));
}

TEST(ValidateFieldsTest, NonCharactersAreRefusedAndTheirNeighboursAreNot) {
  const Field& field = FieldNamed("name");
  const auto refused = [&field](const std::string& text) {
    type::ClientFields fields;
    fields.set_name(text);
    return !Refused(fields, {&field}).empty();
  };
  for (const char* text : {"\xef\xbf\xbe", "\xef\xbf\xbf", "a\xef\xbf\xbf", "\xef\xb7\x90",
                           "\xf0\x9f\xbf\xbe", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(refused(text)) << text;
  }
  for (const char* text : {"\xef\xbf\xbd", "\xee\x80\x80", "\xf0\x9f\xbf\xbd", "\xf4\x8f\xbf\xbd",
                           "\xf0\x9f\x98\x80"}) {
    EXPECT_FALSE(refused(text)) << text;
  }
  type::ClientFields fields;
  fields.mutable_postal_address()->add_lines("\xef\xbf\xbe");
  EXPECT_THAT(Refused(fields, {&FieldNamed("postal_address")}),
              ElementsAre("profile.fields.postal_address.lines[0]"));
}

TEST(ValidateFieldsTest, AddressesHaveSixLinesAndAnIsoCountry) {
  const Field& field = FieldNamed("physical_address");
  type::ClientFields fields;
  type::Address& address = *fields.mutable_physical_address();
  for (int i = 0; i < 6; ++i) {
    address.add_lines("line");
  }
  address.set_country("NZ");
  EXPECT_THAT(Refused(fields, {&field}), IsEmpty());
  address.add_lines("line");
  EXPECT_THAT(Refused(fields, {&field}), ElementsAre("profile.fields.physical_address.lines"));
  address.mutable_lines()->RemoveLast();
  for (const char* country : {"nz", "UK", "NZL", "XX", "New Zealand"}) {
    address.set_country(country);
    EXPECT_THAT(Refused(fields, {&field}), ElementsAre("profile.fields.physical_address.country"))
        << country;
  }
}

TEST(ValidateFieldsTest, AFaultyTextIsReportedOnceAndAnOverlongOneToo) {
  type::ClientFields fields;
  fields.set_name(std::string(300, '\n'));
  EXPECT_THAT(Refused(fields, {&FieldNamed("name")}),
              ElementsAre("profile.fields.name", "profile.fields.name"));
}

TEST(ValidateFieldsTest, MessagesNeverRepeatTheValue) {
  type::ClientFields fields;
  fields.set_tax_number("****sentinel");
  Violations violations;
  ValidateFields(fields, {&FieldNamed("tax_number")}, "NZ", "profile.fields", &violations);
  EXPECT_EQ(SV(violations.ToStatus().message()).find("sentinel"), std::string_view::npos);
}

}  // namespace
}  // namespace profilesync
