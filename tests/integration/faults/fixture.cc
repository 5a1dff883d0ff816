#include "tests/integration/faults/fixture.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::ElementMap;
using xpm_sandbox::FaultKind;

// The largest answers are larger than what all rows' clients take, and smaller than the oversize
// ones of the tables.
constexpr char kBounds[] =
    "read_timeout_seconds: 1 write_timeout_seconds: 1 max_body_bytes: 2097152 max_list_bytes: "
    "2097152";
constexpr int kTenants = 150;
constexpr int kOtherClients = 4;  // of the practice, linked to nothing

ElementMap Individual(const std::string& name) {
  return {{"Name", name},
          {"BusinessStructure", "Individual"},
          {"FirstName", "Ann"},
          {"LastName", "Bee"},
          {"DateOfBirth", "1984-02-29"},
          {"Email", "ann@bee.example"},
          {"Phone", "04 555 0100"},
          {"Address", "Flat 2\n14 Rata Road"},
          {"City", "Nelson"},
          {"Region", "Tasman"},
          {"PostCode", "7010"},
          {"Country", "New Zealand"},
          {"ReferralSource", "A friend"},
          {"BusinessNumber", "9429000000001"}};
}

type::ClientFields ProfileOf(const std::string& name, const std::string& website) {
  type::ClientFields fields = Fields(
      "given_name: 'Ann' family_name: 'Bee' date_of_birth: '1984-02-29' email: "
      "'ann@bee.example' business_number: '9429000000001' physical_address { lines: 'Flat 2' "
      "lines: '14 Rata Road' city: 'Nelson' region: 'Tasman' postal_code: '7010' country: "
      "'NZ' }");
  fields.set_name(name);
  fields.set_website(website);
  return fields;
}

std::string Text(const type::FieldValue& value) {
  if (!value.has_address()) {
    return std::string(absl::StripAsciiWhitespace(value.text()));
  }
  std::vector<std::string> parts(value.address().lines().begin(), value.address().lines().end());
  for (const std::string& part : {value.address().city(), value.address().region(),
                                  value.address().postal_code(), value.address().country()}) {
    parts.emplace_back(absl::StripAsciiWhitespace(part));
  }
  return absl::StrJoin(parts, ", ");
}

google::rpc::Status ErrorOf(const grpc::Status& status) {
  google::rpc::Status error;
  error.ParseFromString(status.error_details());
  error.set_code(status.error_code());
  error.set_message(status.error_message());
  return error;
}

}  // namespace

FaultsTest::FaultsTest() : VerbsTest(XpmAccess::kOAuth, kBounds) {
  std::vector<xpm_sandbox::Tenant> tenants;
  for (int i = 0; i < kTenants; ++i) {
    tenants.push_back({.id = absl::StrFormat("%08d-98a1-4c0b-b6c6-0c7d6cf2e411", i), .name = "P"});
  }
  EXPECT_TRUE(xpm_.SetTenants(tenants).ok());
  for (int i = 0; i < kOtherClients; ++i) {
    xpm_.AddClient({.values = {{"Name", absl::StrCat("Somebody ", i)}}});
  }
}

FaultsTest::~FaultsTest() {
  for (const std::string& token : xpm_.IssuedSecrets()) {
    sweep_.AddSecret(token);
  }
}

std::string FaultsTest::MakeAddOn() {
  v1::CreateAddOnRequest request;
  request.set_parent(kFirm);
  request.set_add_on_id(absl::StrCat("a", count_));
  request.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  request.mutable_add_on()->set_tenant_id(
      absl::StrFormat("%08d-98a1-4c0b-b6c6-0c7d6cf2e411", count_));
  v1::AddOn add_on;
  const grpc::Status status =
      Call(*add_ons_, &v1::AddOnService::Stub::CreateAddOn, request, &add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  Authorise(add_on.name());
  return add_on.name();
}

void FaultsTest::Authorise(const std::string& name) {
  v1::ReauthoriseAddOnRequest reauthorise;
  reauthorise.set_name(name);
  v1::AddOn add_on;
  EXPECT_TRUE(
      Call(*add_ons_, &v1::AddOnService::Stub::ReauthoriseAddOn, reauthorise, &add_on).ok());
  const auto redirect = xpm_.Authorise(add_on.authorise_uri());
  ASSERT_TRUE(redirect.ok()) << redirect.status();
  v1::AuthoriseAddOnRequest authorise;
  authorise.set_name(name);
  authorise.set_state(redirect->state);
  authorise.set_code(redirect->code);
  const grpc::Status status =
      Call(*add_ons_, &v1::AddOnService::Stub::AuthoriseAddOn, authorise, &add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(add_on.state(), v1::AddOn::ACTIVE);
}

v1::AddOn FaultsTest::AddOn(const Subject& subject) {
  v1::GetAddOnRequest request;
  request.set_name(subject.add_on);
  v1::AddOn add_on;
  EXPECT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::GetAddOn, request, &add_on).ok());
  return add_on;
}

std::string FaultsTest::LinkTo(const std::string& id, const std::string& add_on,
                               const std::string& client, const type::ClientFields& fields) {
  v1::CreateLinkRequest request;
  request.set_parent(kFirm);
  request.mutable_link()->set_profile(MakeProfile(id, fields, type::INDIVIDUAL));
  request.mutable_link()->set_add_on(add_on);
  request.mutable_link()->set_practice_client_id(client);
  v1::Link link;
  const grpc::Status status = Call(*links_, &v1::LinkService::Stub::CreateLink, request, &link);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return link.name();
}

void FaultsTest::MakeClients(Verb verb, Subject* subject) {
  const ElementMap tax = {{"TaxNumber", kTaxNumber}};
  const auto add = [&](const std::string& name) {
    ElementMap values = Individual(name);
    values.insert(tax.begin(), tax.end());
    return xpm_.AddClient(
        {.values = values,
         .contacts = {{{"UUID", xpm_sandbox::RandomUuid()},
                       {"Name", "Tom"},
                       {"Mobile", "021 555 0199"},
                       {"IsPrimary", "Yes"}}},
         .notes = {{{"Title", "Year end"}, {"Text", "Wants accounts\nby June."}}}});
  };
  subject->other_client = add(absl::StrCat("Other ", count_, " Bee"));
  subject->client = add(absl::StrCat("Ann ", count_, " Bee"));
  if (verb == Verb::kImportById || verb == Verb::kImportByFilter) {
    subject->fresh_name = absl::StrCat("Fresh ", count_, " Bee");
    subject->fresh_client = add(subject->fresh_name);
  }
}

Subject FaultsTest::MakeSubject(Verb verb) {
  Subject subject;
  subject.add_on = MakeAddOn();
  MakeClients(verb, &subject);
  subject.website = absl::StrCat("w", count_, ".example");
  const std::string profile = absl::StrCat("p", count_);
  subject.link = LinkTo(profile, subject.add_on, subject.client,
                        ProfileOf(absl::StrCat("Ann ", count_, " Bee"), subject.website));
  subject.other_link = LinkTo(absl::StrCat("o", count_), subject.add_on, subject.other_client,
                              ProfileOf(absl::StrCat("Other ", count_, " Bee"), "other.example"));
  EXPECT_TRUE(xpm_.EditClient(subject.client, {.values = {{"Email", "new@bee.example"}}}).ok());
  Refresh(subject.link);
  EXPECT_TRUE(xpm_.EditClient(subject.client, {.values = {{"Fax", kFax}}}).ok());
  subject.record = *xpm_.GetClient(subject.client);
  subject.other_record = *xpm_.GetClient(subject.other_client);
  subject.sides = Sides(subject.link);
  subject.other_sides = Sides(subject.other_link);
  subject.profile_changes = ProfileChanges(subject.link);
  if (IsSync(verb)) {
    std::map<std::string, v1::SyncDirection> fields;
    if (verb != Verb::kPull) {
      fields["website"] = v1::TO_PRACTICE;
    }
    if (verb == Verb::kPull || verb == Verb::kPushAndPull) {
      fields["primary_phone"] = v1::TO_PROFILE;
    }
    subject.sync = Request(subject.link, fields);
    subject.sync.set_request_id(absl::StrFormat("8f14e45f-ceea-467f-a0e6-%012x", count_));
  }
  ++count_;
  xpm_.ClearCalls();
  return subject;
}

void FaultsTest::Arm(const FaultRow& row, const Subject& subject) {
  xpm_sandbox::Fault fault = row.fault;
  if (fault.element == kOwnClient) {
    fault.element = row.verb == Verb::kImportByFilter ? subject.fresh_client : subject.client;
  } else if (fault.element == kOtherClient) {
    fault.element = subject.other_client;
  }
  if (row.verb == Verb::kReadBack) {
    EXPECT_TRUE(
        xpm_.InjectFault(
                {.endpoint = "client.api/update", .kind = FaultKind::kDrop, .applied = true})
            .ok());
    // The first read is the one before the write, and there is nothing wrong with it.
    EXPECT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kChunked}).ok());
  }
  EXPECT_TRUE(xpm_.InjectFault(fault).ok());
}

google::rpc::Status FaultsTest::WaitFor(google::longrunning::Operation* operation) {
  EXPECT_TRUE(WaitUntil([&] {
    if (!operation->done()) {
      *operation = LongOperation(operation->name());
    }
    return operation->done();
  }));
  return operation->error();
}

google::rpc::Status FaultsTest::Search(const Subject& subject, const std::string& query) {
  v1::SearchPracticeClientsRequest request;
  request.set_parent(subject.add_on);
  request.set_query(query);
  request.set_page_size(500);
  v1::SearchPracticeClientsResponse response;
  const grpc::Status status =
      Call(*links_, &v1::LinkService::Stub::SearchPracticeClients, request, &response);
  if (!status.ok()) {
    return ErrorOf(status);
  }
  // An answer is an answer in whole, or none.
  for (const v1::PracticeClientMatch& match : response.practice_client_matches()) {
    EXPECT_NE(match.practice_client().display_name(), "");
    if (match.practice_client().id() == subject.client) {
      EXPECT_EQ(match.link(), subject.link);
    }
  }
  return {};
}

google::rpc::Status FaultsTest::RefreshFirm(const Subject& subject, bool full) {
  v1::RefreshFirmRequest request;
  request.set_name(kFirm);
  request.set_add_on(subject.add_on);
  request.set_full(full);
  google::longrunning::Operation operation;
  const grpc::Status status =
      Call(*syncs_, &v1::SyncService::Stub::RefreshFirm, request, &operation);
  return status.ok() ? WaitFor(&operation) : ErrorOf(status);
}

google::rpc::Status FaultsTest::ImportFresh(Verb verb, Subject* subject) {
  v1::ImportPracticeClientsRequest request;
  request.set_parent(kFirm);
  request.set_add_on(subject->add_on);
  if (verb == Verb::kImportById) {
    request.add_practice_clients()->set_practice_client_id(subject->fresh_client);
  } else {
    request.set_filter(absl::StrCat("name = \"", subject->fresh_name, "\""));
  }
  google::longrunning::Operation operation;
  if (const grpc::Status status = TryImport(request, &operation); !status.ok()) {
    return ErrorOf(status);
  }
  const google::rpc::Status error = WaitFor(&operation);
  v1::ImportPracticeClientsResponse response;
  operation.response().UnpackTo(&response);
  // Imported and linked by whichever import is the first to end well, and by no other.
  for (const v1::ImportResult& result : response.results()) {
    const bool first = ++subject->imported == 1;
    EXPECT_EQ(v1::ImportResult::Outcome_Name(result.outcome()), first ? "IMPORTED" : "EXISTED");
    EXPECT_EQ(v1::ImportResult::LinkOutcome_Name(result.link_outcome()),
              first ? "LINKED" : "ALREADY_LINKED");
  }
  return error;
}

google::rpc::Status FaultsTest::SyncIt(Subject* subject) {
  const grpc::Status status = Sync(subject->sync, &subject->operation);
  return status.ok() ? subject->operation.error() : ErrorOf(status);
}

google::rpc::Status FaultsTest::Ask(Verb verb, Subject* subject) {
  switch (verb) {
    case Verb::kRefreshLink:
      return ErrorOf(TryRefresh(subject->link));
    case Verb::kSearch:
      return Search(*subject, subject->record.Get("Name"));
    case Verb::kBrowse:
      return Search(*subject, "");
    case Verb::kRefreshFirm:
      return RefreshFirm(*subject, /*full=*/true);
    case Verb::kImportById:
    case Verb::kImportByFilter:
      return ImportFresh(verb, subject);
    default:
      return SyncIt(subject);
  }
}

google::rpc::Status FaultsTest::AskUnderFault(const FaultRow& row, Subject* subject) {
  // A list may be silent for twenty times as long as another answer: the tests don't wait for that,
  // but for the end of the connection.
  const bool ends =
      row.fault.kind == FaultKind::kTimeout && row.fault.endpoint == "client.api/list";
  if (row.fault.kind != FaultKind::kHang && !ends) {
    return Ask(row.verb, subject);
  }
  std::atomic<bool> answered = false;
  std::thread letting_go([&] {
    while (!answered) {
      if (xpm_.hanging() > 0) {
        xpm_.Release();
      }
      absl::SleepFor(absl::Milliseconds(5));
    }
  });
  google::rpc::Status error = Ask(row.verb, subject);
  answered = true;
  letting_go.join();
  return error;
}

std::map<std::string, std::string> FaultsTest::Sides(const std::string& link) {
  std::map<std::string, std::string> sides;
  const v1::Diff diff = Diff(link);
  for (const v1::FieldDiff& field : diff.fields()) {
    sides[field.field()] =
        absl::StrCat(v1::FieldDiff::State_Name(field.state()), "|", Text(field.profile_value()),
                     "|", Text(field.practice_value()));
  }
  return sides;
}

int FaultsTest::ProfileChanges(const std::string& link) {
  const std::string profile = Diff(link).profile();
  v1::ListProfileChangesRequest request;
  request.set_parent(kFirm);
  request.set_page_size(1000);
  const v1::ListProfileChangesResponse response = Changes(request);
  return static_cast<int>(std::count_if(
      response.profile_changes().begin(), response.profile_changes().end(),
      [&](const v1::ProfileChange& change) { return change.profile().name() == profile; }));
}

std::vector<v1::SyncOperation> FaultsTest::OperationsOf(const std::string& link) {
  v1::ListSyncOperationsRequest request;
  request.set_parent(kFirm);
  request.set_filter(absl::StrCat("link = \"", link, "\""));
  v1::ListSyncOperationsResponse response;
  EXPECT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ListSyncOperations, request, &response).ok());
  return {response.sync_operations().begin(), response.sync_operations().end()};
}

int FaultsTest::WritesSent(const std::string& client) {
  int count = 0;
  for (const xpm_sandbox::CallRecord& call : xpm_.calls("client.api/update")) {
    count += absl::StrContains(call.body, client) && call.status != 401 ? 1 : 0;
  }
  return count;
}

int FaultsTest::AppliedWrites(const std::string& client) {
  int count = 0;
  for (const xpm_sandbox::CallRecord& call : xpm_.calls("client.api/update")) {
    const bool as_usual = call.fault.empty() || call.fault == "hang";
    const bool applied = as_usual ? call.status == 200 : call.fault_applied;
    count += absl::StrContains(call.body, client) && applied ? 1 : 0;
  }
  return count;
}

}  // namespace profilesync::testing
