// Stands between the server's process and the disk, by LD_PRELOAD: keeps beside the store's files
// what they would hold after a power failure, and answers calls with errors when told to.
//
//   PROFILESYNC_DISK_FOLDER   the store's folder; its files named profilesync.db… are watched
//   PROFILESYNC_DISK_SHADOW   a folder for what is durable: `data.ID`, what a file holds for good;
//                             `inode.N`, the id of the file with that number; `entries`, the names
//                             and ids that the folder holds for good
//   PROFILESYNC_DISK_CONTROL  the file of a ShimControl
//
// What a process writes is in the file at once, for others to read, and becomes durable when the
// file is synced; a name when the folder is. What was there when a file was first opened is taken
// for durable. It calls the kernel directly and links nothing but the C++ library.
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/robustness/disk/shim_control.h"

namespace {

using profilesync::testing::ShimControl;

constexpr char kPrefix[] = "profilesync.db";

// What is known of one watched file.
struct File {
  bool durable = true;  // the shared memory beside the log needn't be
  int shadow = -1;
  std::vector<std::pair<off_t, std::size_t>> dirty;
  bool size_changed = false;
};

int RawOpen(const char* path, int flags, mode_t mode) {
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

class Shim {
 public:
  Shim() {
    const char* const folder = std::getenv("PROFILESYNC_DISK_FOLDER");
    const char* const shadow = std::getenv("PROFILESYNC_DISK_SHADOW");
    const char* const control = std::getenv("PROFILESYNC_DISK_CONTROL");
    if (folder == nullptr || shadow == nullptr || control == nullptr) {
      return;
    }
    folder_ = folder;
    shadow_ = shadow;
    const int file = RawOpen(control, O_RDWR | O_CLOEXEC, 0);
    void* const mapped =
        ::mmap(nullptr, sizeof(ShimControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::syscall(SYS_close, file);
    control_ = static_cast<ShimControl*>(mapped);
    ForEachName([&](const std::string& name) { IdOf(folder_ + "/" + name, /*is_new=*/false); });
    StoreEntries();
  }

  ShimControl& control() { return *control_; }
  std::mutex& mutex() { return mutex_; }

  // Whether the path is one of the watched files.
  bool Watches(const char* path) const {
    const std::string begin = folder_ + "/" + kPrefix;
    return control_ != nullptr && std::strncmp(path, begin.c_str(), begin.size()) == 0;
  }
  bool IsFolder(const char* path) const {
    return control_ != nullptr && (folder_ == path || folder_ + "/" == path);
  }

  int Refuse(int error) {
    ++control_->refused;
    errno = error;
    return -1;
  }

  void Opened(int file, const char* path, bool is_new) {
    std::lock_guard<std::mutex> lock(mutex_);
    struct stat info;
    if (::fstat(file, &info) != 0) {
      return;
    }
    if (S_ISDIR(info.st_mode)) {
      folders_[file] = true;
      return;
    }
    std::shared_ptr<File>& known = files_[info.st_ino];
    if (known == nullptr || is_new) {
      known = std::make_shared<File>();
      const std::string name(path);
      known->durable = name.size() < 4 || name.compare(name.size() - 4, 4, "-shm") != 0;
      if (known->durable) {
        const int id = IdOf(path, is_new);
        known->shadow = RawOpen((shadow_ + "/data." + std::to_string(id)).c_str(),
                                O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (is_new) {
          Check(::syscall(SYS_ftruncate, known->shadow, 0));
        } else {
          Copy(file, known->shadow, 0, static_cast<std::size_t>(info.st_size));
        }
      }
    }
    open_[file] = known;
  }

  void Closed(int file) {
    std::lock_guard<std::mutex> lock(mutex_);
    open_.erase(file);
    folders_.erase(file);
  }

  // With the mutex held.
  std::shared_ptr<File> Find(int file) {
    const auto found = open_.find(file);
    return found == open_.end() ? nullptr : found->second;
  }
  bool FindFolder(int file) { return folders_.count(file) > 0; }

  // How much of a write may be done; -1 with errno: nothing.
  ssize_t Allowed(int file, off_t offset, std::size_t size) {
    if (const int error = control_->write_error; error != 0) {
      return Refuse(error);
    }
    if (control_->full == ShimControl::kNoWrites) {
      return Refuse(ENOSPC);
    }
    struct stat info;
    if (control_->full != ShimControl::kNoGrowth || ::fstat(file, &info) != 0) {
      return static_cast<ssize_t>(size);
    }
    const auto growth = std::max<off_t>(0, offset + static_cast<off_t>(size) - info.st_size);
    const std::int64_t room = std::max<std::int64_t>(0, control_->room);
    const auto allowed =
        static_cast<ssize_t>(size) - std::max<off_t>(0, growth - static_cast<off_t>(room));
    if (allowed <= 0) {
      return Refuse(ENOSPC);
    }
    control_->room = room - std::min<std::int64_t>(room, growth);
    return allowed;
  }

  int Sync(int file, File& known) {
    std::vector<std::pair<off_t, std::size_t>> dirty;
    dirty.swap(known.dirty);
    const bool size_changed = std::exchange(known.size_changed, false);
    if (const int error = control_->sync_error; error != 0) {
      return Refuse(error);  // and a later sync has nothing to do with these any more
    }
    if (!known.durable) {
      return 0;
    }
    struct stat info;
    Check(::fstat(file, &info));
    if (size_changed) {
      Check(::syscall(SYS_ftruncate, known.shadow, info.st_size));
    }
    for (const auto& [offset, size] : dirty) {
      Copy(file, known.shadow, offset, size);
    }
    ++control_->syncs;
    return 0;
  }

  int SyncFolder() {
    if (const int error = control_->sync_error; error != 0) {
      return Refuse(error);
    }
    StoreEntries();
    ++control_->syncs;
    return 0;
  }

  void Unlinked(ino_t inode) {
    std::lock_guard<std::mutex> lock(mutex_);
    files_.erase(inode);
    ids_.erase(inode);
    ::syscall(SYS_unlink, InodeFile(inode).c_str());
  }

 private:
  static void Check(long result) {
    if (result < 0) {
      std::perror("disk shim");
      std::abort();
    }
  }

  void Copy(int from, int to, off_t offset, std::size_t size) {
    char buffer[1 << 16];
    while (size > 0) {
      const ssize_t count = ::pread(from, buffer, std::min(size, sizeof(buffer)), offset);
      Check(count);
      if (count == 0) {
        return;  // it was cut since
      }
      Check(::syscall(SYS_pwrite64, to, buffer, count, offset));
      offset += count;
      size -= static_cast<std::size_t>(count);
    }
  }

  std::string InodeFile(ino_t inode) const { return shadow_ + "/inode." + std::to_string(inode); }

  void Store(const std::string& path, const std::string& text) {
    const int file = RawOpen(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    Check(::syscall(SYS_write, file, text.data(), text.size()));
    ::syscall(SYS_close, file);
  }

  // The id of the file that the path names.
  int IdOf(const std::string& path, bool is_new) {
    struct stat info;
    Check(::stat(path.c_str(), &info));
    const auto known = ids_.find(info.st_ino);
    if (known != ids_.end() && !is_new) {
      return known->second;
    }
    const int id = ++last_id_;
    ids_[info.st_ino] = id;
    Store(InodeFile(info.st_ino), std::to_string(id));
    return id;
  }

  template <typename Take>
  void ForEachName(const Take& take) {
    DIR* const folder = ::opendir(folder_.c_str());
    if (folder == nullptr) {
      return;
    }
    while (const dirent* entry = ::readdir(folder)) {
      const std::string name = entry->d_name;
      const bool shared = name.size() > 4 && name.compare(name.size() - 4, 4, "-shm") == 0;
      if (name.rfind(kPrefix, 0) == 0 && !shared) {
        take(name);
      }
    }
    ::closedir(folder);
  }

  // The names as they are now become durable.
  void StoreEntries() {
    std::string text;
    ForEachName([&](const std::string& name) {
      text += name + " " + std::to_string(IdOf(folder_ + "/" + name, false)) + "\n";
    });
    Store(shadow_ + "/entries.new", text);
    Check(::rename((shadow_ + "/entries.new").c_str(), (shadow_ + "/entries").c_str()));
  }

  std::string folder_;
  std::string shadow_;
  ShimControl* control_ = nullptr;
  std::mutex mutex_;
  std::map<ino_t, std::shared_ptr<File>> files_;
  std::map<ino_t, int> ids_;
  std::map<int, std::shared_ptr<File>> open_;
  std::map<int, bool> folders_;
  int last_id_ = 0;
};

Shim& TheShim() {
  static auto* const shim = new Shim;
  return *shim;
}

int Open(const char* path, int flags, mode_t mode) {
  Shim& shim = TheShim();
  const bool watched = shim.Watches(path);
  const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0;
  if (watched && writes && shim.control().open_error != 0) {
    return shim.Refuse(shim.control().open_error);
  }
  const bool is_new = watched && (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0;
  const int file = RawOpen(path, flags, mode);
  if (file >= 0 && (watched || shim.IsFolder(path))) {
    shim.Opened(file, path, is_new);
  }
  return file;
}

template <typename Raw>
ssize_t Write(int file, off_t offset, std::size_t size, const Raw& raw) {
  Shim& shim = TheShim();
  std::unique_lock<std::mutex> lock(shim.mutex());
  const std::shared_ptr<File> known = shim.Find(file);
  if (known == nullptr) {
    lock.unlock();
    return raw(size);
  }
  if (offset < 0) {
    offset = ::lseek(file, 0, SEEK_CUR);
  }
  const ssize_t allowed = shim.Allowed(file, offset, size);
  const ssize_t written = allowed < 0 ? -1 : raw(static_cast<std::size_t>(allowed));
  if (written > 0) {
    known->dirty.emplace_back(offset, static_cast<std::size_t>(written));
    known->size_changed = true;
  }
  return written;
}

int Truncate(int file, off_t size) {
  Shim& shim = TheShim();
  std::unique_lock<std::mutex> lock(shim.mutex());
  const std::shared_ptr<File> known = shim.Find(file);
  if (known != nullptr && shim.control().write_error != 0) {
    return shim.Refuse(shim.control().write_error);
  }
  const int result = static_cast<int>(::syscall(SYS_ftruncate, file, size));
  if (known != nullptr && result == 0) {
    known->size_changed = true;
  }
  return result;
}

int Sync(int file, long call) {
  Shim& shim = TheShim();
  std::unique_lock<std::mutex> lock(shim.mutex());
  const std::shared_ptr<File> known = shim.Find(file);
  if (known != nullptr) {
    return shim.Sync(file, *known);
  }
  if (shim.FindFolder(file)) {
    return shim.SyncFolder();
  }
  lock.unlock();
  return static_cast<int>(::syscall(call, file));
}

mode_t ModeOf(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return Open(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return Open(path, flags | O_LARGEFILE, mode);
}

int mkostemp(char* path, int flags) {
  int number = ::getpid();
  for (char* digit = path + std::strlen(path) - 6; *digit != '\0'; ++digit, number /= 10) {
    *digit = static_cast<char>('0' + number % 10);
  }
  return Open(path, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
}

int close(int file) {
  TheShim().Closed(file);
  return static_cast<int>(::syscall(SYS_close, file));
}

ssize_t write(int file, const void* bytes, std::size_t size) {
  return Write(file, -1, size, [&](std::size_t allowed) {
    return static_cast<ssize_t>(::syscall(SYS_write, file, bytes, allowed));
  });
}

ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t offset) {
  return Write(file, offset, size, [&](std::size_t allowed) {
    return static_cast<ssize_t>(::syscall(SYS_pwrite64, file, bytes, allowed, offset));
  });
}

ssize_t pwrite64(int file, const void* bytes, std::size_t size, off_t offset) {
  return pwrite(file, bytes, size, offset);
}

int ftruncate(int file, off_t size) noexcept { return Truncate(file, size); }
int ftruncate64(int file, off_t size) noexcept { return Truncate(file, size); }
int fsync(int file) { return Sync(file, SYS_fsync); }
int fdatasync(int file) { return Sync(file, SYS_fdatasync); }

int unlink(const char* path) noexcept {
  struct stat info;
  const bool watched = TheShim().Watches(path) && ::stat(path, &info) == 0 && info.st_nlink == 1;
  const int result = static_cast<int>(::syscall(SYS_unlink, path));
  if (watched && result == 0) {
    TheShim().Unlinked(info.st_ino);
  }
  return result;
}
}
