#include "tests/integration/sync/fixture.h"

#include <unistd.h>

#include <fstream>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace profilesync::testing {
namespace {

template <typename Detail>
Detail FindDetail(const grpc::Status& status) {
  google::rpc::Status parsed;
  parsed.ParseFromString(status.error_details());
  Detail detail;
  for (const auto& any : parsed.details()) {
    if (any.UnpackTo(&detail)) {
      break;
    }
  }
  return detail;
}

}  // namespace

v1::ResolveSyncOperationRequest ResolutionOf(
    const std::string& operation, v1::ResolveSyncOperationRequest::Resolution resolution) {
  v1::ResolveSyncOperationRequest request;
  request.set_name(operation);
  request.set_resolution(resolution);
  request.set_note("looked at it");
  return request;
}

std::vector<std::string> Unasked(const v1::SyncOperation& operation) {
  std::vector<std::string> changes;
  for (const auto& change : operation.unasked_changes()) {
    changes.push_back(change.field());
  }
  return changes;
}

type::ClientFields CompanyFields(const std::string& website) {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  fields.set_website(website);
  return fields;
}

std::string ReasonOf(const grpc::Status& status) {
  return FindDetail<google::rpc::ErrorInfo>(status).reason();
}

std::string MetadataOf(const grpc::Status& status, const std::string& key) {
  const auto metadata = FindDetail<google::rpc::ErrorInfo>(status).metadata();
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

std::vector<std::string> ViolatedFields(const grpc::Status& status) {
  std::vector<std::string> fields;
  const auto bad = FindDetail<google::rpc::BadRequest>(status);
  for (const auto& violation : bad.field_violations()) {
    fields.push_back(violation.field());
  }
  return fields;
}

bool WaitUntil(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::string Outcomes(const v1::SyncOperation& operation) {
  std::string text;
  for (const v1::FieldResult& result : operation.field_results()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ",
                    absl::AsciiStrToLower(v1::FieldResult::Outcome_Name(result.outcome())), " ",
                    result.field());
  }
  return text;
}

SyncTest::SyncTest(XpmAccess access, const std::string& bounds)
    : xpm_({.token = kToken,
            .client_id = "profilesync-tests",
            .client_secret = kClientSecret,
            .redirect_uris = {kRedirectUri},
            .limits = {0, 0, 0, 0}}),
      access_(access),
      bounds_(bounds),
      folder_(::testing::TempDir() + absl::StrCat("/sync-", getpid(), "-", random())) {
  std::filesystem::create_directories(folder_);
  log_ = std::make_unique<CapturedLog>(folder_ / "server.log");
  sweep_.AddSecret(kToken);
  sweep_.AddSecret(kClientSecret);
  config_.listen = "127.0.0.1:0";
  config_.database = folder_ / "profilesync.db";
  config_.key_file = folder_ / "profilesync.key";
  Configure();
  config_.drain = absl::Seconds(2);
  // What is of unknown outcome stays so, however slow the machine.
  config_.read_back_times = {.first = absl::Hours(1), .second = absl::Hours(2)};
  StartServer();
  CreateFirm();
  if (access == XpmAccess::kTokenFile) {
    CreateAddOn();
  }
}

void SyncTest::Configure() {
  config_.practice_systems =
      WriteSecret("systems.textproto",
                  absl::StrCat("practice_systems { id: 'xpm' xpm { ", XpmConfig(), " } }"));
}

std::string SyncTest::XpmConfig() {
  std::string config = absl::StrCat("base_url: '", xpm_.base_url(), "/practicemanager/3.1/' ",
                                    bounds_, " ", limits_, " ");
  if (access_ == XpmAccess::kTokenFile) {
    return absl::StrCat(config, "token_file: '", WriteSecret("xpm-token", kToken), "'");
  }
  return absl::StrCat(config, "oauth { client_id: 'profilesync-tests' client_secret_file: '",
                      WriteSecret("client-secret", kClientSecret), "' redirect_uri: '",
                      kRedirectUri, "' login_base_url: '", xpm_.base_url(),
                      "/' identity_base_url: '", xpm_.base_url(), "/' connections_base_url: '",
                      xpm_.base_url(), "/' }");
}

void SyncTest::CreateFirm() {
  v1::CreateFirmRequest request;
  request.set_firm_id("harbour");
  request.mutable_firm()->set_display_name("Harbour and Pine");
  request.mutable_firm()->set_region_code("NZ");
  v1::Firm firm;
  EXPECT_TRUE(Call(*firms_, &v1::FirmService::Stub::CreateFirm, request, &firm).ok());
}

void SyncTest::CreateAddOn() {
  v1::CreateAddOnRequest request;
  request.set_parent(kFirm);
  request.set_add_on_id("xpm");
  request.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  request.mutable_add_on()->set_tenant_id(xpm_.tenant_id());
  v1::AddOn activated;
  const grpc::Status status =
      Call(*add_ons_, &v1::AddOnService::Stub::CreateAddOn, request, &activated);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

SyncTest::~SyncTest() {
  xpm_.ClearFaults();
  xpm_.Release();
  SweepForSecrets();  // the log of writes too, which goes when the server does
  StopServer();
  log_ = nullptr;
  SweepForSecrets();
  std::filesystem::remove_all(folder_);
}

void SyncTest::StartServer() {
  auto app = app::App::Start(config_, clock_);
  ASSERT_TRUE(app.ok()) << app.status().ToString();
  app_ = *std::move(app);
  const auto channel = grpc::CreateChannel(app_->address(), grpc::InsecureChannelCredentials());
  firms_ = v1::FirmService::NewStub(channel);
  add_ons_ = v1::AddOnService::NewStub(channel);
  rules_ = v1::FieldRuleService::NewStub(channel);
  profiles_ = v1::ProfileService::NewStub(channel);
  links_ = v1::LinkService::NewStub(channel);
  syncs_ = v1::SyncService::NewStub(channel);
}

void SyncTest::StopServer() { app_ = nullptr; }

void SyncTest::RestartWithLimits(const std::string& limits) {
  StopServer();
  limits_ = limits;
  Configure();
  StartServer();
}

void SyncTest::NoteError(const grpc::Status& status) {
  if (!status.ok()) {
    sweep_.Note("an error", absl::StrCat(status.error_message(), " ", status.error_details()));
  }
}

void SyncTest::SweepForSecrets() {
  for (const xpm_sandbox::ClientRecord& client : xpm_.clients()) {
    sweep_.AddSecret(client.Get("TaxNumber"));
  }
  sweep_.ExpectNoneIn(folder_);
}

std::string SyncTest::WriteSecret(const std::string& name, const std::string& content) {
  const std::filesystem::path path = folder_ / name;
  std::ofstream(path) << content;
  if (content == kToken || content == kClientSecret) {
    sweep_.Exempt(path);
  }
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path;
}

std::string SyncTest::MakeProfile(const std::string& id, const type::ClientFields& fields,
                                  type::PartyKind kind) {
  sweep_.AddSecret(fields.tax_number());
  sweep_.AddSecret(kTaxNumber);
  v1::CreateProfileRequest request;
  request.set_parent(kFirm);
  request.set_profile_id(id);
  request.mutable_profile()->set_kind(kind);
  *request.mutable_profile()->mutable_fields() = fields;
  if (fields.tax_number().empty()) {
    request.mutable_profile()->mutable_fields()->set_tax_number(kTaxNumber);
  }
  v1::Profile profile;
  const grpc::Status status =
      Call(*profiles_, &v1::ProfileService::Stub::CreateProfile, request, &profile);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return profile.name();
}

grpc::Status SyncTest::Link(const std::string& profile, const std::string& client, v1::Link* link) {
  v1::CreateLinkRequest request;
  request.set_parent(kFirm);
  request.mutable_link()->set_profile(profile);
  request.mutable_link()->set_add_on(kAddOn);
  request.mutable_link()->set_practice_client_id(client);
  return Call(*links_, &v1::LinkService::Stub::CreateLink, request, link);
}

std::string SyncTest::MakeLinked(const std::string& id, const type::ClientFields& profile,
                                 const xpm_sandbox::ElementMap& client, type::PartyKind kind) {
  xpm_sandbox::ElementMap values = client;
  values.emplace("TaxNumber", kTaxNumber);
  const std::string uuid = xpm_.AddClient({.values = values});
  v1::Link link;
  const grpc::Status status = Link(MakeProfile(id, profile, kind), uuid, &link);
  EXPECT_TRUE(status.ok()) << status.error_message();
  client_of_link_[link.name()] = uuid;
  return link.name();
}

v1::Diff SyncTest::Diff(const std::string& link) {
  v1::GetDiffRequest request;
  request.set_name(link + "/diff");
  v1::Diff diff;
  const grpc::Status status = Call(*syncs_, &v1::SyncService::Stub::GetDiff, request, &diff);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return diff;
}

v1::FieldDiff SyncTest::Field(const std::string& link, const std::string& field) {
  const v1::Diff diff = Diff(link);
  for (const v1::FieldDiff& candidate : diff.fields()) {
    if (candidate.field() == field) {
      return candidate;
    }
  }
  ADD_FAILURE() << "the diff has no " << field;
  return {};
}

v1::Diff SyncTest::Refresh(const std::string& link) {
  v1::RefreshLinkRequest request;
  request.set_name(link);
  v1::Diff diff;
  const grpc::Status status = Call(*syncs_, &v1::SyncService::Stub::RefreshLink, request, &diff);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return diff;
}

v1::Profile SyncTest::Profile(const std::string& id) {
  v1::GetProfileRequest request;
  request.set_name(absl::StrCat(kFirm, "/profiles/", id));
  v1::Profile profile;
  EXPECT_TRUE(Call(*profiles_, &v1::ProfileService::Stub::GetProfile, request, &profile).ok());
  return profile;
}

xpm_sandbox::ClientRecord SyncTest::Client(const std::string& link) {
  return xpm_.GetClient(client_of_link_.at(link)).value();
}

void SyncTest::EditClient(const std::string& link, const xpm_sandbox::ElementMap& values) {
  EXPECT_TRUE(xpm_.EditClient(client_of_link_.at(link), {.values = values}).ok());
}

v1::SyncOperation SyncTest::Operation(const std::string& name) {
  v1::GetSyncOperationRequest request;
  request.set_name(name);
  v1::SyncOperation operation;
  EXPECT_TRUE(Call(*syncs_, &v1::SyncService::Stub::GetSyncOperation, request, &operation).ok());
  return operation;
}

v1::AddOn SyncTest::AddOn() {
  v1::GetAddOnRequest request;
  request.set_name(kAddOn);
  v1::AddOn add_on;
  EXPECT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::GetAddOn, request, &add_on).ok());
  return add_on;
}

grpc::Status SyncTest::Restore(const v1::RestoreSyncOperationRequest& request,
                               v1::SyncOperation* operation) {
  return Call(*syncs_, &v1::SyncService::Stub::RestoreSyncOperation, request, operation);
}

v1::SyncOperation SyncTest::Restore(const std::string& original) {
  v1::RestoreSyncOperationRequest request;
  request.set_name(original);
  v1::SyncOperation operation;
  const grpc::Status status = Restore(request, &operation);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return operation;
}

v1::AddOn SyncTest::Resume() {
  v1::ResumeAddOnWritesRequest request;
  request.set_name(kAddOn);
  v1::AddOn add_on;
  EXPECT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::ResumeAddOnWrites, request, &add_on).ok());
  return add_on;
}

grpc::Status SyncTest::Save(const std::string& id, const std::string& path,
                            const type::ClientFields& fields) {
  v1::UpdateProfileRequest request;
  request.mutable_profile()->set_name(absl::StrCat(kFirm, "/profiles/", id));
  *request.mutable_profile()->mutable_fields() = fields;
  request.mutable_update_mask()->add_paths(path);
  v1::Profile saved;
  return Call(*profiles_, &v1::ProfileService::Stub::UpdateProfile, request, &saved);
}

v1::SyncProfileRequest SyncTest::Request(const std::string& link,
                                         const std::map<std::string, v1::SyncDirection>& fields) {
  v1::SyncProfileRequest request;
  const v1::Diff diff = Diff(link);
  request.set_name(diff.profile());
  for (const auto& [name, direction] : fields) {
    v1::FieldSync* sync = request.add_fields();
    sync->set_field(name);
    sync->set_direction(direction);
    for (const v1::FieldDiff& field : diff.fields()) {
      if (field.field() == name) {
        sync->set_etag(field.etag());
      }
    }
  }
  return request;
}

grpc::Status SyncTest::Sync(const v1::SyncProfileRequest& request, v1::SyncOperation* operation) {
  return Call(*syncs_, &v1::SyncService::Stub::SyncProfile, request, operation);
}

v1::SyncOperation SyncTest::Sync(const v1::SyncProfileRequest& request) {
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return operation;
}

}  // namespace profilesync::testing
