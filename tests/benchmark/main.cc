#include <fstream>
#include <iostream>

#include "absl/time/clock.h"
#include "common/status.h"
#include "server/app/process.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/sections.h"
#include "tests/benchmark/server_log.h"
#include "tests/benchmark/settings.h"

namespace profilesync::benchmark {
namespace {

constexpr struct {
  const char* name;
  SectionFunction measure;
} kSections[] = {
    {"calls", MeasureCalls},           {"saves", MeasureSaves},   {"comparison", MeasureComparison},
    {"normaliser", MeasureNormaliser}, {"import", MeasureImport}, {"parse", MeasureParse},
    {"journal", MeasureJournal},       {"bulk", MeasureBulk},     {"queue", MeasureQueue},
};

absl::Status Main(const Settings& settings) {
  const ServerLog log;
  const absl::Time start = absl::Now();
  std::vector<Section> sections;
  for (const auto& [name, measure] : kSections) {
    if (settings.only.empty() || settings.only == name) {
      ASSIGN_OR_RETURN(Section section, measure(settings));
      PrintSection(section, std::cout);
      sections.push_back(std::move(section));
    }
  }
  PrintAims(sections, std::cout);
  std::cout << "took " << absl::FormatDuration(absl::Trunc(absl::Now() - start, absl::Seconds(1)))
            << "\n";
  if (!settings.json_file.empty() &&
      !(std::ofstream(settings.json_file) << ToJson(sections)).flush()) {
    return absl::UnavailableError("can't write " + settings.json_file);
  }
  return absl::OkStatus();
}

}  // namespace

SectionFunction FindSection(const std::string& name) {
  for (const auto& section : kSections) {
    if (section.name == name) {
      return section.measure;
    }
  }
  return nullptr;
}

std::vector<std::string> SectionNames() {
  std::vector<std::string> names;
  for (const auto& section : kSections) {
    names.emplace_back(section.name);
  }
  return names;
}

}  // namespace profilesync::benchmark

int main(int argc, char** argv) {
  using profilesync::SV;
  const auto settings = profilesync::benchmark::ParseArguments({argv + 1, argv + argc});
  if (!settings.ok()) {
    std::cerr << "profilesync-benchmark: " << SV(settings.status().message()) << "\n";
    return 2;
  }
  if (settings->help) {
    std::cout << profilesync::benchmark::HelpText();
    return 0;
  }
  profilesync::app::EndDeadlockDetection();
  const absl::Status status = profilesync::benchmark::Main(*settings);
  if (!status.ok()) {
    std::cerr << "profilesync-benchmark: " << status.ToString() << "\n";
    return 1;
  }
  return 0;
}
