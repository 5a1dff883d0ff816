#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/mutex.h"

namespace profilesync::testing {

// Looks, once a test is over, for secrets where none may be: in every file that the server wrote
// and in whatever else the test has noted. Thread-safe.
class SecretSweep {
 public:
  // A token or a tax number. Looked for as it is, and without its blanks and dashes as well.
  void AddSecret(std::string_view secret);
  // A text that is to be looked through: an error, a command line.
  void Note(std::string_view place, std::string_view text);
  // A file that holds a secret by design, such as the token file.
  void Exempt(const std::filesystem::path& file);

  // The secrets that are in what was noted or in a file below `folder`, each as "SECRET is in
  // PLACE".
  std::vector<std::string> FindIn(const std::filesystem::path& folder) const;
  // Fails the running test for each of them, and where no file had anything to look through.
  void ExpectNoneIn(const std::filesystem::path& folder) const;

 private:
  void Look(std::string_view place, std::string_view text, std::vector<std::string>* found) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::set<std::string> secrets_ ABSL_GUARDED_BY(mutex_);
  std::set<std::filesystem::path> exempt_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<std::string, std::string>> notes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::testing
