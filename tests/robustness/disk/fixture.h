#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/robustness/disk/disk.h"
#include "tests/robustness/load/audit.h"
#include "tests/robustness/load/requests.h"
#include "tests/robustness/load/world.h"

namespace profilesync::testing {

// A server on a disk that can fail, with one linked profile, whose e-mail is saved as a number that
// rises.
class DiskTest : public ::testing::Test {
 protected:
  DiskTest();

  // Whether it listens.
  bool Start(const std::vector<std::string>& arguments = {});
  // The next number, by another request each time.
  Told Save();
  Ask NextSave();
  std::string SavedEmail();  // as the store has it
  std::string EmailOf(int number) const;

  // As health checkers see it, within a few seconds.
  void ExpectServing(bool serving);
  // UNAVAILABLE with a reason, and nothing of the store's inside.
  void ExpectRefused(const Told& told);
  // That a save is refused while the trouble lasts, and repeated with the same request_id is kept
  // once it is over; that health tells of both; and that nothing refused was kept.
  void ExpectTroubleUntil(const std::function<void()>& mend);
  // All that must hold in the end, after another start.
  void ExpectAllWell();

  World world_;
  Disk disk_;
  std::string client_;
  int number_ = 0;  // of the last save that was asked for
};

}  // namespace profilesync::testing
