#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/store.h"
#include "server/verb/long_job.h"

namespace profilesync::sync {

// Finds the links to apply suggestions to, those first that have differed for longest: up to `most`
// of which `receive` is told. It is called outside the store, and may end the search by an error.
absl::Status FindSuggested(const Environment& environment, std::string_view firm,
                           const store::DifferingFilter& filter, int most,
                           absl::FunctionRef<absl::Status(const v1::Diff&)> receive);

// One run of applying a firm's suggestions: link by link, each with a sync operation of its own. A
// run that is cut off leaves the long-running operation; the next goes on behind the last link that
// is stored as dealt with. Used by one thread at a time.
class SuggestionsJob {
 public:
  // `environment` must outlive the job.
  SuggestionsJob(const Environment& environment, const std::string& operation);
  // Runs to the end and stores the outcome; blocks.
  void Run();

 private:
  absl::Status ApplyAll();
  // What is to be done, and what earlier runs have done of it.
  absl::Status Load();
  absl::Status Choose();
  // This work's own operation on the link, where there is one.
  absl::StatusOr<std::optional<v1::SyncOperation>> FindOwn(const std::string& link_id) const;
  absl::Status Resume();
  // Deals with the next link. An error is one that ends the work.
  absl::Status ApplyNext();
  absl::Status FinishWith(const v1::SyncOperation& operation);
  bool Stopped() const { return !response_.stopping_operation().empty() || response_.has_error(); }
  absl::StatusOr<v1::SyncOperation> ApplyTo(const std::string& link) const;
  absl::StatusOr<v1::SyncOperation> ApplyWhenAllowed(const std::string& link);
  absl::Status Finish(const storage::v1::SuggestionsStep& step);
  void Recall(const storage::v1::SuggestionsStep& step);
  absl::Status WaitFor(absl::Duration delay) const;

  const Environment& environment_;
  const std::string name_;
  verb::LongJob job_;
  access::Call call_;
  v1::ApplyFirmSuggestionsRequest request_;
  store::DifferingFilter filter_;
  bool chosen_ = false;
  std::vector<std::string> links_;  // ids
  int done_ = 0;
  v1::ApplyFirmSuggestionsResponse response_;
};

}  // namespace profilesync::sync
