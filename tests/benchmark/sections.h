#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/benchmark/report.h"
#include "tests/benchmark/settings.h"

namespace profilesync::benchmark {

// What is measured together. Each makes all that it needs and leaves nothing behind. An error means
// that something failed which must not, such as a call.
using SectionFunction = absl::StatusOr<Section> (*)(const Settings& settings);

// An empty call, one that answers with as many bytes as a diff has, and GetDiff.
absl::StatusOr<Section> MeasureCalls(const Settings& settings);
// UpdateProfile of linked profiles, with commits grouped and one by one.
absl::StatusOr<Section> MeasureSaves(const Settings& settings);
// Making a link's diff of its stored state.
absl::StatusOr<Section> MeasureComparison(const Settings& settings);
// Making normal forms, by kind of field.
absl::StatusOr<Section> MeasureNormaliser(const Settings& settings);
// ImportPracticeClients of many clients.
absl::StatusOr<Section> MeasureImport(const Settings& settings);
// Taking a list of XPM's apart and reading its clients, beside libexpat alone.
absl::StatusOr<Section> MeasureParse(const Settings& settings);

// SyncProfile of one field, beside the two writes that it is made of.
absl::StatusOr<Section> MeasureJournal(const Settings& settings);
// RefreshFirm and ApplyFirmSuggestions where few of many links have changed, beside doing it link
// by link.
absl::StatusOr<Section> MeasureBulk(const Settings& settings);
// Pages of ListDifferingLinks, among few links in sync and among many.
absl::StatusOr<Section> MeasureQueue(const Settings& settings);

// nullptr for an unknown name.
SectionFunction FindSection(const std::string& name);
// In the order in which they run.
std::vector<std::string> SectionNames();

}  // namespace profilesync::benchmark
