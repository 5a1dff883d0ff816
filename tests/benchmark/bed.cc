#include "tests/benchmark/bed.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <fstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "tests/benchmark/server_log.h"

namespace profilesync::benchmark {
namespace {

// An individual with every field that XPM has for one.
xpm_sandbox::ClientRecord MakeClient(int number) {
  return {.values =
              {
                  {"Name", absl::StrFormat("Tamihana, Mere %06d", number)},
                  {"FirstName", absl::StrFormat("Mere %06d", number)},
                  {"OtherName", "Aroha"},
                  {"LastName", "Tamihana"},
                  {"BusinessStructure", "Individual"},
                  {"DateOfBirth",
                   absl::StrFormat("19%02d-0%d-1%d", number % 90 + 10, number % 9 + 1, number % 7)},
                  {"Email", absl::StrFormat("mere.%06d@example.org", number)},
                  {"Phone", absl::StrFormat("03 55%d %04d", number % 10, number / 10 % 10'000)},
                  {"Fax", absl::StrFormat("(03) 33%d %04d", number % 10, number / 10 % 10'000)},
                  {"Website", absl::StrFormat("https://www.mere-%06d.example/about", number)},
                  {"Address", absl::StrFormat("Unit 4\n%d Kauri Lane\n", number)},
                  {"City", "Nelson"},
                  {"Region", "Nelson"},
                  {"PostCode", "7010"},
                  {"Country", "New Zealand"},
                  {"PostalAddress", absl::StrFormat("P O Box %d\n", number)},
                  {"PostalCity", "Nelson"},
                  {"PostalPostCode", "7040"},
                  {"PostalCountry", "New Zealand"},
                  {"BusinessNumber", absl::StrFormat("942900%07d", number)},
                  {"TaxNumber", absl::StrFormat("1%02d-%03d-%03d", number / 1'000'000,
                                                number / 1'000 % 1'000, number % 1'000)},
              },
          .modified = absl::FromUnixSeconds(1'700'000'000)};  // long before what is measured
}

}  // namespace

std::vector<std::shared_ptr<grpc::Channel>> MakeChannels(const std::string& address, int count) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    channels.push_back(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  return channels;
}

Bed::Bed() : folder_(MakeTemporaryFolder()) {}

Bed::~Bed() {
  if (xpm_ != nullptr) {
    xpm_->ClearFaults();
    xpm_->Release();
  }
  app_ = nullptr;
  xpm_ = nullptr;
  std::filesystem::remove_all(folder_);
}

absl::StatusOr<std::unique_ptr<Bed>> Bed::Make(const Options& options) {
  std::unique_ptr<Bed> bed(new Bed);
  ASSIGN_OR_RETURN(bed->xpm_, xpm_sandbox::XpmSandbox::Create(
                                  {.token = bed->xpm_token_, .limits = {0, 0, 0, 0}}));
  for (int i = 0; i < options.clients; ++i) {
    bed->xpm_->AddClient(MakeClient(i));
  }
  RETURN_IF_ERROR(bed->StartServer(options));
  return bed;
}

absl::Status Bed::StartServer(const Options& options) {
  config_.listen = "127.0.0.1:0";
  config_.database = folder_ / "profilesync.db";
  config_.key_file = folder_ / "profilesync.key";
  config_.token_file = WriteSecret(
      "tokens.textproto",
      absl::StrCat("services { service: 'benchmark' token: '", token_, "' role: OPERATOR }"));
  config_.practice_systems = WriteSecret(
      "systems.textproto",
      absl::StrCat("practice_systems { id: 'xpm' xpm { base_url: '", xpm_->base_url(),
                   "/practicemanager/3.1/' calls_per_minute: 0 calls_per_day: 0 token_file: '",
                   WriteSecret("xpm-token", xpm_token_), "' read_timeout_seconds: 600 } }"));
  config_.max_commit_group = options.max_commit_group;
  config_.drain = absl::Seconds(2);
  ASSIGN_OR_RETURN(app_, app::App::Start(config_));
  channel_ = Channels(1).front();
  return absl::OkStatus();
}

std::string Bed::WriteSecret(const std::string& name, const std::string& content) const {
  const std::filesystem::path path = folder_ / name;
  std::ofstream(path) << content;
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path;
}

std::vector<std::shared_ptr<grpc::Channel>> Bed::Channels(int count) const {
  return MakeChannels(app_->address(), count);
}

void Bed::HangPracticeSystem() {
  xpm_->InjectFault({.endpoint = "client.api/get",
                     .kind = xpm_sandbox::FaultKind::kHang,
                     .times = xpm_sandbox::Fault::kUntilCleared})
      .IgnoreError();  // the endpoint is there
}

absl::Status Bed::AddFirm(const std::string& firm) {
  v1::FirmService::Stub firms(channel_);
  v1::CreateFirmRequest create;
  create.set_firm_id(firm);
  create.mutable_firm()->set_display_name("Harbour and Pine");
  create.mutable_firm()->set_region_code("NZ");
  v1::Firm made;
  RETURN_IF_ERROR(Call(firms, &v1::FirmService::Stub::CreateFirm, create, &made));
  v1::AddOnService::Stub add_ons(channel_);
  v1::CreateAddOnRequest activate;
  activate.set_parent("firms/" + firm);
  activate.set_add_on_id("xpm");
  activate.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  activate.mutable_add_on()->set_tenant_id(xpm_->tenant_id());
  v1::AddOn activated;
  return Call(add_ons, &v1::AddOnService::Stub::CreateAddOn, activate, &activated);
}

absl::Status Bed::WaitFor(google::longrunning::Operation* operation) const {
  constexpr absl::Duration kPoll = absl::Milliseconds(5);
  google::longrunning::Operations::Stub operations(channel_);
  google::longrunning::GetOperationRequest get;
  get.set_name(operation->name());
  while (!operation->done()) {
    absl::SleepFor(kPoll);
    RETURN_IF_ERROR(
        Call(operations, &google::longrunning::Operations::Stub::GetOperation, get, operation));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Pair>> Bed::ImportAll(const std::string& firm) {
  v1::ProfileService::Stub profiles(channel_);
  v1::ImportPracticeClientsRequest request;
  request.set_parent("firms/" + firm);
  request.set_add_on("firms/" + firm + "/addOns/xpm");
  for (const xpm_sandbox::ClientRecord& client : xpm_->clients()) {
    request.add_practice_clients()->set_practice_client_id(client.uuid);
  }
  google::longrunning::Operation operation;
  RETURN_IF_ERROR(
      Call(profiles, &v1::ProfileService::Stub::ImportPracticeClients, request, &operation));
  ASSIGN_OR_RETURN(const auto response,
                   ToItsEnd<v1::ImportPracticeClientsResponse>(std::move(operation)));
  std::vector<Pair> pairs;
  for (const v1::ImportResult& result : response.results()) {
    if (result.outcome() != v1::ImportResult::IMPORTED || result.link().empty()) {
      return absl::InternalError("not imported and linked: " + result.ShortDebugString());
    }
    pairs.push_back({result.profile(), result.link(), result.practice_client_id()});
  }
  return pairs;
}

}  // namespace profilesync::benchmark
