#include "tests/robustness/disk/disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace profilesync::testing {
namespace {

std::string Contents(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

// One of them.
template <typename T>
T Any(const std::vector<T>& values, std::mt19937& random) {
  return values[random() % values.size()];
}

bool Coin(std::mt19937& random) { return random() % 2 == 0; }

// Nobody syncs it: it is as it was, something else, or not there.
void LoseSharedMemory(const std::filesystem::path& file, std::mt19937& random) {
  switch (random() % 3) {
    case 0:
      std::filesystem::remove(file);
      break;
    case 1: {
      std::string other(std::filesystem::file_size(file), '\0');
      std::generate(other.begin(), other.end(), [&] { return static_cast<char>(random()); });
      std::ofstream(file, std::ios::binary | std::ios::trunc) << other;
      break;
    }
    default:
      break;
  }
}

}  // namespace

Disk::Disk(const World& world)
    : folder_(world.folder()), shadow_(world.folder().string() + "-disk") {
  std::filesystem::create_directories(shadow_);
  const std::string path = shadow_ / "control";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
  EXPECT_EQ(::ftruncate(file, sizeof(ShimControl)), 0);
  control_ = static_cast<ShimControl*>(
      ::mmap(nullptr, sizeof(ShimControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  ::close(file);
}

Disk::~Disk() {
  ::munmap(control_, sizeof(ShimControl));
  std::error_code ignored;
  std::filesystem::remove_all(shadow_, ignored);
}

std::vector<std::string> Disk::Variables() {
  for (const auto& entry : std::filesystem::directory_iterator(shadow_)) {
    if (entry.path().filename() != "control") {
      std::filesystem::remove(entry.path());
    }
  }
  return {"LD_PRELOAD=" PROFILESYNC_DISK_SHIM, "ASAN_OPTIONS=verify_asan_link_order=0",
          "PROFILESYNC_DISK_FOLDER=" + folder_.string(),
          "PROFILESYNC_DISK_SHADOW=" + shadow_.string(),
          "PROFILESYNC_DISK_CONTROL=" + (shadow_ / "control").string()};
}

void Disk::Mend() {
  control_->full = ShimControl::kRoom;
  control_->room = 0;
  control_->write_error = 0;
  control_->open_error = 0;
  control_->sync_error = 0;
}

std::string Disk::Mix(const std::string& durable, const std::string& now,
                      std::mt19937& random) const {
  const std::size_t piece = Any<std::size_t>({512, 4096, 100}, random);
  const unsigned kept = Any<unsigned>({0, 30, 50, 90, 100}, random);  // per cent
  std::string mixed = durable;
  mixed.resize(std::max(durable.size(), now.size()));
  for (std::size_t at = 0; at < now.size(); at += piece) {
    const std::size_t size = std::min(piece, now.size() - at);
    if (random() % 100 < kept) {
      mixed.replace(at, size, now, at, size);
    }
  }
  mixed.resize(Coin(random) ? now.size() : durable.size());
  return mixed;
}

void Disk::LosePower(std::mt19937& random) {
  std::map<std::string, int> durable, now;
  std::ifstream entries(shadow_ / "entries");
  for (std::string name, id; entries >> name >> id;) {
    durable[name] = std::stoi(id);
  }
  std::set<std::string> names;
  for (const auto& [name, id] : durable) {
    names.insert(name);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    const std::string name = entry.path().filename();
    if (name.ends_with("-shm")) {
      LoseSharedMemory(entry.path(), random);
      continue;
    }
    struct stat info;
    if (name.starts_with("profilesync.db") && ::stat(entry.path().c_str(), &info) == 0) {
      const std::string id = Contents(shadow_ / absl::StrCat("inode.", info.st_ino));
      ASSERT_NE(id, "") << name << " was made past the shim";
      now[name] = std::stoi(id);
      names.insert(name);
    }
  }
  for (const std::string& name : names) {
    const auto was = durable.find(name);
    const auto is = now.find(name);
    // The name's change needn't have come through.
    const bool changed = was == durable.end() || is == now.end() || was->second != is->second;
    const bool before = changed && Coin(random);
    const auto& chosen = before ? was : is;
    const bool there = before ? was != durable.end() : is != now.end();
    if (!there) {
      std::filesystem::remove(folder_ / name);
      continue;
    }
    const std::string kept = Contents(shadow_ / absl::StrCat("data.", chosen->second));
    const bool has_now = is != now.end() && is->second == chosen->second;
    const std::string mixed = has_now ? Mix(kept, Contents(folder_ / name), random) : kept;
    std::ofstream(folder_ / name, std::ios::binary | std::ios::trunc) << mixed;
    std::filesystem::permissions(
        folder_ / name, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
}

}  // namespace profilesync::testing
