#include "server/sync/refresh_firm.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/list_pass.h"
#include "server/verb/find.h"
#include "server/verb/long_job.h"

namespace profilesync::sync {
namespace {

constexpr int kMostAddOns = 1000;

// What is to be refreshed: the add-on that is named, or all that are active.
absl::StatusOr<std::vector<std::string>> Chosen(const Environment& environment,
                                                const v1::RefreshFirmRequest& request,
                                                const store::Reader& reader) {
  RETURN_IF_ERROR(verb::FindFirm(reader, request.name()).status());
  if (!request.add_on().empty()) {
    ASSIGN_OR_RETURN(const v1::AddOn add_on, verb::FindActiveAddOn(reader, request.add_on()));
    RETURN_IF_ERROR(model::RequireConnector(environment, add_on).status());
    return std::vector<std::string>{add_on.name()};
  }
  ASSIGN_OR_RETURN(const std::vector<v1::AddOn> add_ons,
                   reader.ListAddOns(LastId(request.name()), "", kMostAddOns));
  std::vector<std::string> active;
  for (const v1::AddOn& add_on : add_ons) {
    if (add_on.state() == v1::AddOn::ACTIVE) {
      active.push_back(add_on.name());
    }
  }
  if (active.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::ADD_ON_REQUIRED,
                     request.name() + " has no active add-on");
  }
  return active;
}

// The work of one refresh. Used by one thread at a time.
class RefreshJob {
 public:
  RefreshJob(const Environment& environment, bool full, std::vector<std::string> add_ons,
             google::longrunning::Operation operation)
      : environment_(environment),
        full_(full),
        add_ons_(std::move(add_ons)),
        job_(environment, std::move(operation)) {}

  // One add-on's failure is no reason to leave the others out.
  google::longrunning::Operation Run() {
    absl::Status status;
    for (const std::string& add_on : add_ons_) {
      status.Update(Refresh(add_on));
    }
    return status.ok() ? job_.EndWith(response_) : job_.EndWith(status);
  }

 private:
  absl::Status Refresh(const std::string& add_on) {
    const int read_before = read_;
    ListPass pass(environment_, add_on,
                  {.full = full_,
                   .priority = budget::Priority::kPerson,
                   .progress = [&](const PassCounts& counts) {
                     read_ = read_before + counts.read;
                     return StoreProgress();
                   }});
    const absl::Status status = pass.Run();
    response_.set_stored_count(response_.stored_count() + pass.counts().stored);
    response_.set_not_active_count(response_.not_active_count() + pass.counts().not_active);
    return status;
  }

  absl::Status StoreProgress() {
    v1::RefreshFirmMetadata progress;
    progress.set_read_count(read_);
    return environment_.store.WriteAndWait(
        [&](store::Transaction& transaction) { return job_.StoreProgress(progress, transaction); });
  }

  const Environment& environment_;
  const bool full_;
  const std::vector<std::string> add_ons_;
  verb::LongJob job_;
  v1::RefreshFirmResponse response_;
  int read_ = 0;
};

}  // namespace

absl::StatusOr<google::longrunning::Operation> RefreshFirm(const Environment& environment,
                                                           const access::Call& call,
                                                           const v1::RefreshFirmRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  verb::Begun begun;
  std::vector<std::string> add_ons;
  RETURN_IF_ERROR(
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(begun,
                         verb::BeginLongOperation(environment, request_id, LastId(request.name()),
                                                  v1::RefreshFirmMetadata(), transaction));
        if (begun.earlier) {
          return absl::OkStatus();
        }
        ASSIGN_OR_RETURN(add_ons, Chosen(environment, request, transaction));
        return absl::OkStatus();
      }));
  if (begun.earlier) {
    return std::move(begun.operation);
  }
  const auto job = std::make_shared<RefreshJob>(environment, request.full(), std::move(add_ons),
                                                begun.operation);
  if (!environment.post([job] { job->Run(); })) {
    return job->Run();
  }
  return std::move(begun.operation);
}

}  // namespace profilesync::sync
