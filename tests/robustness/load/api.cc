#include "tests/robustness/load/api.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

namespace profilesync::testing {

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      if (detail.UnpackTo(&info)) {
        return info.reason();
      }
    }
  }
  return "";
}

bool Answer::known() const {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
      return false;
    default:
      return true;
  }
}

void Api::Report(const Answer& answer) {
  EXPECT_TRUE(answer.ok()) << answer.reason << ": " << answer.status.error_message();
}

}  // namespace profilesync::testing
