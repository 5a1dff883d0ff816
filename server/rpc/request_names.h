#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/error.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "server/access/call.h"

namespace profilesync::rpc {

// How names look, by resource type: "profilesync.dev/Firm" → "firms/{firm}".
using ResourcePatterns = std::map<std::string, std::string>;

// Of all resources that the services' files can see.
ResourcePatterns PatternsOf(
    const std::vector<const google::protobuf::ServiceDescriptor*>& services);

// The resource names in the requests of one method, as the API's annotations declare them: where
// they are and what they must look like. Made once for each method. Immutable, so thread-safe.
class RequestNames {
 public:
  RequestNames(const google::protobuf::MethodDescriptor& method, const ResourcePatterns& patterns);

  // What the names tell.
  struct Findings {
    std::string firm;         // that the request is about, "" when it is about none
    Violations malformed;     // names that are missing or of the wrong shape
    Violations of_elsewhere;  // names of another firm than the first
  };

  // PERMISSION_DENIED (FIRM_NOT_ALLOWED) where one names a firm that the caller may not reach,
  // existing or not, whatever else is wrong; findings->firm is set all the same.
  absl::Status Check(const google::protobuf::Message& request, const access::Caller& caller,
                     Findings* findings) const;

 private:
  struct Shape {
    std::vector<std::string> segments;  // "" stands for any id
  };
  struct Place {
    std::vector<const google::protobuf::FieldDescriptor*> path;  // the last one is the name
    bool required = false;
    Shape shape;
    std::string shape_text;  // as people read it: "firms/{firm}"
  };
  struct Found {
    std::string path;
    std::string_view firm;
  };
  struct Search;

  void AddPlaces(const google::protobuf::MethodDescriptor& method, const ResourcePatterns& patterns,
                 const google::protobuf::Descriptor& message,
                 std::vector<const google::protobuf::FieldDescriptor*>* path);
  void AddPlace(const google::protobuf::MethodDescriptor& method, const ResourcePatterns& patterns,
                const std::vector<const google::protobuf::FieldDescriptor*>& path);
  static Shape ParseShape(std::string_view pattern);
  // The firm in the name ("" for a name without one); nullopt when it isn't of the shape.
  static std::optional<std::string_view> Match(const Shape& shape, std::string_view name);

  void Visit(const Place& place, std::size_t depth, const google::protobuf::Message& message,
             const std::string& path, Search* search) const;
  void Look(const Place& place, const std::string& name, const std::string& path,
            Search* search) const;

  std::vector<Place> places_;
};

}  // namespace profilesync::rpc
