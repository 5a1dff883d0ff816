#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/benchmark/measure.h"

namespace profilesync::benchmark {

// What one section measured. A plain value.
struct Section {
  std::string name;
  std::vector<std::string> notes;  // what has to be known to read the figures
  std::vector<Series> series;
  std::vector<Ratio> ratios;
};

// A table for people.
void PrintSection(const Section& section, std::ostream& out);
// Where the ratios that have an aim stand.
void PrintAims(const std::vector<Section>& sections, std::ostream& out);
// Everything, each run by itself.
std::string ToJson(const std::vector<Section>& sections);

}  // namespace profilesync::benchmark
