#include "server/operation/resumption.h"

#include <string_view>
#include <utility>
#include <vector>

#include "common/log.h"
#include "common/status.h"
#include "google/longrunning/operations.pb.h"
#include "server/verb/long_job.h"
#include "server/verb/long_operation.h"

namespace profilesync::operation {
namespace {

struct Left {
  std::string operation;
  std::string metadata;  // the full name of its type
};

absl::StatusOr<std::vector<Left>> FindLeft(const Environment& environment) {
  std::vector<Left> left;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<store::LongOperationRow> rows,
                     reader.ListUnfinishedLongOperations());
    for (const store::LongOperationRow& row : rows) {
      google::longrunning::Operation operation;
      operation.ParseFromString(row.operation);
      ASSIGN_OR_RETURN(const bool at_work, verb::IsAtWork(environment, operation.name(), reader));
      if (!at_work) {
        const std::string& type = operation.metadata().type_url();
        left.push_back({operation.name(), type.substr(type.rfind('/') + 1)});
      }
    }
    return absl::OkStatus();
  }));
  return left;
}

// Ends an operation that nothing is known of.
void CutOff(const Environment& environment, const std::string& operation) {
  verb::LongJob job(environment, operation, environment.ids.NewId());
  if (job.Take().ok()) {
    job.EndWith(verb::CutOffByShutdown());
  }
}

}  // namespace

absl::Status Resumption::Poll() {
  ASSIGN_OR_RETURN(const std::vector<Left> left, FindLeft(environment_));
  for (const auto& [operation, metadata] : left) {
    const auto method = methods_.find(metadata);
    if (method == methods_.end()) {
      CutOff(environment_, operation);
      continue;
    }
    if (!Begin(operation)) {
      continue;
    }
    const bool posted = environment_.post([this, operation = operation, go_on = method->second] {
      LogInfo("going on with ", operation);
      go_on(environment_, operation);
      End(operation);
    });
    if (!posted) {
      End(operation);
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

bool Resumption::Begin(const std::string& operation) {
  MutexLock lock(&mutex_);
  return posted_.insert(operation).second;
}

void Resumption::End(const std::string& operation) {
  MutexLock lock(&mutex_);
  posted_.erase(operation);
}

}  // namespace profilesync::operation
