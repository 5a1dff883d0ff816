// The server's program with its waits for evidence cut short: these tests know what their sandbox
// does late. Else it is as server/main.cc.
#include <iostream>

#include "common/status.h"
#include "server/app/app.h"
#include "server/app/config.h"
#include "server/app/process.h"
#include "server/observe/log.h"

namespace profilesync::app {
namespace {

int Run(const std::vector<std::string>& arguments) {
  ForbidCoreFiles();
  const StopSignals stop;
  auto line = ParseCommandLine(arguments, EnvironmentVariables());
  absl::Status status = line.status();
  if (status.ok()) {
    status = observe::StartLog(line->config.log_level);
  }
  if (status.ok()) {
    line->config.read_back_times = {.first = absl::Milliseconds(50),
                                    .second = absl::Milliseconds(200)};
    if (!line->rotate_key.empty()) {
      status = RotateKey(line->config, line->rotate_key);
      std::cout << (status.ok() ? "rotated\n" : std::string(SV(status.message())) + "\n");
      return status.ok() ? 0 : 2;
    }
    const auto app = App::Start(line->config);
    status = app.status();
    if (status.ok()) {
      stop.Wait();
      (*app)->Shutdown();
      return 0;
    }
  }
  std::cerr << "profilesync-server: " << SV(status.message()) << "\n";
  return 2;
}

}  // namespace
}  // namespace profilesync::app

int main(int argc, char** argv) { return profilesync::app::Run({argv + 1, argv + argc}); }
