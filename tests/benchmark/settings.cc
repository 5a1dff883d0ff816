#include "tests/benchmark/settings.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {

Settings Settings::Quick() {
  Settings settings;
  settings.rounds = 5;
  settings.run_length = absl::Milliseconds(120);
  settings.short_run = absl::Milliseconds(15);
  settings.links = 200;
  settings.imported_clients = 500;
  settings.writes = 20;
  settings.bulk_links = 500;
  settings.changed_links = 20;
  settings.bulk_rounds = 2;
  settings.many_in_sync = 10'000;
  settings.page_run = absl::Milliseconds(60);
  return settings;
}

absl::StatusOr<Settings> ParseArguments(const std::vector<std::string>& arguments) {
  const bool quick = std::find(arguments.begin(), arguments.end(), "--quick") != arguments.end();
  Settings settings = quick ? Settings::Quick() : Settings();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    if (argument == "--help") {
      settings.help = true;
    } else if (argument == "--only" && has_value) {
      settings.only = arguments[++i];
      if (!FindSection(settings.only)) {
        return absl::InvalidArgumentError("--only must be one of " +
                                          absl::StrJoin(SectionNames(), ", "));
      }
    } else if (argument == "--json" && has_value) {
      settings.json_file = arguments[++i];
    } else if (argument != "--quick") {
      return absl::InvalidArgumentError("what is " + argument + "? --help lists the arguments");
    }
  }
  return settings;
}

std::string HelpText() {
  return "profilesync-benchmark [--quick] [--only SECTION] [--json FILE]\n\n"
         "Measures the server in this process, over loopback TCP and on an SQLite file in a\n"
         "temporary folder, and compares what was measured side by side: rates differ from\n"
         "machine to machine, ratios hardly do on an idle one. Takes some minutes and, for the\n"
         "queue's million links, 4 GB; --quick a minute and little, and is then no more than a\n"
         "sign of life. TMPDIR says where the file is.\n\n"
         "Sections: " +
         absl::StrJoin(SectionNames(), ", ") + "\n";
}

}  // namespace profilesync::benchmark
