#include "server/rpc/error.h"

#include "absl/strings/cord.h"
#include "common/error.h"
#include "common/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace profilesync::rpc {
namespace {

// Message and details travel in headers, of which clients take 8 KiB in all unless told otherwise;
// the message travels twice, and bytes beyond ASCII take three each in one of them.
constexpr std::size_t kLongestMessage = 1024;
constexpr std::size_t kLargestDetail = 3072;

// What an error that doesn't say its reason is taken to mean.
v1::ErrorReason ReasonOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return v1::INVALID_REQUEST;
    case absl::StatusCode::kUnauthenticated:
      return v1::UNAUTHENTICATED;
    case absl::StatusCode::kPermissionDenied:
      return v1::ROLE_TOO_LOW;
    case absl::StatusCode::kNotFound:
      return v1::RESOURCE_NOT_FOUND;
    case absl::StatusCode::kAlreadyExists:
      return v1::RESOURCE_EXISTS;
    case absl::StatusCode::kAborted:
      return v1::CHANGED_SINCE_READ;
    case absl::StatusCode::kResourceExhausted:
      return v1::SERVER_BUSY;
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return v1::DEADLINE_PASSED;
    case absl::StatusCode::kUnavailable:
      return v1::STORE_UNAVAILABLE;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return v1::INTERNAL_DEFECT;
    case absl::StatusCode::kUnimplemented:
      return v1::NOT_IMPLEMENTED;
    default:
      return v1::ERROR_REASON_UNSPECIFIED;
  }
}

bool IsDefect(absl::StatusCode code) { return ReasonOfCode(code) == v1::INTERNAL_DEFECT; }

// At most `longest` bytes of `text`, whole characters only.
std::string Cut(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) {
    return std::string(text);
  }
  std::size_t size = longest;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
    --size;
  }
  return std::string(text.substr(0, size)) + "…";
}

std::string Fitting(std::string_view type_url, std::string bytes) {
  google::rpc::BadRequest bad;
  if (bytes.size() <= kLargestDetail || !type_url.ends_with("/google.rpc.BadRequest") ||
      !bad.ParseFromString(bytes)) {
    return bytes;
  }
  auto* violations = bad.mutable_field_violations();
  int dropped = 0;
  while (!violations->empty() && bad.ByteSizeLong() > kLargestDetail) {
    dropped += CountOf(*violations->rbegin());
    violations->RemoveLast();
  }
  *bad.add_field_violations() = MoreViolations(dropped);
  return bad.SerializeAsString();
}

}  // namespace

PublicError ToPublicError(const absl::Status& status, std::string_view call_id) {
  PublicError error;
  if (status.ok()) {
    return error;
  }
  absl::Status told = status;
  if (IsDefect(status.code())) {
    error.detail = std::string(SV(status.message()));
    told = MakeError(absl::StatusCode::kInternal, v1::INTERNAL_DEFECT,
                     "internal error; the server's log has it under " + std::string(call_id));
  } else if (!ErrorInfoOf(status)) {
    told = MakeError(status.code(), ReasonOfCode(status.code()), SV(status.message()));
    status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
      told.SetPayload(type_url, payload);
    });
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(told.code()));
  details.set_message(Cut(SV(told.message()), kLongestMessage));
  told.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    auto* any = details.add_details();
    any->set_type_url(std::string(type_url));
    any->set_value(Fitting(SV(type_url), std::string(payload)));
  });
  error.status = grpc::Status(static_cast<grpc::StatusCode>(told.code()), details.message(),
                              details.SerializeAsString());
  return error;
}

}  // namespace profilesync::rpc
