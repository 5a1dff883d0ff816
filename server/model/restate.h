#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::model {

// What made the forms and ready diffs that this server stores: the rules of comparison and their
// libraries, the catalogue of fields, and what each practice system can do.
std::string StatesVersion(const Environment& environment);

// Makes every stored form and ready diff anew, unless they were made by what makes them now: after
// an upgrade diffs must not go on saying what an earlier version thought. Not thread-safe.
class Restatement {
 public:
  explicit Restatement(const Environment& environment) : environment_(environment) {}

  // Does up to a hundred profiles in one transaction. True once all is done, or was before. After
  // an error, the store's, it goes on from where it was; a new one begins anew. Blocks.
  absl::StatusOr<bool> Step();

 private:
  absl::Status Begin();
  absl::Status RestateBatch(const v1::Firm& firm);
  absl::Status Finish();

  const Environment& environment_;
  bool begun_ = false;
  bool done_ = false;
  std::string version_;          // that all are to be of
  std::vector<v1::Firm> firms_;  // the rest, the last one first
  store::Cursor after_;          // the last profile of the firm that was done
};

}  // namespace profilesync::model
