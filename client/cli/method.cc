#include "client/cli/method.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/context.h"
#include "google/longrunning/operations.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "profilesync/v1/field_rule_service.pb.h"

namespace profilesync::cli {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

}  // namespace

std::vector<const MethodDescriptor*> AllMethods() {
  const FileDescriptor* files[] = {v1::GetFirmRequest::descriptor()->file(),
                                   v1::GetAddOnRequest::descriptor()->file(),
                                   v1::GetProfileRequest::descriptor()->file(),
                                   v1::GetLinkRequest::descriptor()->file(),
                                   v1::GetDiffRequest::descriptor()->file(),
                                   v1::GetFieldRuleRequest::descriptor()->file(),
                                   google::longrunning::Operation::descriptor()->file(),
                                   grpc::health::v1::HealthCheckRequest::descriptor()->file()};
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods.push_back(file->service(i)->method(j));
      }
    }
  }
  return methods;
}

absl::StatusOr<const MethodDescriptor*> FindMethod(const std::string& name) {
  std::string wanted = absl::AsciiStrToLower(name);
  std::replace(wanted.begin(), wanted.end(), '/', '.');
  wanted.erase(0, wanted.find_first_not_of('.'));
  std::vector<const MethodDescriptor*> found;
  std::vector<std::string> names;
  for (const MethodDescriptor* method : AllMethods()) {
    const std::string full = absl::AsciiStrToLower(method->full_name());
    // A whole part of the name wins over a longer one that only ends alike.
    if (full == wanted || absl::EndsWith(full, "." + wanted)) {
      return method;
    }
    if (!wanted.empty() && absl::EndsWith(full, wanted)) {
      found.push_back(method);
      names.push_back(method->full_name());
    }
  }
  if (found.size() == 1) {
    return found.front();
  }
  return UsageError(
      found.empty() ? absl::StrCat("there is no method ", name, "; `profilesync call` lists them")
                    : absl::StrCat(name, " could be any of ", absl::StrJoin(names, ", ")));
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

}  // namespace profilesync::cli
