// The reference's rules as one table: a raw request, and what must come back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sandbox/xpm/test_clients.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Rule {
  std::string section;
  std::string what;
  std::string method = "GET";
  std::string target;
  std::string headers = kAuth;
  std::string body = "";
  int status = 200;
  std::vector<std::pair<std::string, std::string>> has_headers = {};
  std::vector<std::string> lacks_headers = {};
  std::vector<std::string> has = {};
  std::vector<std::string> lacks = {};
  // The whole body.
  std::optional<std::string> exact = {};
  // What get of `then_uuid` shows afterwards.
  std::string then_uuid = "";
  std::vector<std::string> then_has = {};
};

const std::string kXml = "text/xml; charset=utf-8";

std::string Error(const std::string& method, const std::string& text) {
  return "<Response api-method=\"" + method + "\"><Status>ERROR</Status><ErrorDescription>" + text +
         "</ErrorDescription></Response>";
}

std::string Problem(const std::string& title, int status, const std::string& detail) {
  return R"({"Type":null,"Title":")" + title + R"(","Status":)" + std::to_string(status) +
         R"(,"Detail":")" + detail +
         R"(","Instance":"00000000-0000-4000-8000-000000000001","Extensions":{}})";
}

// `<Client>` with the UUID, a Name and `rest`.
std::string Body(const std::string& uuid, const std::string& rest) {
  return "<Client><UUID>" + uuid + "</UUID><Name>Some Name</Name>" + rest + "</Client>";
}

std::string Named(const std::string& rest) {
  return "<Client><Name>New Client</Name>" + rest + "</Client>";
}

// An update that must be refused with `text` and change nothing.
Rule Refused(const std::string& section, const std::string& what, const std::string& elements,
             const std::string& text, const std::string& uuid = kCompany) {
  return {
      .section = section,
      .what = what,
      .method = "PUT",
      .target = kApi + "update",
      .body = Body(uuid, elements),
      .exact = Error("Update", text),
      .then_uuid = uuid,
      .then_has = {uuid == kTrust ? "<Name>The Merrow Family Trust</Name>"
                                  : "<Name>Kowhai &amp; Sons Builders Limited</Name>",
                   "<Phone>" + std::string(uuid == kTrust ? "" : "(04) 555 0188") + "</Phone>"}};
}

// An update that must be taken, with what get shows afterwards.
Rule Taken(const std::string& section, const std::string& what, const std::string& elements,
           const std::string& shown, const std::string& uuid = kCompany) {
  return {.section = section,
          .what = what,
          .method = "PUT",
          .target = kApi + "update",
          .body = Body(uuid, elements),
          .has = {"<Response api-method=\"Update\"><Status>OK</Status><Client><UUID>", shown},
          .then_uuid = uuid,
          .then_has = {shown}};
}

std::vector<Rule> GatewayRules() {
  return {
      {"1", "the base path has the version", "GET", "/practicemanager/3.0/client.api/list", kAuth,
       "", 404},
      {"1", "an unknown path", "GET", kApi + "lists", kAuth, "", 404},
      {"1", "get needs an identifier", "GET", kApi + "get/", kAuth, "", 404},
      {"1", "update is PUT", "POST", kApi + "update", kAuth, Body(kCompany, ""), 405},
      {"1", "delete is POST", "DELETE", kApi + "delete", kAuth, Body(kCompany, ""), 405},
      {"1", "list is GET", "POST", kApi + "list", kAuth, "x", 405},
      {"1", "there is no PATCH", "PATCH", kApi + "update", kAuth, Body(kCompany, ""), 405},
      {.section = "2",
       .what = "no Authorization",
       .target = kApi + "list",
       .headers = kTenant,
       .status = 401,
       .has_headers = {{"WWW-Authenticate", "Bearer error=invalid_token"},
                       {"Content-Type", "application/json"}},
       .exact = Problem("Unauthorized", 401, "AuthenticationUnsuccessful")},
      {.section = "8",
       .what = "another token; 401 has no rate-limit headers",
       .target = kApi + "list",
       .headers = "Authorization: Bearer bad\r\n" + kTenant,
       .status = 401,
       .lacks_headers = {"X-MinLimit-Remaining", "X-DayLimit-Remaining", "X-AppMinLimit-Remaining"},
       .exact = Problem("Unauthorized", 401, "AuthenticationUnsuccessful")},
      {"2", "the scheme must be Bearer", "GET", kApi + "list",
       "Authorization: Basic good-token\r\n" + kTenant, "", 401},
      {.section = "8",
       .what = "no tenant; only the app's limit is told",
       .target = kApi + "list",
       .headers = kBearer,
       .status = 403,
       .has_headers = {{"X-AppMinLimit-Remaining", "2147483647"}},
       .lacks_headers = {"X-MinLimit-Remaining", "X-DayLimit-Remaining", "WWW-Authenticate"},
       .exact = Problem("Forbidden", 403, "AuthenticationUnsuccessful")},
      {"2", "another tenant", "GET", kApi + "list",
       kBearer + "Xero-Tenant-Id: 5b0e6a52-0d0c-4c8f-9f4d-1f0a5d1c2b77\r\n", "", 403},
      {"2", "header names in any case", "GET", kApi + "list",
       "authorization: Bearer good-token\r\n"
       "xero-tenant-id: C1D7C2F4-98A1-4C0B-B6C6-0C7D6CF2E411\r\n",
       "", 200},
      {.section = "2",
       .what = "XML whatever Accept says",
       .target = kApi + "list",
       .headers = kAuth + "Accept: application/json\r\n",
       .has_headers = {{"Content-Type", kXml}},
       .has = {"<Response api-method=\"List\">"}},
      {.section = "2",
       .what = "headers of an answer",
       .target = kApi + "get/" + kTrust,
       .has_headers = {{"Content-Type", kXml},
                       {"Xero-Correlation-Id", "00000000-0000-4000-8000-000000000001"},
                       {"X-MinLimit-Remaining", "2147483647"},
                       {"Date", "Mon, 20 Jul 2026 12:00:00 GMT"}},
       .lacks_headers = {"ETag", "Last-Modified", "Content-Encoding", "Retry-After"}},
      {.section = "2",
       .what = "no compression unasked for, nor asked for",
       .target = kApi + "list",
       .headers = kAuth + "Accept-Encoding: gzip, br\r\n",
       .lacks_headers = {"Content-Encoding"},
       .has = {"</Response>"}},
      {.section = "2",
       .what = "a write in another Content-Type",
       .method = "PUT",
       .target = kApi + "update",
       .headers = kAuth + "Content-Type: application/x-www-form-urlencoded\r\n",
       .body = Body(kCompany, "<Fax>1</Fax><Address>" + std::string(20000, 'a') + "</Address>"),
       .has = {"<Status>OK</Status>", "<Fax>1</Fax>"}},
      {.section = "2",
       .what = "a write as application/json with XML in it",
       .method = "PUT",
       .target = kApi + "update",
       .headers = kAuth + "Content-Type: application/json\r\n",
       .body = Body(kCompany, "<Fax>2</Fax>"),
       .has = {"<Fax>2</Fax>"}},
      {.section = "3.6",
       .what = "connections, without a tenant",
       .target = "/connections",
       .headers = kBearer,
       .has = {R"("tenantId":"c1d7c2f4-98a1-4c0b-b6c6-0c7d6cf2e411")",
               R"("tenantType":"PRACTICEMANAGER")",
               R"("createdDateUtc":"2026-02-03T21:14:09.1183400")"}},
      {"3.6", "connections needs the token", "GET", "/connections", kTenant, "", 401},
  };
}

std::vector<Rule> ListRules() {
  return {
      {.section = "4",
       .what = "list has archived and deleted clients, and Contacts",
       .target = kApi + "list",
       .has = {"<Response api-method=\"List\"><Status>OK</Status><Clients><Client><UUID>",
               "<UUID>" + kArchived + "</UUID>", "<UUID>" + kDeleted + "</UUID>", "<Contacts />",
               "<IsArchived>Yes</IsArchived>", "<IsDeleted>Yes</IsDeleted>"},
       .lacks = {"<Notes", "<Groups", "<Relationships", "<Pagination", "<WebUrl"}},
      {.section = "5.2",
       .what = "detailed=true adds Notes, Groups, Relationships",
       .target = kApi + "list?detailed=true",
       .has = {"<Notes />", "<Groups />", "<Relationships />",
               "<Notes><Note><Title>Year end</Title>", "<Groups><Group><UUID>",
               "<RelatedClient><UUID>" + kIndividual + "</UUID><Name>Okafor, Adaeze</Name>"}},
      {.section = "4",
       .what = "detailed=false",
       .target = kApi + "list?detailed=false",
       .lacks = {"<Notes"}},
      {.section = "4",
       .what = "unknown query parameters are ignored",
       .target = kApi + "list?modifedsince=2026-07-01T00:00:00",
       .has = {kArchived, kDeleted, kTrust}},
      {.section = "4.1",
       .what = "modifiedsince",
       .target = kApi + "list?modifiedsince=2026-05-12T00:00:00",
       .has = {kTrust},
       .lacks = {kCompany, kIndividual}},
      {.section = "4.1",
       .what = "modifiedsince with its colons encoded",
       .target = kApi + "list?modifiedsince=2026-05-12T00%3A00%3A00",
       .has = {kTrust},
       .lacks = {kCompany}},
      {.section = "4",
       .what = "modifiedSince, as OpenAPI spells it",
       .target = kApi + "list?modifiedSince=2026-05-12T00:00:00",
       .lacks = {kCompany}},
      {.section = "4.1",
       .what = "nothing modified since: an empty collection",
       .target = kApi + "list?modifiedsince=2026-07-01T00:00:00",
       .exact = "<Response api-method=\"List\"><Status>OK</Status><Clients /></Response>"},
      {.section = "4.1",
       .what = "modifiedsince with a zone",
       .target = kApi + "list?modifiedsince=2026-05-12T00:00:00Z",
       .status = 400,
       .has = {"<Status>ERROR</Status>"}},
      {.section = "4.1",
       .what = "modifiedsince without a time",
       .target = kApi + "list?modifiedsince=2026-05-12",
       .status = 400,
       .has = {"<Status>ERROR</Status>"}},
      {.section = "4",
       .what = "paged-list leaves out archived, deleted, and four collections",
       .target = kApi + "paged-list",
       .has = {"<Response api-method=\"PagedList\">", kTrust, "?pageSize=50</First></Links>"},
       .lacks = {kArchived, kDeleted, "<Contacts", "<Notes", "<Groups", "<Relationships",
                 "<Next>"}},
      {.section = "5.1",
       .what = "links of a page escape their &",
       .target = kApi + "paged-list?pageSize=2",
       .has = {"</Clients><Pagination><Links><First>http://127.0.0.1:", "&amp;pageSize=2</Next>"},
       .lacks = {kTrust}},
      {.section = "4",
       .what = "the last page has no Next",
       .target = kApi + "paged-list?pageToken=YWZ0ZXI6OTAwMDY&pageSize=2",
       .has = {"Seaglass Super Fund"},
       .lacks = {"<Next>", kIndividual}},
      {.section = "4",
       .what = "detailed means nothing to paged-list",
       .target = kApi + "paged-list?detailed=true",
       .lacks = {"<Notes"}},
      {"4", "pageSize 500", "GET", kApi + "paged-list?pageSize=500", kAuth, "", 200},
      {.section = "8",
       .what = "pageSize 501",
       .target = kApi + "paged-list?pageSize=501",
       .status = 400,
       .exact = Error("PagedList", "pageSize must be between 1 and 500")},
      {"8", "pageSize 0", "GET", kApi + "paged-list?pageSize=0", kAuth, "", 400},
      {"8", "pageSize that is no number", "GET", kApi + "paged-list?pageSize=ten", kAuth, "", 400},
      {.section = "8",
       .what = "a page token of nobody's",
       .target = kApi + "paged-list?pageToken=abc",
       .status = 400,
       .exact = Error("PagedList", "Invalid pageToken")},
      {.section = "4",
       .what = "search by name, in any case",
       .target = kApi + "search?query=kOWHAI",
       .has = {"<Response api-method=\"Search\">", kCompany},
       .lacks = {kTrust, "<Notes"}},
      {.section = "4",
       .what = "search by another field, decoded",
       .target = kApi + "search?query=a.okafor%40example.org&detailed=true",
       .has = {kIndividual, "<Notes />"},
       .lacks = {kCompany}},
      {.section = "4",
       .what = "search that finds nobody",
       .target = kApi + "search?query=zzz",
       .has = {"<Clients />"}},
      {"4", "search needs a query", "GET", kApi + "search", kAuth, "", 400},
  };
}

std::vector<Rule> ElementRules() {
  return {
      {.section = "5.1",
       .what = "a client never opened for tax, to the byte; Email when set; "
               "free-text Phone; empty scalars and collections",
       .target = kApi + "get/" + kNeverOpenedForTax,
       .exact =
           "<Response api-method=\"Get\"><Status>OK</Status>"
           "<WebUrl>https://practicemanager.xero.com/Client/90005/Detail</WebUrl><Client><UUID>" +
           kNeverOpenedForTax +
           "</UUID><Name>Tāwhai Café</Name><Email>hello@tawhai.example</Email><Address></Address>"
           "<City></City><Region></Region><PostCode></PostCode><Country></Country>"
           "<PostalAddress></PostalAddress><PostalCity></PostalCity><PostalRegion></PostalRegion>"
           "<PostalPostCode></PostalPostCode><PostalCountry></PostalCountry>"
           "<Phone>asdasdsad</Phone><Fax></Fax><Website></Website>"
           "<ReferralSource></ReferralSource><ExportCode></ExportCode>"
           "<IsArchived>No</IsArchived><IsDeleted>No</IsDeleted><Contacts /><Notes /><Groups />"
           "<Relationships /></Client></Response>"},
      {.section = "5.1",
       .what = "no declaration, no namespace, one line",
       .target = kApi + "list",
       .lacks = {"<?xml", "xmlns", "><\n", ">\n<"}},
      {.section = "5.1",
       .what = "individual fields in order, dates with midnight",
       .target = kApi + "get/" + kIndividual,
       .has = {"<Name>Okafor, Adaeze</Name><Title>MS</Title><Gender>F</Gender><FirstName>Adaeze"
               "</FirstName><LastName>Okafor</LastName><Email>a.okafor@example.org</Email>"
               "<DateOfBirth>1984-02-29T00:00:00</DateOfBirth><Address>"}},
      {.section = "5.1",
       .what = "a street in lines, with a newline at its end",
       .target = kApi + "get/" + kIndividual,
       .has = {"<Address>Unit 4\n17 Kauri Lane\n</Address>"}},
      {.section = "5.1",
       .what = "individual fields on an individual only",
       .target = kApi + "get/" + kCompany,
       .has = {"&amp; Sons"},
       .lacks = {"<Title>MS", "<FirstName", "<LastName", "<DateOfBirth", "<Gender"}},
      {.section = "5.1",
       .what = "Email only when set",
       .target = kApi + "get/" + kNoStructure,
       .lacks = {"<Email"}},
      {.section = "5.1",
       .what = "the tax block, present but empty (AU)",
       .target = kApi + "get/" + kNoStructure,
       .has = {"<TaxNumber></TaxNumber><CompanyNumber></CompanyNumber><BusinessNumber>"
               "</BusinessNumber><BranchNumber></BranchNumber><GSTRegistered>No</GSTRegistered>"
               "<PrepareGST>No</PrepareGST><SignedTaxAuthority>No</SignedTaxAuthority>"
               "<AgencyStatus>Unlinked</AgencyStatus><PrepareActivityStatement>No"
               "</PrepareActivityStatement><PrepareTaxReturn>No</PrepareTaxReturn>"
               "<ActiveAtoClient>No</ActiveAtoClient>"},
       .lacks = {"<BusinessStructure", "<BalanceMonth", "<ReturnType"}},
      {.section = "5.2",
       .what = "the tax block of a company (NZ)",
       .target = kApi + "get/" + kCompany,
       .has = {"<BalanceMonth>3</BalanceMonth>", "<GSTPeriod>2 Monthly</GSTPeriod>",
               "<ReturnType>IR4</ReturnType>"},
       .lacks = {"<PrepareActivityStatement", "<ActiveAtoClient", "<BranchNumber"}},
      {.section = "5.2",
       .what = "tax numbers are masked in get",
       .target = kApi + "get/" + kCompany,
       .has = {"<TaxNumber>******333</TaxNumber>"},
       .lacks = {"111-222"}},
      {.section = "5.2",
       .what = "and in list",
       .target = kApi + "list",
       .has = {"<TaxNumber>******321</TaxNumber>"},
       .lacks = {"987 654", "123-456", "111-222"}},
      {.section = "5.2",
       .what = "managers and payment terms are objects",
       .target = kApi + "get/" + kCompany,
       .has = {"<AccountManager><UUID>4be0c6a1-6d2f-4c6e-9c2a-5b0a4a2f7d03</UUID><Name>Priya "
               "Lindqvist</Name></AccountManager>",
               "<JobManager><UUID>",
               "<Type><Name>20th of Month</Name><CostMarkup>0.00</CostMarkup>"
               "<PaymentTerm>DayOfMonth</PaymentTerm><PaymentDay>20</PaymentDay></Type>"}},
      {.section = "5.4",
       .what = "a contact",
       .target = kApi + "get/" + kTrust,
       .has = {"<Contact><UUID>f1c5b7d8-0e7b-4b59-8b0d-3d0b1a9d5e04</UUID><Name>Tom Merrow</Name>"
               "<Salutation>Tom</Salutation><Addressee></Addressee><Mobile>0491 570 156</Mobile>"
               "<Email>tom@merrow.example</Email><Phone></Phone><IsDeleted>No</IsDeleted>"
               "<IsPrimary>Yes</IsPrimary><Position>Trustee</Position></Contact>"}},
      {.section = "5.2",
       .what = "Website is read with a small s",
       .target = kApi + "get/" + kTrust,
       .has = {"<Website>https://merrow.example</Website>"},
       .lacks = {"WebSite"}},
      {.section = "4",
       .what = "get of a deleted client",
       .target = kApi + "get/" + kDeleted,
       .has = {"<IsDeleted>Yes</IsDeleted>"}},
      {.section = "8",
       .what = "get of an unknown client",
       .target = kApi + "get/" + kNobody,
       .has_headers = {{"Content-Type", kXml}},
       .exact = Error("Get", "Invalid client identifier")},
      {.section = "8",
       .what = "get of what is no UUID",
       .target = kApi + "get/90003",
       .exact = Error("Get", "Invalid client identifier")},
  };
}

std::vector<Rule> UpdateRules() {
  const std::string masked = "Invalid TaxNumber: not a tax number";
  return {
      Taken("6", "omitted elements are kept", "<Fax>04 555 0100</Fax>",
            "<Phone>(04) 555 0188</Phone><Fax>04 555 0100</Fax>"),
      Taken("6", "an empty element clears", "<Phone></Phone>", "<Phone></Phone>"),
      Taken("5.2", "WebSite is written, Website read", "<WebSite>https://k.example</WebSite>",
            "<Website>https://k.example</Website>"),
      Taken("5.1", "escapes are undone and done", "<City>A &amp; B &lt;&#x101;&gt;</City>",
            "<City>A &amp; B &lt;ā&gt;</City>"),
      Taken("5.1", "lines of an address", "<Address>1 A St\nB</Address>",
            "<Address>1 A St\nB</Address>"),
      Taken("5.2", "a manager is written by UUID",
            "<JobManagerUUID>4be0c6a1-6d2f-4c6e-9c2a-5b0a4a2f7d03</JobManagerUUID>",
            "<JobManager><UUID>4be0c6a1-6d2f-4c6e-9c2a-5b0a4a2f7d03</UUID><Name>Priya Lindqvist"),
      Taken("5.2", "GSTPeriod: a number written, text read", "<GSTPeriod>6</GSTPeriod>",
            "<GSTPeriod>6 Monthly</GSTPeriod>"),
      Taken("5.2", "BalanceMonth by name", "<BalanceMonth>Jun</BalanceMonth>",
            "<BalanceMonth>6</BalanceMonth>"),
      Taken("13.2", "a date of birth as yyyy-MM-dd", "<DateOfBirth>1970-11-26</DateOfBirth>",
            "<DateOfBirth>1970-11-26T00:00:00</DateOfBirth>", kIndividual),
      Taken("5.2", "a tax number in the clear is masked at once",
            "<TaxNumber>444-555-666</TaxNumber>", "<TaxNumber>******666</TaxNumber>"),
      Taken("13.10", "a tax element opens a client for tax", "<CompanyNumber>77</CompanyNumber>",
            "<TaxNumber></TaxNumber><CompanyNumber>77</CompanyNumber>", kNeverOpenedForTax),
      Taken("13.6", "individual fields where no structure is known", "<OtherName>Lê</OtherName>",
            "<OtherName>Lê</OtherName>", kNoStructure),
      Refused("5.2", "Website isn't the written name", "<Website>x</Website>",
              "Element 'Website' can't be written here"),
      Refused("5.2", "IsArchived is read only", "<IsArchived>Yes</IsArchived>",
              "Element 'IsArchived' can't be written here"),
      Refused("5.2", "IsDeleted is read only", "<IsDeleted>Yes</IsDeleted>",
              "Element 'IsDeleted' can't be written here"),
      Refused("5.2", "Industry is read only", "<Industry>Building</Industry>",
              "Element 'Industry' can't be written here"),
      Refused("5.2", "contacts aren't written by update", "<Contacts><Contact/></Contacts>",
              "Element 'Contacts' can't be written here"),
      Refused("6", "read-side objects aren't written",
              "<AccountManager><UUID>x</UUID></AccountManager>",
              "Element 'AccountManager' can't be written here"),
      Refused("5.2", "Type is payment terms, read only", "<Type>Trust</Type>",
              "Element 'Type' can't be written here"),
      Refused("5.2", "IsProspect isn't written", "<IsProspect>No</IsProspect>",
              "Unknown element 'IsProspect'"),
      Refused("9", "unknown elements", "<Mobile>1</Mobile>", "Unknown element 'Mobile'"),
      Refused("9", "names are case-sensitive", "<phone>1</phone>", "Unknown element 'phone'"),
      Refused("9", "attributes are unknown properties too", "<Phone type=\"a\">1</Phone>",
              "Attribute 'type' is not allowed"),
      Refused("9", "an element twice", "<Phone>1</Phone><Phone>2</Phone>",
              "Element 'Phone' appears twice"),
      Refused("9", "a scalar with elements in it", "<Phone><Number>1</Number></Phone>",
              "Element 'Phone' takes a plain value"),
      Refused("6", "a masked tax number", "<TaxNumber>******333</TaxNumber>", masked),
      Refused("5.2", "a malformed tax number", "<TaxNumber>12AB</TaxNumber>", masked),
      Refused("5.2", "a tax number that another client has", "<TaxNumber>123456789</TaxNumber>",
              "Invalid TaxNumber: another client has it"),
      Refused("8", "an unknown staff member",
              "<AccountManagerUUID>" + kNobody + "</AccountManagerUUID>",
              "Invalid staff identifier for client request"),
      Refused("5.2", "Yes and No only", "<GSTRegistered>true</GSTRegistered>",
              "Invalid GSTRegistered: must be Yes or No"),
      Refused("5.2", "GSTPeriod's read text isn't written", "<GSTPeriod>2 Monthly</GSTPeriod>",
              "Invalid GSTPeriod: must be 1, 2 or 6"),
      Refused("5.2", "a value outside the list", "<ReturnType>IR99</ReturnType>",
              "Invalid ReturnType: 'IR99' is not one of its values"),
      Refused("13.7", "a structure that the practice hasn't",
              "<BusinessStructure>Guild</BusinessStructure>",
              "Invalid BusinessStructure: the practice has no 'Guild'"),
      Refused("13.6", "individual fields on a company", "<FirstName>K</FirstName>",
              "FirstName is for individuals only"),
      Refused("13.6", "individual fields on a trust", "<DateOfBirth>1970-11-26</DateOfBirth>",
              "DateOfBirth is for individuals only", kTrust),
      Refused("6", "one bad element stops all", "<Phone>1</Phone><Mobile>2</Mobile>",
              "Unknown element 'Mobile'"),
  };
}

std::vector<Rule> WriteRules() {
  const std::string update = kApi + "update";
  return {
      {.section = "6",
       .what = "update without a UUID",
       .method = "PUT",
       .target = update,
       .body = Named(""),
       .exact = Error("Update", "UUID is required")},
      {.section = "6",
       .what = "update of an unknown UUID",
       .method = "PUT",
       .target = update,
       .body = Body(kNobody, ""),
       .exact = Error("Update", "Invalid client identifier")},
      {.section = "13.3",
       .what = "update without a Name",
       .method = "PUT",
       .target = update,
       .body = "<Client><UUID>" + kCompany + "</UUID><Fax>1</Fax></Client>",
       .exact = Error("Update", "Name is required"),
       .then_uuid = kCompany,
       .then_has = {"<Fax></Fax>"}},
      {.section = "5.2",
       .what = "update with an empty Name",
       .method = "PUT",
       .target = update,
       .body = "<Client><UUID>" + kCompany + "</UUID><Name></Name></Client>",
       .exact = Error("Update", "Name is required")},
      {.section = "8",
       .what = "half an XML document",
       .method = "PUT",
       .target = update,
       .body = "<Client><UUID>" + kCompany,
       .status = 400,
       .has = {"<Status>ERROR</Status>"}},
      {.section = "8", .what = "no body", .method = "PUT", .target = update, .status = 400},
      {.section = "5.1",
       .what = "a character that XML doesn't have",
       .method = "PUT",
       .target = update,
       .body = Body(kCompany, "<Fax>a\x01</Fax>"),
       .status = 400,
       .then_uuid = kCompany,
       .then_has = {"<Fax></Fax>"}},
      {.section = "5.1",
       .what = "and by reference",
       .method = "PUT",
       .target = update,
       .body = Body(kCompany, "<Fax>&#1;</Fax>"),
       .status = 400},
      {.section = "5.1",
       .what = "bytes that aren't UTF-8",
       .method = "PUT",
       .target = update,
       .body = Body(kCompany, "<Fax>\xff</Fax>"),
       .status = 400},
      {.section = "5.1",
       .what = "a raw &",
       .method = "PUT",
       .target = update,
       .body = Body(kCompany, "<Fax>1 & 2</Fax>"),
       .status = 400},
      {.section = "8",
       .what = "a DOCTYPE",
       .method = "PUT",
       .target = update,
       .body = "<!DOCTYPE Client [<!ENTITY a 'b'>]>" + Body(kCompany, ""),
       .status = 400},
      {.section = "9",
       .what = "JSON without the feature header",
       .method = "PUT",
       .target = update,
       .body = R"({"uuid":"x"})",
       .status = 400},
      {.section = "4",
       .what = "another root",
       .method = "PUT",
       .target = update,
       .body = "<Contact/>",
       .exact = Error("Update", "The request must be a Client")},
      {.section = "8",
       .what = "409 where the client is deleted",
       .method = "PUT",
       .target = update,
       .body = Body(kDeleted, "<Fax>1</Fax>"),
       .status = 409,
       .has = {"<Status>ERROR</Status>"}},
      {.section = "4",
       .what = "add answers 200 and the client in detail",
       .method = "POST",
       .target = kApi + "add",
       .body = Named("<Phone>1</Phone>"),
       .has = {"<Response api-method=\"Add\"><Status>OK</Status><Client><UUID>00000000-0000-4000",
               "<Name>New Client</Name>", "<Phone>1</Phone>", "<Notes />"},
       .lacks = {"<TaxNumber", "<WebUrl"}},
      {.section = "5.4",
       .what = "add with contacts; the last primary wins",
       .method = "POST",
       .target = kApi + "add",
       .body = Named("<Contacts><Contact><Name>A</Name><IsPrimary>Yes</IsPrimary></Contact>"
                     "<Contact><Name>B</Name><IsPrimary>Yes</IsPrimary></Contact></Contacts>"),
       .has = {"<Name>A</Name><Salutation></Salutation><Addressee></Addressee><Mobile></Mobile>"
               "<Email></Email><Phone></Phone><IsDeleted>No</IsDeleted><IsPrimary>No</IsPrimary>",
               "<IsPrimary>Yes</IsPrimary><Position></Position></Contact></Contacts>"}},
      {.section = "4",
       .what = "add without a Name",
       .method = "POST",
       .target = kApi + "add",
       .body = "<Client><Phone>1</Phone></Client>",
       .exact = Error("Add", "Name is required")},
      {.section = "5.2",
       .what = "add with a UUID",
       .method = "POST",
       .target = kApi + "add",
       .body = Body(kNobody, ""),
       .exact = Error("Add", "Element 'UUID' can't be written here")},
      {.section = "4",
       .what = "archive",
       .method = "PUT",
       .target = kApi + "archive",
       .body = "<Client><UUID>" + kTrust + "</UUID></Client>",
       .has = {"<Response api-method=\"Archive\"><Status>OK</Status><Client>",
               "<IsArchived>Yes</IsArchived>", "<Notes />"},
       .then_uuid = kTrust,
       .then_has = {"<IsArchived>Yes</IsArchived>"}},
      {.section = "4",
       .what = "archive takes a UUID only",
       .method = "PUT",
       .target = kApi + "archive",
       .body = Body(kTrust, ""),
       .exact = Error("Archive", "Only UUID is allowed here"),
       .then_uuid = kTrust,
       .then_has = {"<IsArchived>No</IsArchived>"}},
      {.section = "4",
       .what = "delete answers the Status only",
       .method = "POST",
       .target = kApi + "delete",
       .body = "<Client><UUID>" + kTrust + "</UUID></Client>",
       .exact = "<Response api-method=\"Delete\"><Status>OK</Status></Response>",
       .then_uuid = kTrust,
       .then_has = {"<IsDeleted>Yes</IsDeleted>"}},
      {.section = "8",
       .what = "delete of an unknown client",
       .method = "POST",
       .target = kApi + "delete",
       .body = "<Client><UUID>" + kNobody + "</UUID></Client>",
       .exact = Error("Delete", "Invalid client identifier")},
  };
}

void Check(const Rule& rule) {
  SCOPED_TRACE("reference " + rule.section + ": " + rule.what);
  TestSandbox sandbox;
  const RawReply reply = sandbox.Call(rule.method, rule.target, rule.body, rule.headers);
  EXPECT_EQ(reply.status, rule.status) << reply.body;
  for (const auto& [name, value] : rule.has_headers) EXPECT_EQ(reply.Header(name), value) << name;
  for (const std::string& name : rule.lacks_headers) EXPECT_EQ(reply.Header(name), std::nullopt);
  for (const std::string& part : rule.has) EXPECT_THAT(reply.body, HasSubstr(part));
  for (const std::string& part : rule.lacks) EXPECT_THAT(reply.body, Not(HasSubstr(part)));
  EXPECT_EQ(reply.body, rule.exact.value_or(reply.body));
  EXPECT_TRUE(reply.Header("Xero-Correlation-Id").has_value());
  EXPECT_TRUE(reply.Header("Date").has_value());
  if (rule.then_uuid.empty()) return;
  const RawReply then = sandbox.Get(rule.then_uuid);
  for (const std::string& part : rule.then_has) EXPECT_THAT(then.body, HasSubstr(part));
}

void CheckAll(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) Check(rule);
}

TEST(ReferenceTest, Gateway) { CheckAll(GatewayRules()); }
TEST(ReferenceTest, Lists) { CheckAll(ListRules()); }
TEST(ReferenceTest, Elements) { CheckAll(ElementRules()); }
TEST(ReferenceTest, Updates) { CheckAll(UpdateRules()); }
TEST(ReferenceTest, Writes) { CheckAll(WriteRules()); }

}  // namespace
}  // namespace profilesync::xpm_sandbox
