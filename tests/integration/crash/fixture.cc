#include "tests/integration/crash/fixture.h"

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "profilesync/v1/firm_service.grpc.pb.h"

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
