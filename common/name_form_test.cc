#include "common/name_form.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(NameFormTest, PersonsAreGivenNameFirst) {
  struct Case {
    const char* text;
    const char* bytes;
  };
  const Case cases[] = {
      {"Ngata, Aroha Mere", "=aroha mere ngata"},
      {"Aroha Mere Ngata", "=aroha mere ngata"},
      {"J.P. Smith", "=j p smith"},
      {"Smith,", "=smith,"},
      {", Aroha", "=, aroha"},
      {"Smith, John, Jr", "=smith, john, jr"},
      {"John Smith, Jr.", "=john smith, jr"},
      {"Wang, Ao", "=ao wang"},
      {"van der Berg, Am", "=van der berg, am"},
      {"O’Connell, Sean", "=sean o'connell"},
      {"", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(NameForm(c.text, type::INDIVIDUAL).bytes, c.bytes) << c.text;
    EXPECT_EQ(NameForm(c.text, type::SOLE_TRADER).bytes, c.bytes) << c.text;
  }
}

TEST(NameFormTest, OtherNamesAreText) {
  for (const auto kind : {type::COMPANY, type::TRUST, type::ESTATE, type::PARTY_KIND_UNSPECIFIED}) {
    EXPECT_FALSE(HasPersonName(kind));
    EXPECT_EQ(NameForm("Pine, Harbour Ltd.", kind).bytes, "=pine, harbour ltd.");
    EXPECT_EQ(NameForm("Pine’s", kind).bytes, "=pine's");
  }
}

}  // namespace
}  // namespace profilesync
