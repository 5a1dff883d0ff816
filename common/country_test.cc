#include "common/country.h"

#include "gtest/gtest.h"

namespace profilesync {
namespace {

TEST(CountriesTest, KnowsCodesInCapitalsOnly) {
  const Countries& countries = Countries::Get();
  for (const char* code : {"NZ", "AU", "GB", "US", "FJ", "WS"}) {
    EXPECT_TRUE(countries.IsCode(code)) << code;
  }
  for (const char* code : {"nz", "UK", "NZL", "New Zealand", "", "XX"}) {
    EXPECT_FALSE(countries.IsCode(code)) << code;
  }
}

TEST(CountriesTest, NamesAreIcus) {
  EXPECT_EQ(Countries::Get().NameOf("NZ"), "New Zealand");
  EXPECT_EQ(Countries::Get().NameOf("GB"), "United Kingdom");
  EXPECT_EQ(Countries::Get().NameOf("XX"), "");
}

TEST(CountriesTest, ReadsWhatPeopleWrite) {
  struct Case {
    const char* text;
    const char* code;
  };
  const Case cases[] = {
      {"NZ", "NZ"},
      {"nz", "NZ"},
      {"N.Z.", "NZ"},
      {"N. Z.", "NZ"},
      {"NZL", "NZ"},
      {" new  zealand ", "NZ"},
      {"Aotearoa", "NZ"},
      {"Aotearoa New Zealand", "NZ"},
      {"AUS", "AU"},
      {"Aust.", "AU"},
      {"Commonwealth of Australia", "AU"},
      {"UK", "GB"},
      {"U.K.", "GB"},
      {"Great Britain", "GB"},
      {"USA", "US"},
      {"U.S.A.", "US"},
      {"United States of America", "US"},
      {"Trinidad and Tobago", "TT"},
      {"Côte d’Ivoire", "CI"},
      {"Viet Nam", "VN"},
      {"The Netherlands", "NL"},
      // A part of a country isn't the country, and what isn't known stays unknown.
      {"England", ""},
      {"Narnia", ""},
      {"New", ""},
      {"", ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Countries::Get().CodeOf(c.text), c.code) << c.text;
  }
}

TEST(CountriesTest, EveryIcuNameLeadsBackToItsCode) {
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const std::string code{first, second};
      if (Countries::Get().IsCode(code)) {
        EXPECT_EQ(Countries::Get().CodeOf(Countries::Get().NameOf(code)), code);
        EXPECT_EQ(Countries::Get().CodeOf(code), code);
      }
    }
  }
}

TEST(CountriesTest, PracticeTextIsKeptWhenItMeansTheCountry) {
  const Countries& countries = Countries::Get();
  EXPECT_EQ(countries.PracticeText("NZ", "Aotearoa"), "Aotearoa");
  EXPECT_EQ(countries.PracticeText("NZ", ""), "New Zealand");
  EXPECT_EQ(countries.PracticeText("NZ", "Australia"), "New Zealand");
  EXPECT_EQ(countries.PracticeText("NZ", "Narnia"), "New Zealand");
  EXPECT_EQ(countries.PracticeText("Narnia", ""), "Narnia");
  EXPECT_EQ(countries.PracticeText("", ""), "");
  EXPECT_EQ(countries.PracticeText("", "Narnia"), "");
}

}  // namespace
}  // namespace profilesync
