#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace profilesync::cli {

// Every method of the API, of google.longrunning.Operations and of grpc.health.v1.Health.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods();

// The one method that `name` means: its full name, with a dot or a slash before the method's, or
// any end of it that no other method has; letter case aside. A usage error, naming what it could
// be, when there is none or more than one.
absl::StatusOr<const google::protobuf::MethodDescriptor*> FindMethod(const std::string& name);

// "/profilesync.v1.SyncService/GetDiff".
std::string PathOf(const google::protobuf::MethodDescriptor& method);

}  // namespace profilesync::cli
