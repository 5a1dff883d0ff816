// The server as the model test runs it: app::App by a clock that the test moves, doing what it does
// by itself when the test says so. Takes the server's own flags; the clock's file is named by the
// environment variable PROFILESYNC_MODEL_CLOCK. Says "ready ADDRESS" on its standard output, and
// there "done" to each line of its standard input:
//   background        does what is due
//   failpoint NAME    is killed where it reaches that failpoint, see common/failpoint.h
//   failpoint         is killed nowhere
//   stop              ends in an orderly way, as it does at the end of its input
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "common/clock.h"
#include "common/failpoint.h"
#include "common/status.h"
#include "server/app/app.h"
#include "server/app/config.h"
#include "server/app/process.h"
#include "server/observe/log.h"
#include "tests/robustness/model/server/shared_clock.h"

namespace profilesync::robustness {
namespace {

class TestClock final : public Clock {
 public:
  explicit TestClock(const std::string& file) : time_(file) {}

  bool ok() const { return time_.ok(); }
  absl::Time Now() const override { return time_.Now(); }

 private:
  SharedTime time_;
};

int Fail(std::string_view why) {
  std::cerr << "profilesync-model-server: " << why << "\n";
  return 2;
}

void Arm(const std::string& name) {
  static std::string armed;
  if (!armed.empty()) {
    SetFailpoint(armed, nullptr);
  }
  armed = name;
  if (!armed.empty()) {
    SetFailpoint(armed, [] {
      std::raise(SIGKILL);
      return absl::OkStatus();
    });
  }
}

void Obey(app::App& app) {
  constexpr std::string_view kFailpoint = "failpoint";
  for (std::string line; std::getline(std::cin, line) && line != "stop";) {
    if (line == "background") {
      app.RunBackground();
    } else if (line.starts_with(kFailpoint)) {
      Arm(line.substr(std::min(line.size(), kFailpoint.size() + 1)));
    }
    std::cout << "done" << std::endl;
  }
}

int Run(const std::vector<std::string>& arguments) {
  app::ForbidCoreFiles();
  std::signal(SIGPIPE, SIG_IGN);
  const char* const file = std::getenv("PROFILESYNC_MODEL_CLOCK");
  if (file == nullptr) return Fail("PROFILESYNC_MODEL_CLOCK isn't set");
  const TestClock clock(file);
  if (!clock.ok()) return Fail("the clock's file can't be mapped");
  auto line = app::ParseCommandLine(arguments, {});
  if (!line.ok()) return Fail(SV(line.status().message()));
  if (auto log = observe::StartLog(line->config.log_level); !log.ok()) return Fail("no log");
  line->config.background_interval = absl::InfiniteDuration();
  const auto app = app::App::Start(line->config, clock);
  if (!app.ok()) return Fail(SV(app.status().message()));
  std::cout << "ready " << (*app)->address() << std::endl;
  Obey(**app);
  (*app)->Shutdown();
  return 0;
}

}  // namespace
}  // namespace profilesync::robustness

int main(int argc, char** argv) { return profilesync::robustness::Run({argv + 1, argv + argc}); }
