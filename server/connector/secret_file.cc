#include "server/connector/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace profilesync::connector {
namespace {

constexpr std::size_t kMaxBytes = 16 << 10;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

// At most one byte more than the file may have.
std::string ReadAll(int fd) {
  std::string content(kMaxBytes + 1, '\0');
  std::size_t filled = 0;
  ssize_t got = 0;
  while (filled < content.size() &&
         (got = read(fd, content.data() + filled, content.size() - filled)) > 0) {
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return content;
}

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

}  // namespace

absl::StatusOr<std::string> SecretFile::Read() const {
  const auto refuse = [&](std::string_view why) {
    return absl::FailedPreconditionError(absl::StrCat("the ", what_, " ", AV(why)));
  };
  // O_NONBLOCK: a FIFO in the file's place mustn't hang the call.
  const FileDescriptor file(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    return refuse("can't be opened");
  }
  if (!S_ISREG(info.st_mode)) {
    return refuse("isn't a plain file");
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return refuse("may be used by others than its owner; its mode must be 0600 or 0400");
  }
  const std::string content = ReadAll(file.get());
  if (content.size() > kMaxBytes) {
    return refuse("is too large");
  }
  std::string secret(absl::StripAsciiWhitespace(content));
  if (secret.empty()) {
    return refuse("is empty");
  }
  if (!std::all_of(secret.begin(), secret.end(), IsTokenCharacter)) {
    return refuse("holds something else than one token");
  }
  return secret;
}

}  // namespace profilesync::connector
