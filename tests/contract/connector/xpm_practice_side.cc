#include "tests/contract/connector/xpm_practice_side.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/catalogue.h"
#include "common/status.h"
#include "server/connector/xpm/make_xpm_connector.h"

namespace profilesync::connector {
namespace {

using xpm_sandbox::ElementMap;
using xpm_sandbox::FaultKind;

constexpr char kToken[] = "sentinel-token-of-the-contract";

// By the reference, section 5.2; the connector has its own table.
const std::map<std::string, std::string>& Elements() {
  static const auto* const kElements =
      new std::map<std::string, std::string>{{"email", "Email"},
                                             {"primary_phone", "Phone"},
                                             {"other_phone", "Fax"},
                                             {"website", "Website"},
                                             {"name", "Name"},
                                             {"given_name", "FirstName"},
                                             {"middle_name", "OtherName"},
                                             {"family_name", "LastName"},
                                             {"date_of_birth", "DateOfBirth"},
                                             {"company_number", "CompanyNumber"},
                                             {"business_number", "BusinessNumber"},
                                             {"tax_number", "TaxNumber"}};
  return *kElements;
}

void PutAddress(const type::Address& address, const std::string& prefix, ElementMap* values) {
  (*values)[prefix + "Address"] = absl::StrJoin(address.lines(), "\n");
  (*values)[prefix + "City"] = address.city();
  (*values)[prefix + "Region"] = address.region();
  (*values)[prefix + "PostCode"] = address.postal_code();
  (*values)[prefix + "Country"] = address.country();
}

ElementMap ToElements(const type::ClientFields& fields) {
  ElementMap values;
  for (const auto& [field, element] : Elements()) {
    const Field& f = *Catalogue::Get().Find(field);
    if (f.Has(fields)) {
      values[element] = std::string(f.Text(fields));
    }
  }
  if (fields.has_physical_address()) {
    PutAddress(fields.physical_address(), "", &values);
  }
  if (fields.has_postal_address()) {
    PutAddress(fields.postal_address(), "Postal", &values);
  }
  std::erase_if(values, [](const auto& entry) { return entry.second.empty(); });
  return values;
}

void TakeAddress(const xpm_sandbox::ClientRecord& client, const std::string& prefix,
                 const std::string& field, type::ClientFields* fields) {
  type::FieldValue value;
  auto* address = value.mutable_address();
  const std::string street = client.Get(prefix + "Address");
  if (!street.empty()) {
    for (const auto line : absl::StrSplit(street, '\n')) {
      address->add_lines(std::string(line));
    }
  }
  address->set_city(client.Get(prefix + "City"));
  address->set_region(client.Get(prefix + "Region"));
  address->set_postal_code(client.Get(prefix + "PostCode"));
  address->set_country(client.Get(prefix + "Country"));
  if (!IsBlank(*address)) {
    Catalogue::Get().Find(field)->Set(fields, value);
  }
}

std::string Endpoint(Operation operation) {
  switch (operation) {
    case Operation::kGet:
      return "client.api/get";
    case Operation::kSearch:
      return "client.api/search";
    case Operation::kPage:
      return "client.api/paged-list";
    case Operation::kList:
      return "client.api/list";
    case Operation::kUpdate:
      return "client.api/update";
    case Operation::kCreate:
      return "client.api/add";
  }
  return "";
}

FaultKind FaultFor(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNoAnswer:
      return FaultKind::kDrop;
    case Trouble::kSilence:
      return FaultKind::kTimeout;
    case Trouble::kNothing:
      return FaultKind::kEmpty;
    case Trouble::kHtml:
      return FaultKind::kHtml;
    case Trouble::kHalfDocument:
      return FaultKind::kHalf;
    case Trouble::kClosedMidway:
      return FaultKind::kCloseMidBody;
    case Trouble::kResetMidway:
      return FaultKind::kResetMidBody;
    case Trouble::kTooLarge:
      return FaultKind::kOversize;
    case Trouble::kRedirect:
      return FaultKind::kRedirect;
    case Trouble::kServerError:
      return FaultKind::kServerError;
    case Trouble::kServerPage:
      return FaultKind::kServerErrorJunk;
    case Trouble::kUnavailable:
      return FaultKind::kUnavailable;
    case Trouble::kUnauthorised:
      return FaultKind::kUnauthorized;
    case Trouble::kForbidden:
      return FaultKind::kForbidden;
    case Trouble::kConflict:
      return FaultKind::kConflict;
    case Trouble::kRateLimit:
      return FaultKind::kRateMinute;
    case Trouble::kConcurrencyLimit:
      return FaultKind::kRateConcurrent;
    case Trouble::kRefusal:
      return FaultKind::kBusinessError;
  }
  return FaultKind::kServerError;
}

std::string WriteToken() {
  static std::atomic<int> count = 0;
  std::string path = absl::StrCat(::testing::TempDir(), "xpm_token_", getpid(), "_", count++);
  std::ofstream(path) << kToken;
  chmod(path.c_str(), 0600);
  return path;
}

std::string StructureOf(type::PartyKind kind) {
  return kind == type::INDIVIDUAL ? "Individual" : kind == type::COMPANY ? "Company" : "";
}

}  // namespace

XpmPracticeSide::XpmPracticeSide(const xpm_sandbox::Behaviour& behaviour)
    : token_file_(WriteToken()),
      sandbox_({.token = kToken,
                .behaviour = behaviour,
                .limits = {.concurrent = 5, .minute = 0, .day = 0, .app_minute = 0}}) {
  Connect(2);
}

void XpmPracticeSide::Connect(int read_timeout_seconds) {
  config::v1::XpmConfig config;
  config.set_base_url(sandbox_.base_url() + "/practicemanager/3.1/");
  config.set_token_file(token_file_);
  config.set_read_timeout_seconds(read_timeout_seconds);
  config.set_write_timeout_seconds(1);
  config.set_max_body_bytes(1 << 20);
  config.set_max_list_bytes(2 << 20);
  auto made = xpm::MakeXpmConnector(config, "", clock_, [](const xpm::CallReport&) {});
  EXPECT_TRUE(made.ok()) << made.status();
  connector_ = *std::move(made);
}

XpmPracticeSide::~XpmPracticeSide() { std::remove(token_file_.c_str()); }

Ways XpmPracticeSide::ways() const {
  const auto behaviour = sandbox_.behaviour();
  Ways ways{
      .empties = behaviour.empty_elements == xpm_sandbox::EmptyElements::kClear,
      .keeps_unnamed = behaviour.omitted_elements == xpm_sandbox::OmittedElements::kKept,
      .tells_unknown = behaviour.unknown_client != xpm_sandbox::UnknownClient::k500,
      .updates_archived = behaviour.write_to_archived == xpm_sandbox::WriteToArchived::kStored,
      .updates_deleted = behaviour.write_to_deleted == xpm_sandbox::WriteToDeleted::kStored,
      .stores_dates = behaviour.accept_date_dashed,
      .unreported_when_bare = {"tax_number"},
  };
  if (behaviour.tax_block == xpm_sandbox::TaxBlock::kOnceOpened) {
    ways.unreported_when_bare.insert({"company_number", "business_number"});
  }
  return ways;
}

std::string XpmPracticeSide::Add(const type::PracticeClient& client) {
  xpm_sandbox::ClientRecord record{.opened_for_tax = true, .values = ToElements(client.fields())};
  record.Set("BusinessStructure", StructureOf(client.kind()));
  // Of no concern to us, however they are spelled.
  record.Set("MiddleName", client.kind() == type::INDIVIDUAL ? "Chioma" : "");
  record.Set("BankBsb", "12-3456");
  record.Set("AutoBasOptInCriteria", "Monthly");
  record.Set("IsArchived", client.state() == type::PracticeClient::ARCHIVED ? "Yes" : "");
  record.Set("IsDeleted", client.state() == type::PracticeClient::DELETED ? "Yes" : "");
  return sandbox_.AddClient(std::move(record));
}

std::string XpmPracticeSide::AddBare(const std::string& name) {
  return sandbox_.AddClient({.values = {{"Name", name}}});
}

void XpmPracticeSide::Edit(const std::string& id, const type::ClientFields& fields) {
  EXPECT_TRUE(sandbox_.EditClient(id, {.values = ToElements(fields)}).ok());
}

void XpmPracticeSide::SetState(const std::string& id, type::PracticeClient::State state) {
  const ElementMap values = {{"IsArchived", state == type::PracticeClient::ARCHIVED ? "Yes" : ""},
                             {"IsDeleted", state == type::PracticeClient::DELETED ? "Yes" : ""}};
  EXPECT_TRUE(sandbox_.EditClient(id, {.values = values}).ok());
}

void XpmPracticeSide::Remove(const std::string& id) { EXPECT_TRUE(sandbox_.RemoveClient(id).ok()); }

type::ClientFields XpmPracticeSide::Stored(const std::string& id) const {
  const auto client = sandbox_.GetClient(id);
  EXPECT_TRUE(client.ok()) << client.status();
  type::ClientFields fields;
  for (const auto& [field, element] : Elements()) {
    type::FieldValue value;
    value.set_text(client->Get(element));
    if (!value.text().empty()) {
      Catalogue::Get().Find(field)->Set(&fields, value);
    }
  }
  TakeAddress(*client, "", "physical_address", &fields);
  TakeAddress(*client, "Postal", "postal_address", &fields);
  return fields;
}

void XpmPracticeSide::BreakNext(Operation operation, Trouble trouble, bool applied, int times) {
  sandbox_.ClearFaults();
  if (times == 0) {
    return;
  }
  const absl::Status injected = sandbox_.InjectFault(
      {.endpoint = Endpoint(operation),
       .kind = FaultFor(trouble),
       .times = times,
       .applied = applied,
       .bytes =
           operation == Operation::kSearch || operation == Operation::kList ? 2 << 20 : 1 << 20,
       .value = "Because of <this> & that" + std::string(300, '!')});
  EXPECT_TRUE(injected.ok()) << injected;
}

void XpmPracticeSide::MeddleWithNextUpdate(const std::string& value) {
  const absl::Status injected = sandbox_.InjectFault({.endpoint = "client.api/update",
                                                      .kind = FaultKind::kAlsoSet,
                                                      .element = "ReferralSource",
                                                      .value = value});
  EXPECT_TRUE(injected.ok()) << injected;
}

void XpmPracticeSide::HangNext(int times) {
  const absl::Status injected =
      sandbox_.InjectFault({.endpoint = "*", .kind = FaultKind::kHang, .times = times});
  EXPECT_TRUE(injected.ok()) << injected;
}

int XpmPracticeSide::writes() const {
  return static_cast<int>(sandbox_.calls("client.api/update").size() +
                          sandbox_.calls("client.api/add").size());
}

}  // namespace profilesync::connector
