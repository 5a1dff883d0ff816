#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/robustness/disk/shim_control.h"
#include "tests/robustness/load/world.h"

namespace profilesync::testing {

// The disk below a world's store, as the shim makes it.
class Disk {
 public:
  explicit Disk(const World& world);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // For World::Start: what the folder holds now is durable.
  std::vector<std::string> Variables();
  ShimControl& control() { return *control_; }
  // No trouble from now on.
  void Mend();

  // After the server was killed: takes from the files what wasn't synced, or a part of it, at
  // random: sectors, pages or odd pieces, whole files whose names weren't.
  void LosePower(std::mt19937& random);

 private:
  // What a file would hold: of each piece that wasn't synced, what was there before or what is.
  std::string Mix(const std::string& durable, const std::string& now, std::mt19937& random) const;

  const std::filesystem::path folder_;
  const std::filesystem::path shadow_;
  ShimControl* control_ = nullptr;
};

}  // namespace profilesync::testing
