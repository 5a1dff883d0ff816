#include "server/connector/xpm/other_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/connector/xpm/response_parser.h"

namespace profilesync::connector::xpm {
namespace {

using ::testing::ElementsAre;

XmlElement Client(const std::string& inner) {
  XmlElement client;
  ResponseParser parser(
      [&](const XmlElement& element) {
        client = element;
        return absl::OkStatus();
      },
      1 << 20);
  EXPECT_TRUE(parser.Feed("<Response><Client>" + inner + "</Client></Response>").ok()) << inner;
  return client;
}

std::vector<std::string> Changes(const std::string& before, const std::string& after,
                                 const Tenant& tenant = {}, bool tax_number_written = false) {
  std::vector<std::string> changes;
  for (const auto& change :
       FindOtherChanges(Client(before), Client(after), tenant, tax_number_written)) {
    changes.push_back(change.element + ": " + change.before + " > " + change.after);
  }
  return changes;
}

TEST(OtherChangesTest, LeavesOutWhatFieldsShow) {
  EXPECT_THAT(Changes("<Name>a</Name><Fax>1</Fax><Website>a</Website><City>x</City>",
                      "<Name>b</Name><Fax>2</Fax><Website/><Email>e</Email>"),
              ElementsAre());
}

TEST(OtherChangesTest, ShowsFaxWhereNoFieldDoes) {
  Tenant tenant;
  tenant.field_sources["other_phone"] = "PrimaryContactMobile";
  EXPECT_THAT(Changes("<Fax>1</Fax>", "<Fax></Fax>", tenant), ElementsAre("Fax: 1 > "));
}

TEST(OtherChangesTest, AbsentIsEmptyButForTheTaxBlock) {
  EXPECT_THAT(Changes("", "<Title></Title><Phone/>"), ElementsAre());
  EXPECT_THAT(Changes("<Title>MR</Title>", ""), ElementsAre("Title: MR > "));
  EXPECT_THAT(Changes("", "<Title>MR</Title>"), ElementsAre("Title:  > MR"));
  EXPECT_THAT(Changes("", "<CompanyNumber>1</CompanyNumber><PrepareGST>No</PrepareGST>"),
              ElementsAre());
  for (const char* name :
       {"AutoBasOptInCriteria", "AutoBASOptInCriteria", "autoBasOptInCriteria"}) {
    const std::string criteria = absl::StrCat("<", name, ">Monthly</", name, ">");
    EXPECT_THAT(Changes("", criteria), ElementsAre());
    EXPECT_THAT(Changes(criteria, ""), ElementsAre(absl::StrCat(name, ": Monthly > ")));
  }
  EXPECT_THAT(Changes("<PrepareGST>Yes</PrepareGST>", "<PrepareGST>No</PrepareGST>"),
              ElementsAre("PrepareGST: Yes > No"));
  EXPECT_THAT(Changes("<PrepareGST>Yes</PrepareGST>", ""), ElementsAre("PrepareGST: Yes > "));
}

TEST(OtherChangesTest, ShowsTheMaskUnlessItWasWritten) {
  const std::string before = "<TaxNumber>******123</TaxNumber>";
  const std::string after = "<TaxNumber>******456</TaxNumber>";
  EXPECT_THAT(Changes(before, after), ElementsAre("TaxNumber: ******123 > ******456"));
  EXPECT_THAT(Changes(before, after, {}, true), ElementsAre());
}

TEST(OtherChangesTest, ContactsThatWereNotReportedAreNoNewOnes) {
  const std::string contacts =
      "<Contacts><Contact><UUID>a</UUID><Name>Ann</Name></Contact></Contacts>";
  EXPECT_THAT(Changes("", contacts), ElementsAre());
  EXPECT_THAT(Changes("<Contacts/>", contacts),
              ElementsAre("Contacts/Contact[a]/Name:  > Ann", "Contacts/Contact[a]/UUID:  > a"));
}

TEST(OtherChangesTest, HowLineBreaksAreWrittenIsNoChange) {
  const auto note = [](const std::string& text) {
    return "<ReferralSource>a</ReferralSource><Notes><Note><Text>" + text +
           "</Text></Note></Notes>";
  };
  EXPECT_THAT(Changes(note("one\ntwo"), note("one&#xD;\ntwo&#xD;\n")), ElementsAre());
  EXPECT_THAT(Changes("<Title>MR\n</Title>", "<Title>MR</Title>"), ElementsAre());
  EXPECT_THAT(Changes(note("one\ntwo"), note("one two")),
              ElementsAre("Notes/Note[0]/Text: one\ntwo > one two"));
}

TEST(OtherChangesTest, KeysListsByUuid) {
  const std::string ann = "<Contact><UUID>a</UUID><Name>Ann</Name><Phone>1</Phone></Contact>";
  const std::string bob = "<Contact><UUID>b</UUID><Name>Bob</Name></Contact>";
  EXPECT_THAT(
      Changes("<Contacts>" + ann + bob + "</Contacts>", "<Contacts>" + bob + ann + "</Contacts>"),
      ElementsAre());
  EXPECT_THAT(Changes("<Contacts>" + ann + bob + "</Contacts>", "<Contacts>" + bob + "</Contacts>"),
              ElementsAre("Contacts/Contact[a]/Name: Ann > ", "Contacts/Contact[a]/Phone: 1 > ",
                          "Contacts/Contact[a]/UUID: a > "));
  EXPECT_THAT(Changes("<AccountManager><UUID>a</UUID><Name>A</Name></AccountManager>",
                      "<AccountManager><UUID>b</UUID><Name>B</Name></AccountManager>"),
              ElementsAre("AccountManager/Name: A > B", "AccountManager/UUID: a > b"));
}

}  // namespace
}  // namespace profilesync::connector::xpm
