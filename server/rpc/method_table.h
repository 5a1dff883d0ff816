#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "server/observe/calls.h"
#include "server/rpc/request_names.h"

namespace profilesync::rpc {

// One method of the API.
struct Method {
  Method(const google::protobuf::MethodDescriptor& descriptor, const ResourcePatterns& patterns)
      : name(descriptor.full_name()), names(descriptor, patterns) {}

  const std::string name;  // "profilesync.v1.FirmService.GetFirm"
  const RequestNames names;
  observe::MethodCalls calls;
};

// All methods that the server serves. Thread-safe; methods live as long as the table.
class MethodTable {
 public:
  MethodTable();

  // The method with that request type: every method has one of its own.
  Method& Of(const google::protobuf::Descriptor* request) const { return *methods_.at(request); }

  // The services that are served, by full name.
  static std::vector<const google::protobuf::ServiceDescriptor*> Services();

 private:
  std::unordered_map<const google::protobuf::Descriptor*, std::unique_ptr<Method>> methods_;
};

}  // namespace profilesync::rpc
