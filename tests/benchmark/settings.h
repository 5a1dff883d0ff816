#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace profilesync::benchmark {

// How much is measured. A plain value.
struct Settings {
  int rounds = 7;  // each measures everything of a section once
  absl::Duration run_length = absl::Milliseconds(700);  // of one run of calls
  absl::Duration short_run = absl::Milliseconds(100);   // of one run without calls
  int links = 500;                                      // that calls go round
  int imported_clients = 10'000;
  int import_rounds = 5;
  int writes = 200;         // of one run of syncs
  int bulk_links = 10'000;  // of a firm
  int changed_links = 100;  // of them
  int bulk_rounds = 3;
  int few_in_sync = 1'000;  // links, beside those that differ
  int many_in_sync = 1'000'000;
  absl::Duration page_run = absl::Milliseconds(300);  // of one run of pages
  std::string only;                                   // the one section to run; "" for all
  std::string json_file;                              // "" for none
  bool help = false;

  static Settings Quick();
};

// INVALID_ARGUMENT says what is wrong.
absl::StatusOr<Settings> ParseArguments(const std::vector<std::string>& arguments);

std::string HelpText();

}  // namespace profilesync::benchmark
