#include "tests/support/secret_sweep.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status.h"

namespace profilesync::testing {
namespace {

// Shorter ones are found by chance.
constexpr std::size_t kShortest = 8;

std::string Contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

bool HoldsText(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() > 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

void SecretSweep::AddSecret(std::string_view secret) {
  MutexLock lock(&mutex_);
  for (std::string form :
       {std::string(secret), absl::StrReplaceAll(AV(secret), {{" ", ""}, {"-", ""}})}) {
    if (form.size() >= kShortest) {
      secrets_.insert(std::move(form));
    }
  }
}

void SecretSweep::Note(std::string_view place, std::string_view text) {
  MutexLock lock(&mutex_);
  notes_.emplace_back(place, text);
}

void SecretSweep::Exempt(const std::filesystem::path& file) {
  MutexLock lock(&mutex_);
  exempt_.insert(file);
}

void SecretSweep::Look(std::string_view place, std::string_view text,
                       std::vector<std::string>* found) const {
  for (const std::string& secret : secrets_) {
    if (text.find(secret) != std::string_view::npos) {
      found->push_back(absl::StrCat(secret, " is in ", AV(place)));
    }
  }
}

std::vector<std::string> SecretSweep::FindIn(const std::filesystem::path& folder) const {
  MutexLock lock(&mutex_);
  std::vector<std::string> found;
  for (const auto& [place, text] : notes_) {
    Look(place, text, &found);
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && !exempt_.contains(entry.path())) {
      Look(entry.path().string(), Contents(entry.path()), &found);
    }
  }
  return found;
}

void SecretSweep::ExpectNoneIn(const std::filesystem::path& folder) const {
  EXPECT_TRUE(HoldsText(folder)) << folder << " has nothing to look through";
  for (const std::string& found : FindIn(folder)) {
    ADD_FAILURE() << found;
  }
}

}  // namespace profilesync::testing
