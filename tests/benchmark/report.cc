#include "tests/benchmark/report.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"

namespace profilesync::benchmark {
namespace {

constexpr char kRow[] = "  %-52s %12s %12s %12s  %s\n";

std::string Rate(double rate) {
  return rate < 100 ? absl::StrFormat("%.2f", rate) : absl::StrFormat("%.0f", rate);
}

std::string Times(double ratio) { return absl::StrFormat("%.3f", ratio); }

nlohmann::json Spread(const std::vector<double>& values) {
  return {{"min", Min(values)}, {"median", Median(values)}, {"max", Max(values)}, {"runs", values}};
}

nlohmann::json SectionToJson(const Section& section) {
  nlohmann::json json = {{"name", section.name}, {"notes", section.notes}};
  for (const Series& series : section.series) {
    nlohmann::json entry = Spread(series.rates);
    entry["name"] = series.name;
    entry["unit"] = series.unit;
    json["rates"].push_back(std::move(entry));
  }
  for (const Ratio& ratio : section.ratios) {
    nlohmann::json entry = Spread(ratio.values);
    entry["name"] = ratio.name;
    if (ratio.aim) {
      entry["aim"] = *ratio.aim;
    }
    if (ratio.goal) {
      entry["goal"] = *ratio.goal;
    }
    json["ratios"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace

void PrintSection(const Section& section, std::ostream& out) {
  out << section.name << "\n";
  for (const std::string& note : section.notes) {
    out << "  " << note << "\n";
  }
  out << absl::StrFormat(kRow, "rate", "minimum", "median", "maximum", "unit");
  for (const Series& series : section.series) {
    out << absl::StrFormat(kRow, series.name, Rate(Min(series.rates)), Rate(Median(series.rates)),
                           Rate(Max(series.rates)), series.unit);
  }
  if (!section.ratios.empty()) {
    out << absl::StrFormat(kRow, "ratio, round by round", "minimum", "median", "maximum", "");
  }
  for (const Ratio& ratio : section.ratios) {
    out << absl::StrFormat(kRow, ratio.name, Times(Min(ratio.values)), Times(Median(ratio.values)),
                           Times(Max(ratio.values)), "");
  }
  out << "\n" << std::flush;
}

void PrintAims(const std::vector<Section>& sections, std::ostream& out) {
  constexpr char kAim[] = "  %-52s %12s %12s %12s\n";
  bool titled = false;
  for (const Section& section : sections) {
    for (const Ratio& ratio : section.ratios) {
      if (!ratio.aim) {
        continue;
      }
      if (!titled) {
        out << "aims\n" << absl::StrFormat(kAim, "ratio", "median", "aim", "beyond it");
        titled = true;
      }
      out << absl::StrFormat(kAim, ratio.name, Times(Median(ratio.values)), Times(*ratio.aim),
                             ratio.goal ? Times(*ratio.goal) : "");
    }
  }
}

std::string ToJson(const std::vector<Section>& sections) {
  nlohmann::json json = {{"sections", nlohmann::json::array()}};
  for (const Section& section : sections) {
    json["sections"].push_back(SectionToJson(section));
  }
  return json.dump(2) + "\n";
}

}  // namespace profilesync::benchmark
