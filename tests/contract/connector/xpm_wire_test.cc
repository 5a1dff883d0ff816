// What goes over the wire to XPM and nowhere else: the rules of the reference's sections 2, 4
// and 6.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"
#include "server/connector/xpm/make_xpm_connector.h"
#include "tests/contract/connector/xpm_practice_side.h"

namespace profilesync::connector {
namespace {

using ::testing::HasSubstr;
using xpm_sandbox::CallRecord;
using xpm_sandbox::FaultKind;

class XpmWireTest : public ::testing::Test {
 protected:
  std::string AddTrust() {
    return side_.sandbox().AddClient(
        {.opened_for_tax = true,
         .values = {{"Name", "The Merrow & Co Trust"}, {"BusinessStructure", "Trust"}}});
  }
  UpdateRequest RequestFor(const std::string& id) {
    UpdateRequest request{.client_id = id};
    auto fetched = connector_.Get(tenant_, id, {});
    EXPECT_TRUE(fetched.ok()) << fetched.status();
    request.expected = *std::move(fetched);
    return request;
  }
  CallRecord LastCall() { return side_.sandbox().calls().back(); }
  static std::string Header(const CallRecord& call, const std::string& name) {
    for (const auto& [key, value] : call.headers) {
      if (absl::EqualsIgnoreCase(key, name)) {
        return value;
      }
    }
    return "";
  }

  XpmPracticeSide side_;
  Connector& connector_ = side_.connector();
  const Tenant tenant_ = side_.tenant();
};

TEST_F(XpmWireTest, AnUpdateHoldsUuidNameAndWhatChangesInWriteNames) {
  const std::string id = AddTrust();
  UpdateRequest request = RequestFor(id);
  request.values.set_website("https://merrow.example/?a=1&b=2");
  ASSERT_EQ(connector_.Update(tenant_, request, {}).outcome, UpdateResult::Outcome::kApplied);
  const CallRecord call = LastCall();
  EXPECT_EQ(call.method, "PUT");
  EXPECT_EQ(call.path, "/practicemanager/3.1/client.api/update");
  EXPECT_EQ(call.body, absl::StrCat("<Client><UUID>", id,
                                    "</UUID><Name>The Merrow &amp; Co Trust</Name>"
                                    "<WebSite>https://merrow.example/?a=1&amp;b=2</WebSite>"
                                    "</Client>"));
  EXPECT_EQ(Header(call, "Content-Type"), "application/xml");
  EXPECT_EQ(Header(call, "Accept"), "application/xml");
  EXPECT_EQ(Header(call, "Xero-Tenant-Id"), tenant_.tenant_id);
  EXPECT_EQ(Header(call, "Xero-Features"), "");
}

TEST_F(XpmWireTest, AnAddHoldsWhatIsSetAndTheDocumentedStructure) {
  CreateRequest request{.kind = type::TRUST};
  request.values.set_name("The Merrow & Co Trust");
  request.values.set_website("merrow.example");
  request.values.mutable_physical_address()->set_city("Nelson");
  const CreateResult result = connector_.Create(tenant_, request, {});
  ASSERT_EQ(result.outcome, UpdateResult::Outcome::kApplied) << result.status;
  const CallRecord call = LastCall();
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.path, "/practicemanager/3.1/client.api/add");
  EXPECT_EQ(call.body,
            "<Client><Name>The Merrow &amp; Co Trust</Name><BusinessStructure>Trust"
            "</BusinessStructure><WebSite>merrow.example</WebSite><City>Nelson</City></Client>");
  EXPECT_EQ(Header(call, "Content-Type"), "application/xml");
  request.kind = type::PARTNERSHIP;
  const CreateResult without = connector_.Create(tenant_, request, {});
  ASSERT_EQ(without.outcome, UpdateResult::Outcome::kApplied) << without.status;
  EXPECT_FALSE(without.created->client.fields().has_company_number()) << "there is no tax block";
  EXPECT_FALSE(absl::StrContains(LastCall().body, "BusinessStructure"))
      << "what a practice calls it is documented nowhere";
}

TEST_F(XpmWireTest, AnAddressGoesOutWithAllItsParts) {
  const std::string id = AddTrust();
  UpdateRequest request = RequestFor(id);
  auto* address = request.values.mutable_postal_address();
  address->add_lines("PO Box 88");
  address->add_lines("Stoke");
  address->set_city("Nelson");
  request.values.set_name("Merrow Trust");
  request.clear = {"email"};
  ASSERT_EQ(connector_.Update(tenant_, request, {}).outcome, UpdateResult::Outcome::kApplied);
  EXPECT_EQ(LastCall().body,
            absl::StrCat("<Client><UUID>", id,
                         "</UUID><Name>Merrow Trust</Name><Email></Email>"
                         "<PostalAddress>PO Box 88\nStoke</PostalAddress>"
                         "<PostalCity>Nelson</PostalCity><PostalRegion></PostalRegion>"
                         "<PostalPostCode></PostalPostCode><PostalCountry></PostalCountry>"
                         "</Client>"));
}

TEST_F(XpmWireTest, ReadsAskForTheDocumentedEndpoints) {
  const std::string id = AddTrust();
  ASSERT_TRUE(connector_.Get(tenant_, id, {}).ok());
  EXPECT_EQ(LastCall().path, "/practicemanager/3.1/client.api/get/" + id);
  ASSERT_TRUE(connector_.Search(tenant_, "Merrow & Co", 10, "", {}).ok());
  EXPECT_EQ(LastCall().path, "/practicemanager/3.1/client.api/search");
  EXPECT_EQ(LastCall().query, "query=Merrow%20%26%20Co");
  ASSERT_TRUE(connector_.Search(tenant_, "", 10, "", {}).ok());
  EXPECT_EQ(LastCall().path, "/practicemanager/3.1/client.api/paged-list");
  EXPECT_EQ(LastCall().query, "pageSize=10");
  const auto ignore = [](const type::PracticeClient&) { return absl::OkStatus(); };
  const absl::Time since = absl::FromUnixSeconds(1784548800);  // 2026-07-20T12:00:00Z
  ASSERT_TRUE(connector_.List(tenant_, {.changed_since = since}, ignore, {}).ok());
  EXPECT_EQ(LastCall().path, "/practicemanager/3.1/client.api/list");
  EXPECT_EQ(LastCall().query, "detailed=true&modifiedsince=2026-07-20T11%3A55%3A00");
}

TEST_F(XpmWireTest, OtherPhoneMayComeFromThePrimaryContact) {
  const std::string contact = "f1c5b7d8-0e7b-4b59-8b0d-3d0b1a9d5e04";
  const std::string id = AddTrust();
  Tenant tenant = tenant_;
  tenant.field_sources["other_phone"] = "PrimaryContactMobile";
  const auto read = [&] { return connector_.Get(tenant, id, {})->client; };
  EXPECT_TRUE(read().fields().has_other_phone());
  EXPECT_EQ(read().fields().other_phone(), "");
  EXPECT_EQ(read().field_sources().at("other_phone"), "contact:");

  ASSERT_TRUE(side_.sandbox()
                  .EditClient(id, {.values = {{"Fax", "1"}},
                                   .contacts = {{{{"UUID", "00000000-0000-4000-8000-000000000001"},
                                                  {"Name", "Tom"},
                                                  {"Mobile", "2"},
                                                  {"IsPrimary", "Yes"},
                                                  {"IsDeleted", "Yes"}},
                                                 {{"UUID", contact},
                                                  {"Name", "Ann"},
                                                  {"Mobile", "3"},
                                                  {"IsPrimary", "Yes"}},
                                                 {{"Name", "Eve"}, {"Mobile", "4"}}}}})
                  .ok());
  EXPECT_EQ(read().fields().other_phone(), "3");
  EXPECT_EQ(read().field_sources().at("other_phone"), "contact:" + contact);
  const type::PracticeClient by_fax = connector_.Get(tenant_, id, {})->client;
  EXPECT_EQ(by_fax.fields().other_phone(), "1");
  EXPECT_EQ(by_fax.field_sources().at("other_phone"), "Fax");

  // A paged list has no contacts: not reported, and so not blank.
  const auto page = connector_.Search(tenant, "", 10, "", {});
  ASSERT_TRUE(page.ok());
  EXPECT_FALSE(page->clients[0].fields().has_other_phone());
}

TEST_F(XpmWireTest, AMissingTaxBlockIsNotReportedAndItsComingIsNoAlarm) {
  const std::string id = side_.AddBare("New here");
  UpdateRequest request = RequestFor(id);
  EXPECT_FALSE(request.expected.client.fields().has_company_number());
  request.values.set_company_number("004085616");
  const UpdateResult result = connector_.Update(tenant_, request, {});
  ASSERT_EQ(result.outcome, UpdateResult::Outcome::kApplied) << result.status;
  EXPECT_EQ(result.after->client.fields().company_number(), "004085616");
  EXPECT_THAT(result.other_changes, ::testing::IsEmpty());
}

// What XPM may add one day, and what it may spell in another way (reference 13.9).
TEST_F(XpmWireTest, ElementsThatNobodyKnowsAreSkippedAndToldOnlyWhenTheyChange) {
  const std::string id = AddTrust();
  const auto staff = [&](const std::string& mood) {
    EXPECT_TRUE(side_.sandbox()
                    .EditClient(id, {.values = {{"BankBsb", mood}, {"Phone", "1"}},
                                     .extra = {{{"Mood", mood}}}})
                    .ok());
  };
  for (const auto names : {xpm_sandbox::OpenApiNames::kPascal, xpm_sandbox::OpenApiNames::kAcronyms,
                           xpm_sandbox::OpenApiNames::kCamel}) {
    side_.sandbox().SetBehaviour({.openapi_names = names});
    staff("sunny");
    UpdateRequest request = RequestFor(id);
    EXPECT_EQ(request.expected.client.fields().primary_phone(), "1");
    EXPECT_THAT(request.expected.document, HasSubstr("<Mood>sunny</Mood>"));
    request.values.set_primary_phone("2");
    UpdateResult result = connector_.Update(tenant_, request, {});
    ASSERT_EQ(result.outcome, UpdateResult::Outcome::kApplied) << result.status;
    EXPECT_EQ(result.after->client.fields().primary_phone(), "2");
    EXPECT_THAT(result.other_changes, ::testing::IsEmpty());

    staff("grey");
    result = connector_.Update(tenant_, request, {});
    std::vector<std::string> told;
    for (const OtherChange& change : result.other_changes) {
      told.push_back(absl::StrCat(absl::AsciiStrToLower(change.element), ": ", change.before, " > ",
                                  change.after));
    }
    EXPECT_THAT(told,
                ::testing::UnorderedElementsAre("mood: sunny > grey", "bankbsb: sunny > grey"));
  }
}

TEST_F(XpmWireTest, AChangedTaxNumberThatNobodyAskedForIsTold) {
  const std::string id = AddTrust();
  ASSERT_TRUE(side_.sandbox()
                  .InjectFault({.endpoint = "client.api/update",
                                .kind = FaultKind::kAlsoSet,
                                .element = "TaxNumber",
                                .value = "123456789"})
                  .ok());
  UpdateRequest request = RequestFor(id);
  request.values.set_primary_phone("1");
  const UpdateResult result = connector_.Update(tenant_, request, {});
  ASSERT_EQ(result.other_changes.size(), 1u);
  EXPECT_EQ(result.other_changes[0].element, "TaxNumber");
  EXPECT_EQ(result.other_changes[0].after, "******789");
}

TEST_F(XpmWireTest, ATaxNumberThatIsQuotedInARefusalIsTakenOut) {
  UpdateRequest request = RequestFor(AddTrust());
  request.values.set_tax_number("123-456-789");
  for (const std::string quoted : {"123-456-789", "123456789", "123 456 789", "123.456.789"}) {
    ASSERT_TRUE(side_.sandbox()
                    .InjectFault({.endpoint = "client.api/update",
                                  .kind = FaultKind::kBusinessError,
                                  .value = "Tax number " + quoted + " is taken"})
                    .ok());
    const UpdateResult result = connector_.Update(tenant_, request, {});
    EXPECT_EQ(result.outcome, UpdateResult::Outcome::kRefused);
    EXPECT_EQ(ReasonOf(result.status), v1::REFUSED_BY_PRACTICE_SYSTEM);
    EXPECT_THAT(std::string(result.status.message()),
                HasSubstr("Tax number (tax number) is taken"));
  }
}

// Sent without it, a value would be another one, or none, which clears.
TEST_F(XpmWireTest, AValueThatXmlCantCarryIsNotSent) {
  const UpdateRequest good = RequestFor(AddTrust());
  const int calls = side_.calls();
  for (const std::string& text :
       {std::string("\xef\xbf\xbe\xef\xbf\xbf"), std::string("a\xef\xbf\xbf"), std::string("\x01"),
        std::string("a\0b", 3)}) {
    UpdateRequest phone = good;
    phone.values.set_primary_phone(text);
    UpdateRequest line = good;
    line.values.mutable_postal_address()->add_lines(text);
    UpdateRequest country = good;
    country.values.mutable_physical_address()->set_city("Nelson");
    country.values.mutable_physical_address()->set_country(text);
    for (const UpdateRequest& request : {phone, line, country}) {
      const UpdateResult result = connector_.Update(tenant_, request, {});
      EXPECT_EQ(result.outcome, UpdateResult::Outcome::kRefused);
      EXPECT_EQ(ReasonOf(result.status), v1::INVALID_REQUEST) << result.status;
    }
  }
  EXPECT_EQ(side_.calls(), calls);
}

// Reference 13.6: what XPM makes of it isn't known. Whatever it is, it is told.
TEST_F(XpmWireTest, AGivenNameForATrustIsRefusedIgnoredOrStoredAndSeenToBe) {
  using xpm_sandbox::IndividualFieldsElsewhere;
  const std::string id = AddTrust();
  UpdateRequest request = RequestFor(id);
  EXPECT_FALSE(request.expected.client.fields().has_given_name());
  request.values.set_given_name("Ann");
  const auto update = [&](IndividualFieldsElsewhere way) {
    side_.sandbox().SetBehaviour({.individual_fields_elsewhere = way});
    return connector_.Update(tenant_, request, {});
  };
  EXPECT_EQ(update(IndividualFieldsElsewhere::kRefused).outcome, UpdateResult::Outcome::kRefused);
  const UpdateResult ignored = update(IndividualFieldsElsewhere::kIgnored);
  ASSERT_EQ(ignored.outcome, UpdateResult::Outcome::kApplied) << ignored.status;
  EXPECT_FALSE(ignored.after->client.fields().has_given_name());
  const UpdateResult stored = update(IndividualFieldsElsewhere::kStored);
  ASSERT_EQ(stored.outcome, UpdateResult::Outcome::kApplied) << stored.status;
  EXPECT_EQ(stored.after->client.fields().given_name(), "Ann");
}

TEST_F(XpmWireTest, AWrongTenantIsDenied) {
  const std::string id = AddTrust();
  EXPECT_EQ(ReasonOf(connector_.Get({.tenant_id = "other"}, id, {}).status()), v1::ACCESS_DENIED);
}

TEST_F(XpmWireTest, AnExpiredTokenNeedsReauthorisation) {
  const std::string id = AddTrust();
  side_.sandbox().ExpireToken();
  EXPECT_EQ(ReasonOf(connector_.Get(tenant_, id, {}).status()), v1::NEEDS_REAUTHORISATION);
}

TEST_F(XpmWireTest, AWrongAddressIsNotAnUnknownClient) {
  const std::string id = AddTrust();
  const SystemClock clock;
  config::v1::XpmConfig config;
  config.set_base_url(side_.sandbox().base_url() + "/practicemanager/3.2/");
  config.set_token_file(side_.token_file());
  const auto made = xpm::MakeXpmConnector(config, "", clock, [](const xpm::CallReport&) {});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ((*made)->Get(tenant_, id, {}).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(XpmWireTest, ReportsCallsWithoutValuesAndWithXerosCorrelationId) {
  const std::string id = AddTrust();
  const SystemClock clock;
  config::v1::XpmConfig config;
  config.set_base_url(side_.sandbox().base_url() + "/practicemanager/3.1/");
  config.set_token_file(side_.token_file());
  std::vector<xpm::CallReport> reports;
  const auto made = xpm::MakeXpmConnector(
      config, "", clock, [&](const xpm::CallReport& report) { reports.push_back(report); });
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_TRUE((*made)->Search(tenant_, "Merrow", 10, "", {}).ok());
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].path, "client.api/search?query");
  EXPECT_EQ(reports[0].method, "GET");
  EXPECT_EQ(reports[0].status, 200);
  EXPECT_EQ(reports[0].correlation_id.size(), 36u);
}

}  // namespace
}  // namespace profilesync::connector
