#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/sync/read_back.h"

namespace profilesync::app {

// What the server is started with. Secrets are only ever named by the files that hold them.
struct Config {
  std::string listen = "127.0.0.1:7443";
  std::string database;
  std::string key_file;          // <database>.key unless set
  std::string token_file;        // config.v1.TokensConfig; "": everyone is `local`
  std::string practice_systems;  // config.v1.PracticeSystemsConfig; "": there are none
  std::string tls_certificate;   // PEM files, both or neither
  std::string tls_key;
  bool reflection = true;
  bool channelz = true;
  std::string log_level = "info";
  int practice_threads = 64;
  int practice_queue = 192;
  int background_threads = 8;
  int background_queue = 56;
  int max_receive_bytes = 4 << 20;
  // Writes that the store commits together at most; 1: each by itself. Has no flag: it is there to
  // measure what grouping gains.
  int max_commit_group = 128;
  // When clients are read whose write isn't known to be applied. Has no flags: what reads are worth
  // as evidence rests on these waits. Tests, whose sandbox they know, wait less.
  sync::ReadBackTimes read_back_times;
  // How often the server looks for what it does by itself. Has no flag. Infinite: it does so when
  // App::RunBackground is called and at no other time, for a test that decides what happens when.
  absl::Duration background_interval = absl::Milliseconds(200);
  absl::Duration drain = absl::Seconds(20);  // what is under way is given when it stops
};

// What a command line asks for.
struct CommandLine {
  Config config;
  bool help = false;
  bool version = false;
  bool check_config = false;
  std::string rotate_key;  // the new key's file; "": the key stays
};

// Reads flags (--name value, --name=value; --name, --no-name for switches) and, where a flag of
// Config's isn't given, the variable PROFILESYNC_NAME from `environment` ("NAME=value" each).
// INVALID_ARGUMENT lists all that is wrong.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments,
                                             const std::vector<std::string>& environment);

// What --help prints.
std::string HelpText();

}  // namespace profilesync::app
