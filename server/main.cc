#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "common/status.h"
#include "server/app/app.h"
#include "server/app/config.h"
#include "server/observe/log.h"
#include "spdlog/spdlog.h"

static int Fail(const absl::Status& status) {
  std::cerr << "profilesync-server: " << profilesync::SV(status.message()) << "\n";
  return 2;
}

int main(int argc, char** argv) {
  // No core file may hold keys, tokens or clients' data.
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  // Before any thread is started: the signals that stop the server are waited for below.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  const auto line = profilesync::app::ParseCommandLine({argv + 1, argv + argc}, variables);
  if (!line.ok()) return Fail(line.status());
  if (line->help) return std::cout << profilesync::app::HelpText(), 0;
  if (line->version) return std::cout << "profilesync-server " PROFILESYNC_VERSION "\n", 0;
  if (auto log = profilesync::observe::StartLog(line->config.log_level); !log.ok())
    return Fail(log);
  if (line->check_config) {
    const absl::Status checked = profilesync::app::CheckConfig(line->config);
    return checked.ok() ? (std::cout << "the configuration is good\n", 0) : Fail(checked);
  }
  if (!line->rotate_key.empty()) {
    const absl::Status rotated = profilesync::app::RotateKey(line->config, line->rotate_key);
    if (!rotated.ok()) return Fail(rotated);
    std::cout << "the database is sealed with " << line->rotate_key << " now; backups made before "
              << "need " << line->config.key_file << " still\n";
    return 0;
  }
  const auto app = profilesync::app::App::Start(line->config);
  if (!app.ok()) return Fail(app.status());
  int signal = 0;
  sigwait(&stop, &signal);
  spdlog::info("stopping: no new calls; those under way have {}",
               absl::FormatDuration(line->config.drain));
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);  // a second signal ends it at once
  (*app)->Shutdown();
  spdlog::info("stopped");
  return 0;
}
