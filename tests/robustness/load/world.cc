#include "tests/robustness/load/world.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/firm_service.grpc.pb.h"

namespace profilesync::testing {
namespace {

constexpr char kToken[] = "xpm-token-of-the-robustness-tests";

std::filesystem::path MakeFolder() {
  // As SQLite spells it.
  std::string path =
      (std::filesystem::path(::testing::TempDir()) / "robustness-XXXXXX").lexically_normal();
  EXPECT_NE(::mkdtemp(path.data()), nullptr);
  return path;
}

std::unique_ptr<xpm_sandbox::XpmSandbox> MakeSandbox() {
  return std::make_unique<xpm_sandbox::XpmSandbox>(
      xpm_sandbox::SandboxOptions{.token = kToken, .limits = {0, 0, 0, 0}});
}

}  // namespace

World::World() : xpm_(MakeSandbox()), folder_(MakeFolder()) { Configure(); }

World::World(const World& original) : xpm_(MakeSandbox()), folder_(MakeFolder()) {
  std::filesystem::copy(
      original.folder_, folder_,
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  for (xpm_sandbox::ClientRecord& client : original.xpm_->clients()) {
    xpm_->AddClient(std::move(client));
  }
  Configure();
}

World::~World() {
  server_ = nullptr;
  survivor_ = nullptr;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// No budget: what a server that was killed had begun would count for a while.
void World::Configure() const {
  const std::filesystem::path token = folder_ / "xpm-token";
  std::ofstream(token) << kToken;
  std::filesystem::permissions(
      token, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream(folder_ / "systems.textproto")
      << "practice_systems { id: 'xpm' xpm { base_url: '" << xpm_->base_url()
      << "/practicemanager/3.1/' calls_per_minute: 0 calls_per_day: 0 max_in_flight: 100 "
      << "read_timeout_seconds: 5 write_timeout_seconds: 5 token_file: '" << token.string()
      << "' } }";
}

bool World::Start(const std::vector<std::string>& variables,
                  const std::vector<std::string>& arguments) {
  server_ = nullptr;
  server_ = Launch(variables, arguments, LogFile());
  if (server_ == nullptr) {
    return false;
  }
  api_ = std::make_unique<Api>(server_->address());
  return true;
}

std::unique_ptr<ServerProcess> World::Launch(const std::vector<std::string>& variables,
                                             const std::vector<std::string>& arguments,
                                             const std::filesystem::path& log) const {
  std::vector<std::string> all = {"--listen=127.0.0.1:0", "--drain=5s", "--log-level=debug",
                                  "--database=" + database(),
                                  "--practice-systems=" + (folder_ / "systems.textproto").string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto server = std::make_unique<ServerProcess>(all, variables, log);
  return server->address().empty() ? nullptr : std::move(server);
}

bool World::StartSurvivor() {
  survivor_ = Launch({}, {}, folder_ / "survivor.log");
  return survivor_ != nullptr;
}

void World::UseSurvivor() {
  server_ = std::move(survivor_);
  api_ = std::make_unique<Api>(server_->address());
}

void World::MakeFirm() {
  v1::CreateFirmRequest firm;
  firm.set_firm_id("f");
  firm.mutable_firm()->set_display_name("F");
  firm.mutable_firm()->set_region_code("NZ");
  api().Must<v1::FirmService>(&v1::FirmService::Stub::CreateFirm, firm);
  v1::CreateAddOnRequest add_on;
  add_on.set_parent(kFirm);
  add_on.set_add_on_id("xpm");
  add_on.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  add_on.mutable_add_on()->set_tenant_id(xpm_->tenant_id());
  api().Must<v1::AddOnService>(&v1::AddOnService::Stub::CreateAddOn, add_on);
}

void World::Kill() {
  if (server_ != nullptr) {
    server_->Kill(SIGKILL);
    server_->WaitForEnd();
    server_ = nullptr;
  }
}

void World::Stop() {
  if (server_ != nullptr) {
    server_->Kill(SIGTERM);
    server_->WaitForEnd();
    server_ = nullptr;
  }
}

bool World::Ends(absl::Duration within) {
  if (server_ == nullptr) {
    return true;
  }
  const bool ended = WaitUntil(
      [this] {
        siginfo_t info = {};
        return ::waitid(P_PID, static_cast<id_t>(server_->pid()), &info,
                        WEXITED | WNOHANG | WNOWAIT) == 0 &&
               info.si_pid != 0;
      },
      within);
  if (ended) {
    server_->WaitForEnd();
    server_ = nullptr;
  }
  return ended;
}

void World::LetLeasesExpire() const {
  SQLite::Database database(this->database(), SQLite::OPEN_READWRITE, 5000);
  // Closing it mustn't empty the log: the next server is to find what the last one left.
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  database.exec("UPDATE leases SET expiry = 0; DELETE FROM call_ledgers;");
}

void World::BeginEra() {
  std::size_t calls = xpm_->calls().size();
  absl::Time still_since = absl::Now();
  WaitUntil([&] {
    const auto now = xpm_->calls();
    const bool open =
        std::any_of(now.begin(), now.end(), [](const auto& call) { return !call.end.has_value(); });
    if (now.size() != calls || open) {
      calls = now.size();
      still_since = absl::Now();
    }
    return absl::Now() - still_since >= absl::Milliseconds(20);
  });
  TakeCalls();
  eras_.push_back(absl::Now());
}

int World::EraOf(absl::Time time) const {
  return static_cast<int>(std::upper_bound(eras_.begin(), eras_.end(), time) - eras_.begin());
}

const std::vector<SentWrite>& World::Writes() {
  TakeCalls();
  return writes_;
}

void World::TakeCalls() {
  const auto calls = xpm_->calls();
  xpm_->ClearCalls();
  for (const xpm_sandbox::CallRecord& call : calls) {
    const bool create = call.endpoint == "client.api/add";
    if (create || call.endpoint == "client.api/update") {
      writes_.push_back({.era = static_cast<int>(eras_.size()),
                         .create = create,
                         .client = create ? "" : ElementText("UUID", call.body),
                         .body = call.body});
    }
  }
}

std::filesystem::path World::LogFile() const { return folder_ / "server.log"; }

std::string World::Log() const {
  std::ostringstream text;
  text << std::ifstream(LogFile()).rdbuf();
  return text.str();
}

std::string ElementText(const std::string& element, const std::string& document) {
  const std::string begin = "<" + element + ">";
  const std::size_t found = document.find(begin);
  const std::size_t end = document.find("</" + element + ">");
  return found == std::string::npos || end == std::string::npos
             ? ""
             : document.substr(found + begin.size(), end - found - begin.size());
}

bool WaitUntil(const std::function<bool()>& condition, absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  while (!condition()) {
    if (absl::Now() > end) {
      return false;
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace profilesync::testing
