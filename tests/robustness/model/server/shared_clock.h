#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace profilesync::robustness {

// A time that several processes read and one moves on, in a file. Every reading is a millisecond
// later than the one before, so that what happens in an order has times in that order. It doesn't
// pass by itself. Thread-safe.
class SharedTime {
 public:
  // Maps the file, which is made where it isn't there.
  explicit SharedTime(const std::string& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && ::ftruncate(fd, sizeof(std::int64_t)) == 0) {
      void* const at =
          ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      millis_ = at == MAP_FAILED ? nullptr : static_cast<std::atomic<std::int64_t>*>(at);
    }
    if (fd >= 0) {
      ::close(fd);
    }
  }
  ~SharedTime() {
    if (millis_ != nullptr) {
      ::munmap(millis_, sizeof(std::int64_t));
    }
  }
  SharedTime(const SharedTime&) = delete;
  SharedTime& operator=(const SharedTime&) = delete;

  bool ok() const { return millis_ != nullptr; }
  absl::Time Now() const { return absl::FromUnixMillis(millis_->fetch_add(1)); }
  void Set(absl::Time time) { millis_->store(absl::ToUnixMillis(time)); }
  void Advance(absl::Duration by) { millis_->fetch_add(absl::ToInt64Milliseconds(by)); }

 private:
  static_assert(std::atomic<std::int64_t>::is_always_lock_free);
  std::atomic<std::int64_t>* millis_ = nullptr;
};

}  // namespace profilesync::robustness
