// A table for the switches: each row a switch's value, a raw request, and what must come back under
// it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/test_clients.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  std::string name;
  std::string value;
  std::string method;
  std::string target;
  std::string body;
  int status = 200;
  std::string has;
  std::string lacks = "(nothing)";
};

std::string Body(const std::string& uuid, const std::string& rest) {
  return "<Client><UUID>" + uuid + "</UUID><Name>N</Name>" + rest + "</Client>";
}

Case Update(const std::string& name, const std::string& value, const std::string& uuid,
            const std::string& elements, int status, const std::string& has,
            const std::string& lacks = "(nothing)") {
  return {name, value, "PUT", kApi + "update", Body(uuid, elements), status, has, lacks};
}

Case Get(const std::string& name, const std::string& value, const std::string& uuid, int status,
         const std::string& has, const std::string& lacks = "(nothing)") {
  return {name, value, "GET", kApi + "get/" + uuid, "", status, has, lacks};
}

std::vector<Case> Cases() {
  const std::string error = "<Status>ERROR</Status>";
  const std::string ok = "<Status>OK</Status>";
  const std::string birth = "<DateOfBirth>1984-02-29T00:00:00</DateOfBirth>";
  const std::string merrow_modified = kApi + "list?modifiedsince=2026-05-19T02:40:55";
  const std::string nameless = "<Client><UUID>" + kCompany + "</UUID><Fax>1</Fax></Client>";
  return {
      Update("omitted_elements", "kept", kCompany, "<Fax>1</Fax>", 200,
             "<Phone>(04) 555 0188</Phone>"),
      Update("omitted_elements", "cleared", kCompany, "<Fax>1</Fax>", 200,
             "<Phone></Phone><Fax>1</Fax>", "<Email>office"),
      Update("omitted_elements", "cleared", kCompany, "<Fax>1</Fax>", 200, "Wiremu Kowhai",
             "<AccountManager"),
      Update("empty_elements", "clear", kCompany, "<Phone></Phone>", 200, "<Phone></Phone>"),
      Update("empty_elements", "clear", kCompany, "<Email/>", 200, ok, "<Email>office"),
      Update("empty_elements", "ignored", kCompany, "<Phone></Phone>", 200,
             "<Phone>(04) 555 0188</Phone>"),
      Get("unknown_client", "error", kNobody, 200, "Invalid client identifier"),
      Get("unknown_client", "404", kNobody, 404, error),
      Get("unknown_client", "500", kNobody, 500, error),
      Update("unknown_client", "404", kNobody, "", 404, error),
      Update("unknown_client", "500", kNobody, "", 500, error),
      Update("unknown_elements", "refused", kCompany, "<Nope>1</Nope>", 200, error),
      Update("unknown_elements", "ignored", kCompany,
             "<Nope>1</Nope><Website>x</Website><Fax>1</Fax>", 200,
             "<Fax>1</Fax><Website></Website>"),
      Update("accept_date_dashed", "yes", kIndividual, "<DateOfBirth>1990-01-02</DateOfBirth>", 200,
             "<DateOfBirth>1990-01-02T00:00:00</DateOfBirth>"),
      Update("accept_date_dashed", "no", kIndividual, "<DateOfBirth>1990-01-02</DateOfBirth>", 200,
             error),
      Update("accept_date_compact", "yes", kIndividual, "<DateOfBirth>19900102</DateOfBirth>", 200,
             "<DateOfBirth>1990-01-02T00:00:00</DateOfBirth>"),
      Update("accept_date_compact", "no", kIndividual, "<DateOfBirth>19900102</DateOfBirth>", 200,
             error),
      Update("accept_date_with_time", "yes", kIndividual,
             "<DateOfBirth>1990-01-02T00:00:00</DateOfBirth>", 200,
             "<DateOfBirth>1990-01-02T00:00:00</DateOfBirth>"),
      Update("accept_date_with_time", "no", kIndividual,
             "<DateOfBirth>1990-01-02T00:00:00</DateOfBirth>", 200, error),
      Update("bad_date", "error", kIndividual, "<DateOfBirth>1990-02-30</DateOfBirth>", 200, error),
      Update("bad_date", "500", kIndividual, "<DateOfBirth>02/01/1990</DateOfBirth>", 500, error),
      Update("bad_date", "ignored", kIndividual, "<DateOfBirth>02/01/1990</DateOfBirth>", 200,
             birth),
      {"name_required_on_update", "yes", "PUT", kApi + "update", nameless, 200, error},
      {"name_required_on_update", "no", "PUT", kApi + "update", nameless, 200,
       "<Name>Kowhai &amp; Sons Builders Limited</Name>"},
      {"modifiedsince_bound", "inclusive", "GET", merrow_modified, "", 200, kTrust},
      {"modifiedsince_bound", "exclusive", "GET", merrow_modified, "", 200, "<Clients />"},
      Update("individual_fields_elsewhere", "refused", kCompany, "<FirstName>K</FirstName>", 200,
             error),
      Update("individual_fields_elsewhere", "ignored", kCompany, "<FirstName>K</FirstName>", 200,
             ok, "<FirstName"),
      Update("individual_fields_elsewhere", "stored", kCompany, "<FirstName>K</FirstName>", 200,
             "<FirstName>K</FirstName>"),
      Update("unknown_business_structure", "refused", kCompany,
             "<BusinessStructure>Guild</BusinessStructure>", 200, error),
      Update("unknown_business_structure", "stored", kCompany,
             "<BusinessStructure>Guild</BusinessStructure>", 200,
             "<BusinessStructure>Guild</BusinessStructure>"),
      Get("tax_block", "once_opened", kNeverOpenedForTax, 200, ok, "<TaxNumber"),
      Get("tax_block", "always", kNeverOpenedForTax, 200, "<TaxNumber></TaxNumber><CompanyNumber>"),
      Update("write_to_deleted", "409", kDeleted, "<Fax>1</Fax>", 409, error),
      Update("write_to_deleted", "stored", kDeleted, "<Fax>1</Fax>", 200, "<Fax>1</Fax>"),
      Update("write_to_deleted", "unknown_client", kDeleted, "<Fax>1</Fax>", 200,
             "Invalid client identifier"),
      Update("write_to_archived", "409", kArchived, "<Fax>1</Fax>", 409, error),
      Update("write_to_archived", "stored", kArchived, "<Fax>1</Fax>", 200, "<Fax>1</Fax>"),
      Update("openapi_names", "pascal", kIndividual, "<MiddleName>N</MiddleName>", 200,
             "<MiddleName>N</MiddleName>"),
      Update("openapi_names", "pascal", kCompany,
             "<AutoBasOptInCriteria>Monthly</AutoBasOptInCriteria>", 200,
             "<AutoBasOptInCriteria>Monthly</AutoBasOptInCriteria>"),
      Update("openapi_names", "acronyms", kCompany,
             "<AutoBASOptInCriteria>Monthly</AutoBASOptInCriteria>", 200,
             "<AutoBASOptInCriteria>Monthly</AutoBASOptInCriteria>"),
      Update("openapi_names", "acronyms", kCompany,
             "<AutoBasOptInCriteria>Monthly</AutoBasOptInCriteria>", 200, error),
      Update("openapi_names", "camel", kIndividual, "<middleName>N</middleName>", 200,
             "<middleName>N</middleName>", "<MiddleName>"),
      Update("openapi_names", "camel", kIndividual, "<OtherName>N</OtherName>", 200,
             "<OtherName>N</OtherName>"),
      {"malformed_xml", "400", "PUT", kApi + "update", "<Client>", 400, error},
      {"malformed_xml", "error", "PUT", kApi + "update", "<Client>", 200, error},
      {"malformed_xml", "500", "PUT", kApi + "update", "<Client>", 500, error},
      Get("dates_read", "with_time", kIndividual, 200, birth),
      Get("dates_read", "date_only", kIndividual, 200, "<DateOfBirth>1984-02-29</DateOfBirth>"),
      Update("addresses_read", "as_stored", kTrust, "<Address>1 A St</Address>", 200,
             "<Address>1 A St</Address>"),
      Update("addresses_read", "trailing_newline", kTrust, "<Address>1 A St</Address>", 200,
             "<Address>1 A St\n</Address>"),
  };
}

TEST(SwitchesTest, EachValueShowsOnTheWire) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.name + "=" + c.value + " " + c.body);
    Behaviour behaviour;
    ASSERT_TRUE(SetSwitch(c.name, c.value, behaviour).ok());
    TestSandbox sandbox(behaviour);
    const RawReply reply = sandbox.Call(c.method, c.target, c.body);
    EXPECT_EQ(reply.status, c.status);
    EXPECT_THAT(reply.body, HasSubstr(c.has));
    EXPECT_THAT(reply.body, Not(HasSubstr(c.lacks)));
  }
}

// Which switches the other tests of this file cover.
const std::set<std::string> kElsewhere = {
    "archive_bumps_modified", "delete_bumps_modified", "contact_change_bumps_modified",
    "problem_content_type",   "refresh_retry",         "revoked_access_token",
    "updates_shown"};

TEST(SwitchesTest, EveryValueOfEverySwitchIsTested) {
  std::set<std::string> tested;
  for (const Case& c : Cases()) tested.insert(c.name + "=" + c.value);
  for (const auto& [name, value] : SwitchesOf(Behaviour())) {
    if (kElsewhere.contains(name)) continue;
    for (const std::string& each : ValuesOfSwitch(name)) {
      const std::string pair = absl::StrCat(name, "=", each);
      EXPECT_TRUE(tested.contains(pair)) << pair;
    }
  }
}

struct Bump {
  std::string name;
  std::string value;
  std::string verb;
  std::string endpoint;  // empty: the staff change a contact
  bool listed;
};

TEST(SwitchesTest, WhatMovesTheModifiedTime) {
  const std::vector<Bump> bumps = {
      {"archive_bumps_modified", "yes", "PUT", "archive", true},
      {"archive_bumps_modified", "no", "PUT", "archive", false},
      {"delete_bumps_modified", "yes", "POST", "delete", true},
      {"delete_bumps_modified", "no", "POST", "delete", false},
      {"contact_change_bumps_modified", "yes", "", "", true},
      {"contact_change_bumps_modified", "no", "", "", false},
  };
  for (const Bump& bump : bumps) {
    SCOPED_TRACE(bump.name + "=" + bump.value);
    Behaviour behaviour;
    ASSERT_TRUE(SetSwitch(bump.name, bump.value, behaviour).ok());
    TestSandbox sandbox(behaviour);
    if (bump.endpoint.empty()) {
      const std::vector<ElementMap> contacts = {{{"Name", "New"}}};
      ASSERT_TRUE(sandbox.xpm.EditClient(kTrust, {.contacts = contacts}).ok());
    } else {
      const RawReply reply = sandbox.Call(bump.verb, kApi + bump.endpoint,
                                          "<Client><UUID>" + kTrust + "</UUID></Client>");
      ASSERT_THAT(reply.body, HasSubstr("<Status>OK</Status>"));
    }
    const RawReply list = sandbox.Call("GET", kApi + "list?modifiedsince=2026-07-20T12:00:00");
    EXPECT_EQ(list.body.find(kTrust) != std::string::npos, bump.listed);
  }
}

TEST(SwitchesTest, AnArchivedClientCanBeDeletedWhateverUpdatesGet) {
  TestSandbox sandbox({.write_to_archived = WriteToArchived::k409});
  const RawReply reply =
      sandbox.Call("POST", kApi + "delete", "<Client><UUID>" + kArchived + "</UUID></Client>");
  EXPECT_THAT(reply.body, HasSubstr("<Status>OK</Status>"));
}

TEST(SwitchesTest, UpdatesAndStaffEditsMoveTheModifiedTime) {
  TestSandbox sandbox;
  sandbox.Update(kTrust, "<Fax>1</Fax>");
  sandbox.clock.Advance(absl::Seconds(10));
  ASSERT_TRUE(sandbox.xpm.EditClient(kCompany, {.values = {{"Phone", "1"}}}).ok());
  const RawReply both = sandbox.Call("GET", kApi + "list?modifiedsince=2026-07-20T12:00:00");
  EXPECT_THAT(both.body, HasSubstr(kTrust));
  const RawReply later = sandbox.Call("GET", kApi + "list?modifiedsince=2026-07-20T12:00:01");
  EXPECT_THAT(later.body, Not(HasSubstr(kTrust)));
  EXPECT_THAT(later.body, HasSubstr(kCompany));
}

TEST(SwitchesTest, AProblemMayLackItsContentType) {
  TestSandbox sandbox({.problem_content_type = ProblemContentType::kMissing});
  const RawReply reply = sandbox.Call("GET", kApi + "list", "", kTenant);
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.Header("Content-Type"), std::nullopt);
  EXPECT_THAT(reply.body, HasSubstr("AuthenticationUnsuccessful"));
}

TEST(SwitchesTest, UpdatesMayBeShownLater) {
  for (const char* value : {"at_once", "later"}) {
    Behaviour behaviour;
    ASSERT_TRUE(SetSwitch("updates_shown", value, behaviour).ok());
    TestSandbox sandbox(behaviour);
    const auto read = [&] { return sandbox.Call("GET", kApi + "get/" + kCompany, "").body; };
    const std::string fax = "<Fax>09 555 0777</Fax>";
    EXPECT_THAT(sandbox.Call("PUT", kApi + "update", Body(kCompany, fax)).body, HasSubstr(fax));
    EXPECT_EQ(read().find(fax) != std::string::npos, value == std::string("at_once"));
    sandbox.xpm.ApplyLateWrites();
    EXPECT_THAT(read(), HasSubstr(fax)) << value;
    // What is refused is refused at once, and never carried out.
    EXPECT_THAT(sandbox.Call("PUT", kApi + "update", Body(kCompany, "<Nonsense>1</Nonsense>")).body,
                HasSubstr("<Status>ERROR</Status>"));
    sandbox.xpm.ApplyLateWrites();
  }
}

TEST(SwitchesTest, ListsOfSwitchesAreAllOrNothing) {
  Behaviour behaviour;
  EXPECT_TRUE(SetSwitches("unknown_client=404,tax_block=always", behaviour).ok());
  EXPECT_EQ(behaviour.unknown_client, UnknownClient::k404);
  EXPECT_EQ(behaviour.tax_block, TaxBlock::kAlways);
  for (const char* bad : {"unknown_client=500,nope=1", "unknown_client=500,tax_block=maybe", "x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(SetSwitches(bad, behaviour))) << bad;
    EXPECT_EQ(behaviour.unknown_client, UnknownClient::k404) << bad;
  }
}

}  // namespace
}  // namespace profilesync::xpm_sandbox
