#include "server/sync/refresh_firm.h"

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
#include "server/verb/long_operation.h"

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

// One run of a refresh's work. Used by one thread at a time.
class RefreshJob {
 public:
  RefreshJob(const Environment& environment, const std::string& operation)
      : environment_(environment), job_(environment, operation, environment.ids.NewId()) {}

  void Run() {
    if (!job_.Take().ok()) {
      return;
    }
    const absl::Status status = RefreshAll();
    if (status.ok()) {
      job_.EndWith(response_);
    } else {
      job_.EndWith(job_.MustStop() ? verb::CutOffByShutdown() : status);
    }
  }

 private:
  absl::Status RefreshAll() {
    RETURN_IF_ERROR(job_.Check());
    v1::RefreshFirmRequest request;
    // It is easily asked for again; what the run that was cut off had counted is lost.
    if (job_.cut_offs() > 0 || !job_.ReadRequest(&request)) {
      return verb::CutOffByShutdown();
    }
    full_ = request.full();
    std::vector<std::string> add_ons;
    RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(add_ons, Chosen(environment_, request, reader));
      return absl::OkStatus();
    }));
    // One add-on's failure is no reason to leave the others out.
    absl::Status status;
    for (const std::string& add_on : add_ons) {
      RETURN_IF_ERROR(job_.Check());
      status.Update(Refresh(add_on));
    }
    if (!status.ok()) {
      RETURN_IF_ERROR(job_.Check());  // why it is to end says more than what came of that
    }
    return status;
  }

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
    RETURN_IF_ERROR(job_.Check());
    v1::RefreshFirmMetadata progress;
    progress.set_read_count(read_);
    return environment_.store.WriteAndWait(
        [&](store::Transaction& transaction) { return job_.StoreProgress(progress, transaction); });
  }

  const Environment& environment_;
  verb::LongJob job_;
  bool full_ = false;
  v1::RefreshFirmResponse response_;
  int read_ = 0;
};

}  // namespace

absl::StatusOr<google::longrunning::Operation> RefreshFirm(const Environment& environment,
                                                           const access::Call& call,
                                                           const v1::RefreshFirmRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  verb::Begun begun;
  RETURN_IF_ERROR(
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(begun, verb::BeginLongOperation(environment,
                                                         {.call = call,
                                                          .request = request,
                                                          .request_id = request_id,
                                                          .firm_id = LastId(request.name()),
                                                          .metadata = v1::RefreshFirmMetadata(),
                                                          .holder = ""},
                                                         transaction));
        return begun.earlier ? absl::OkStatus()
                             : Chosen(environment, request, transaction).status();
      }));
  // Where there is no room for it now, it is gone on with later as one that was left.
  if (!begun.earlier) {
    environment.post(
        [&environment, name = begun.operation.name()] { GoOnRefreshing(environment, name); });
  }
  return std::move(begun.operation);
}

void GoOnRefreshing(const Environment& environment, const std::string& operation) {
  RefreshJob(environment, operation).Run();
}

}  // namespace profilesync::sync
