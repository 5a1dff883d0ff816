#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/verb/long_job.h"

namespace profilesync::profile {

// One run of an import's work: fetches the clients, imports them batch by batch, and keeps the
// long-running operation up to date. A run that is cut off leaves the operation; the next goes on
// from what is stored: each batch is stored with the results of its clients, so that none is
// imported, or counted, twice. Used by one thread at a time.
class ImportJob {
 public:
  // `operation` and `holder` as verb::LongJob has them. `deadline` is of the calls to the practice
  // system. `environment` must outlive the job.
  ImportJob(const Environment& environment, std::string operation, std::string holder,
            absl::Time deadline);
  // Runs to the end and stores the outcome; blocks. Returns the operation as it is stored then.
  google::longrunning::Operation Run();

 private:
  struct Fetched {
    absl::Time start;
    absl::StatusOr<type::PracticeClient> client;
  };

  absl::Status ImportAll();
  // What is to be done, and what earlier runs have done of it.
  absl::Status Load();
  void AddResults();
  absl::Status Recall(const storage::v1::ImportStep& step);
  bool IsDone(int index) const;
  // The places of the clients that aren't done, by the ids that a list gives them.
  std::map<std::string, int> Wanted(const connector::Connector& connector) const;
  // Makes the request one for the clients that its filter chooses, by a list of them.
  absl::Status Choose(connector::Connector& connector);
  // A few clients are asked for one by one, many by one list.
  absl::Status ImportByGet(connector::Connector& connector);
  absl::Status ImportByList(connector::Connector& connector);
  // Imports a batch in one transaction, with its progress.
  absl::Status ImportBatch(const std::vector<std::pair<int, Fetched>>& batch);
  absl::StatusOr<v1::ImportResult> ImportOne(int index, const Fetched& fetched,
                                             store::Transaction& transaction) const;
  absl::Status StoreStep(const storage::v1::ImportStep& step, store::Transaction& transaction);

  const Environment& environment_;
  const absl::Time deadline_;
  verb::LongJob job_;
  access::Call call_;
  v1::ImportPracticeClientsRequest request_;
  v1::Firm firm_;
  v1::AddOn add_on_;
  bool chosen_ = false;  // request_ has the clients that its filter chose
  v1::ImportPracticeClientsResponse response_;
  int done_count_ = 0;
};

// How many clients one import may be of.
inline constexpr int kMostImported = 10'000;

// How many clients are imported while the caller waits, by asking for each.
inline constexpr int kImportedAtOnce = 20;

}  // namespace profilesync::profile
