#include "client/cpp/token_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace profilesync::client {
namespace {

constexpr std::size_t kMaxTokenLength = 4096;

bool SameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

bool IsToken(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTokenLength &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

absl::Status Wrong(const std::string& path, std::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat("the token file ", path, " ", AV(what)));
}

absl::Status Unreadable(const std::string& path) {
  return Wrong(path, absl::StrCat("can't be read: ", std::strerror(errno)));
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Unreadable(path);
  }
  std::string text(kMaxTokenLength + 64, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const std::string_view token = SV(absl::StripAsciiWhitespace(text));
  if (file.bad() || !IsToken(token)) {
    return Wrong(path, "doesn't hold one token");
  }
  return std::string(token);
}

}  // namespace

absl::StatusOr<std::string> TokenFile::Read() const {
  MutexLock lock(&mutex_);
  struct stat now = {};
  if (stat(path_.c_str(), &now) != 0) {
    return Unreadable(path_);
  }
  if (S_ISDIR(now.st_mode)) {
    return Wrong(path_, "is a folder");
  }
  if ((now.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Wrong(path_, "holds secrets, and others than its owner may use it: chmod 600");
  }
  // A pipe, as a shell's <(…), can be read only once.
  if (!token_.empty() && (!S_ISREG(now.st_mode) || SameFile(now, seen_))) {
    return token_;
  }
  ASSIGN_OR_RETURN(token_, ReadToken(path_));
  seen_ = now;
  return token_;
}

}  // namespace profilesync::client
