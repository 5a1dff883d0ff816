#include "tests/integration/crash/fixture.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"

namespace profilesync::testing {

ServerProcessTest::ServerProcessTest(const xpm_sandbox::SandboxOptions& sandbox)
    : xpm_(sandbox),
      folder_(::testing::TempDir() + absl::StrCat("/crash-", getpid(), "-", random())) {
  std::filesystem::create_directories(folder_);
}

ServerProcessTest::~ServerProcessTest() {
  server_ = nullptr;
  sweep_.ExpectNoneIn(folder_);
  std::filesystem::remove_all(folder_);
}

void ServerProcessTest::SetUpServer(const std::string& xpm_config) {
  Write("systems.textproto",
        absl::StrCat("practice_systems { id: 'xpm' xpm { ", xpm_config, " } }"));
  Start("");
  v1::CreateFirmRequest firm;
  firm.set_firm_id("f");
  firm.mutable_firm()->set_display_name("F");
  firm.mutable_firm()->set_region_code("NZ");
  Must<v1::FirmService>(&v1::FirmService::Stub::CreateFirm, firm);
}

void ServerProcessTest::SetUpXpm(const std::string& token) {
  SetUpServer(absl::StrCat("base_url: '", xpm_.base_url(), "/practicemanager/3.1/' token_file: '",
                           WriteSecret("xpm-token", token), "'"));
  v1::CreateAddOnRequest add_on;
  add_on.set_parent("firms/f");
  add_on.set_add_on_id("xpm");
  add_on.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  add_on.mutable_add_on()->set_tenant_id(xpm_.tenant_id());
  Must<v1::AddOnService>(&v1::AddOnService::Stub::CreateAddOn, add_on);
}

std::pair<std::string, std::string> ServerProcessTest::MakeLinked(const std::string& tax_number) {
  v1::CreateProfileRequest profile;
  profile.set_parent("firms/f");
  profile.set_profile_id("p");
  profile.mutable_profile()->mutable_fields()->set_name("A Ltd");
  profile.mutable_profile()->mutable_fields()->set_website("a.example");
  profile.mutable_profile()->mutable_fields()->set_tax_number(tax_number);
  Must<v1::ProfileService>(&v1::ProfileService::Stub::CreateProfile, profile);
  std::string client = xpm_.AddClient({.values = {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}}});
  v1::CreateLinkRequest link;
  link.set_parent("firms/f");
  link.mutable_link()->set_profile("firms/f/profiles/p");
  link.mutable_link()->set_add_on("firms/f/addOns/xpm");
  link.mutable_link()->set_practice_client_id(client);
  std::string name = Must<v1::LinkService>(&v1::LinkService::Stub::CreateLink, link).name();
  return {std::move(client), std::move(name)};
}

void ServerProcessTest::Start(const std::string& failpoints, const std::string& drain) {
  server_ = nullptr;
  server_ = Launch(failpoints, drain);
  ASSERT_NE(server_->address(), "");
  Dial(server_->address());
}

std::unique_ptr<ServerProcess> ServerProcessTest::Launch(const std::string& failpoints,
                                                         const std::string& drain) {
  auto server = std::make_unique<ServerProcess>(
      std::vector<std::string>{"--listen=127.0.0.1:0", "--drain=" + drain, "--log-level=debug",
                               "--database=" + (folder_ / "profilesync.db").string(),
                               "--practice-systems=" + (folder_ / "systems.textproto").string()},
      std::vector<std::string>{"PROFILESYNC_FAILPOINTS=" + failpoints},
      folder_ / absl::StrCat("server-", ++starts_, ".log"));
  std::ifstream command_line(absl::StrCat("/proc/", server->pid(), "/cmdline"));
  sweep_.Note("the command line", std::string(std::istreambuf_iterator<char>(command_line), {}));
  return server;
}

void ServerProcessTest::Dial(const std::string& address) {
  channel_ = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

std::string ServerProcessTest::WriteSecret(const std::string& name, const std::string& secret) {
  sweep_.AddSecret(secret);
  sweep_.Exempt(folder_ / name);
  return Write(name, secret);
}

std::string ServerProcessTest::Write(const std::string& name, const std::string& content) const {
  std::ofstream(folder_ / name) << content;
  std::filesystem::permissions(
      folder_ / name, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return folder_ / name;
}

}  // namespace profilesync::testing
