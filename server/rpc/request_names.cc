#include "server/rpc/request_names.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "google/api/annotations.pb.h"
#include "google/api/field_behavior.pb.h"
#include "google/api/resource.pb.h"
#include "server/access/authenticator.h"

namespace profilesync::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using Path = std::vector<const FieldDescriptor*>;

// google.longrunning has no annotations of ours.
constexpr std::string_view kOperationsPackage = "google.longrunning";
constexpr std::string_view kOperationPattern = "firms/{firm}/operations/{operation}";

bool Behaves(const FieldDescriptor& field, google::api::FieldBehavior behaviour) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behaviour) {
      return true;
    }
  }
  return false;
}

// "firms/{firm}" from "firms/{firm}/links/{link}".
std::string ParentOf(std::string_view pattern) {
  for (int i = 0; i < 2; ++i) {
    const std::size_t slash = pattern.rfind('/');
    pattern = pattern.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
  return std::string(pattern);
}

std::string PatternOfReference(const ResourcePatterns& patterns, const FieldDescriptor& field) {
  const auto& reference = field.options().GetExtension(google::api::resource_reference);
  return reference.type().empty() ? ParentOf(patterns.at(reference.child_type()))
                                  : patterns.at(reference.type());
}

void AddPatterns(const FileDescriptor& file, std::set<const FileDescriptor*>* seen,
                 ResourcePatterns* patterns) {
  if (!seen->insert(&file).second) {
    return;
  }
  for (int i = 0; i < file.message_type_count(); ++i) {
    const auto& resource = file.message_type(i)->options().GetExtension(google::api::resource);
    if (!resource.type().empty()) {
      patterns->emplace(resource.type(), resource.pattern(0));
    }
  }
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddPatterns(*file.dependency(i), seen, patterns);
  }
}

// Whether the method's URL takes its name from that place: "{firm.name=firms/*}" does.
bool IsBound(const MethodDescriptor& method, const Path& path) {
  std::string dotted;
  for (const FieldDescriptor* field : path) {
    absl::StrAppend(&dotted, dotted.empty() ? "" : ".", field->name());
  }
  const auto& http = method.options().GetExtension(google::api::http);
  return http.patch().find("{" + dotted + "=") != std::string::npos;
}

bool IsUpdate(const MethodDescriptor& method) {
  return !method.options().GetExtension(google::api::http).patch().empty();
}

}  // namespace

ResourcePatterns PatternsOf(
    const std::vector<const google::protobuf::ServiceDescriptor*>& services) {
  ResourcePatterns patterns;
  std::set<const FileDescriptor*> seen;
  for (const auto* service : services) {
    AddPatterns(*service->file(), &seen, &patterns);
  }
  return patterns;
}

struct RequestNames::Search {
  Violations& violations;
  std::optional<std::string_view> firm = std::nullopt;  // of the first name that has one
  std::vector<Found> others = {};                       // names of other firms
};

RequestNames::RequestNames(const MethodDescriptor& method, const ResourcePatterns& patterns) {
  Path path;
  AddPlaces(method, patterns, *method.input_type(), &path);
}

void RequestNames::AddPlaces(const MethodDescriptor& method, const ResourcePatterns& patterns,
                             const Descriptor& message, Path* path) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    const bool recursive = std::any_of(path->begin(), path->end(), [&](const auto* outer) {
      return outer->message_type() == field->message_type() && field->message_type() != nullptr;
    });
    if (Behaves(*field, google::api::OUTPUT_ONLY) || field->is_map() || recursive) {
      continue;
    }
    path->push_back(field);
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      AddPlace(method, patterns, *path);
    } else if (field->message_type() != nullptr) {
      AddPlaces(method, patterns, *field->message_type(), path);
    }
    path->pop_back();
  }
}

void RequestNames::AddPlace(const MethodDescriptor& method, const ResourcePatterns& patterns,
                            const Path& path) {
  const FieldDescriptor& field = *path.back();
  Place place{.path = path, .required = false, .shape = {}, .shape_text = ""};
  if (field.options().HasExtension(google::api::resource_reference)) {
    place.shape_text = PatternOfReference(patterns, field);
    // A message in a list may leave its parent to the list's; an update may leave out what it
    // doesn't change.
    const bool in_list = std::any_of(path.begin(), path.end() - 1,
                                     [](const auto* outer) { return outer->is_repeated(); });
    place.required = Behaves(field, google::api::REQUIRED) && !in_list &&
                     (path.size() == 1 || !IsUpdate(method));
  } else if (IsBound(method, path)) {
    place.shape_text =
        field.containing_type()->options().GetExtension(google::api::resource).pattern(0);
    place.required = true;
  } else if (method.file()->package() == kOperationsPackage && field.name() == "name") {
    place.shape_text = method.name() == "ListOperations" ? "firms/{firm}" : kOperationPattern;
    place.required = true;
  } else {
    return;
  }
  place.shape = ParseShape(place.shape_text);
  places_.push_back(std::move(place));
}

RequestNames::Shape RequestNames::ParseShape(std::string_view pattern) {
  Shape shape;
  for (const absl::string_view segment : absl::StrSplit(AV(pattern), '/')) {
    shape.segments.push_back(segment.front() == '{' ? "" : std::string(segment));
  }
  return shape;
}

std::optional<std::string_view> RequestNames::Match(const Shape& shape, std::string_view name) {
  std::string_view firm;
  for (std::size_t i = 0; i < shape.segments.size(); ++i) {
    const std::size_t slash = name.find('/');
    const bool last = i + 1 == shape.segments.size();
    if (last != (slash == std::string_view::npos)) {
      return std::nullopt;
    }
    const std::string_view segment = name.substr(0, slash);
    const std::string& expected = shape.segments[i];
    if (expected.empty() ? !IsValidId(segment) : segment != expected) {
      return std::nullopt;
    }
    if (i == 1 && shape.segments[0] == "firms") {
      firm = segment;
    }
    name.remove_prefix(last ? name.size() : slash + 1);
  }
  return firm;
}

absl::Status RequestNames::Check(const Message& request, const access::Caller& caller,
                                 Findings* findings) const {
  Search search{.violations = findings->malformed};
  for (const Place& place : places_) {
    Visit(place, 0, request, "", &search);
  }
  findings->firm = search.firm.value_or("");
  if (search.firm) {
    RETURN_IF_ERROR(access::CheckFirm(caller, *search.firm));
  }
  for (const Found& other : search.others) {
    RETURN_IF_ERROR(access::CheckFirm(caller, other.firm));
    findings->of_elsewhere.Add(other.path, "is of another firm than the request");
  }
  return absl::OkStatus();
}

void RequestNames::Visit(const Place& place, std::size_t depth, const Message& message,
                         const std::string& path, Search* search) const {
  const FieldDescriptor* field = place.path[depth];
  const auto* reflection = message.GetReflection();
  const bool is_name = depth + 1 == place.path.size();
  const std::string here = path.empty() ? field->name() : path + "." + field->name();
  if (!field->is_repeated()) {
    if (!is_name) {
      Visit(place, depth + 1, reflection->GetMessage(message, field), here, search);
      return;
    }
    std::string scratch;
    Look(place, reflection->GetStringReference(message, field, &scratch), here, search);
    return;
  }
  const int size = reflection->FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    const std::string element = absl::StrCat(here, "[", i, "]");
    if (is_name) {
      std::string scratch;
      Look(place, reflection->GetRepeatedStringReference(message, field, i, &scratch), element,
           search);
    } else {
      Visit(place, depth + 1, reflection->GetRepeatedMessage(message, field, i), element, search);
    }
  }
}

void RequestNames::Look(const Place& place, const std::string& name, const std::string& path,
                        Search* search) const {
  if (name.empty()) {
    if (place.required) {
      search->violations.Add(path, "must be set: " + place.shape_text);
    }
    return;
  }
  const auto firm = Match(place.shape, name);
  if (!firm) {
    search->violations.Add(path, "must be " + place.shape_text);
    return;
  }
  if (firm->empty()) {
    return;
  }
  if (!search->firm) {
    search->firm = *firm;
  } else if (*search->firm != *firm) {
    search->others.push_back({path, *firm});
  }
}

}  // namespace profilesync::rpc
