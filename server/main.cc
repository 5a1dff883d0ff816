#include <iostream>

#include "common/log.h"
#include "common/status.h"
#include "server/app/app.h"
#include "server/app/config.h"
#include "server/app/process.h"
#include "server/observe/log.h"

namespace profilesync::app {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << "profilesync-server: " << SV(status.message()) << "\n";
  return 2;
}

int Rotate(const CommandLine& line) {
  const absl::Status rotated = RotateKey(line.config, line.rotate_key);
  if (!rotated.ok()) return Fail(rotated);
  std::cout << "the database is sealed with " << line.rotate_key << " now; backups made before "
            << "need " << line.config.key_file << " still\n";
  return 0;
}

int Run(const std::vector<std::string>& arguments) {
  ForbidCoreFiles();
  EndDeadlockDetection();
  StopSignals stop;
  const auto line = ParseCommandLine(arguments, EnvironmentVariables());
  if (!line.ok()) return Fail(line.status());
  if (line->help) return std::cout << HelpText(), 0;
  if (line->version) return std::cout << "profilesync-server " PROFILESYNC_VERSION "\n", 0;
  if (auto log = observe::StartLog(line->config.log_level); !log.ok()) return Fail(log);
  if (line->check_config) {
    const absl::Status checked = CheckConfig(line->config);
    return checked.ok() ? (std::cout << "the configuration is good\n", 0) : Fail(checked);
  }
  if (!line->rotate_key.empty()) return Rotate(*line);
  const auto app = App::Start(line->config);
  if (!app.ok()) return Fail(app.status());
  stop.Wait();
  LogInfo("stopping: no new calls; those under way have ",
          absl::FormatDuration(line->config.drain));
  stop.Release();
  (*app)->Shutdown();
  LogInfo("stopped");
  return 0;
}

}  // namespace
}  // namespace profilesync::app

int main(int argc, char** argv) { return profilesync::app::Run({argv + 1, argv + argc}); }
