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

}  // namespace

absl::StatusOr<std::string> TokenFile::Read() const {
  MutexLock lock(&mutex_);
  struct stat now = {};
  if (stat(path_.c_str(), &now) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("can't read the token file ", path_, ": ", std::strerror(errno)));
  }
  if (!token_.empty() && SameFile(now, seen_)) {
    return token_;
  }
  std::ifstream file(path_, std::ios::binary);
  std::string text(kMaxTokenLength + 64, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const std::string_view token = SV(absl::StripAsciiWhitespace(text));
  if (file.bad() || !IsToken(token)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the token file ", path_, " doesn't hold one token"));
  }
  token_ = std::string(token);
  seen_ = now;
  return token_;
}

}  // namespace profilesync::client
