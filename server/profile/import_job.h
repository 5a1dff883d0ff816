#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/verb/long_job.h"

namespace profilesync::profile {

// The work of one import: fetches the clients, imports them batch by batch, and keeps the
// long-running operation up to date. Used by one thread at a time.
class ImportJob {
 public:
  // `operation` is stored already, unfinished. `environment` must outlive the job.
  ImportJob(const Environment& environment, access::Call call,
            v1::ImportPracticeClientsRequest request, v1::Firm firm, v1::AddOn add_on,
            google::longrunning::Operation operation);
  // Runs to the end and stores the outcome; blocks. Returns the finished operation, or what became
  // of it when even that couldn't be stored.
  google::longrunning::Operation Run();

 private:
  struct Fetched {
    absl::Time start;
    absl::StatusOr<type::PracticeClient> client;
  };

  absl::Status ImportAll();
  // Makes the request one for the clients that its filter chooses, by a list of them.
  absl::Status Choose(connector::Connector& connector);
  // A few clients are asked for one by one, many by one list.
  absl::Status ImportByGet(connector::Connector& connector);
  absl::Status ImportByList(connector::Connector& connector);
  // Imports a batch in one transaction, with its progress.
  absl::Status ImportBatch(const std::vector<std::pair<int, Fetched>>& batch);

  const Environment& environment_;
  const access::Call call_;
  v1::ImportPracticeClientsRequest request_;
  const v1::Firm firm_;
  const v1::AddOn add_on_;
  verb::LongJob job_;
  v1::ImportPracticeClientsResponse response_;
  int done_count_ = 0;
};

// How many clients one import may be of.
inline constexpr int kMostImported = 10'000;

// How many clients are imported while the caller waits, by asking for each.
inline constexpr int kImportedAtOnce = 20;

}  // namespace profilesync::profile
