#pragma once

#include <atomic>
#include <cstdint>

namespace profilesync::testing {

// What the shim does to the store's files from now on, and what it has done: in a file that the
// test and the server's process both map. All zero: nothing.
struct ShimControl {
  enum Full { kRoom = 0, kNoGrowth = 1, kNoWrites = 2 };

  std::atomic<int> full;           // Full: ENOSPC where a file would grow, or at every write
  std::atomic<std::int64_t> room;  // with kNoGrowth, the bytes by which files may grow still
  std::atomic<int> write_error;    // errno of every write; 0: none
  std::atomic<int> open_error;     // of opening a file for writing, or making one
  std::atomic<int> sync_error;     // of fsync and fdatasync; what was to be synced is lost

  std::atomic<std::int64_t> syncs;    // that were done
  std::atomic<std::int64_t> refused;  // calls that got one of these errors
};

}  // namespace profilesync::testing
