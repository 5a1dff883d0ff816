#include "server/verb/update_mask.h"

#include <memory>
#include <string>
#include <vector>

#include "google/api/field_behavior.pb.h"

namespace profilesync::verb {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool CallersMayChange(const FieldDescriptor& field) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    switch (options.GetExtension(google::api::field_behavior, i)) {
      case google::api::OUTPUT_ONLY:
      case google::api::IDENTIFIER:
      case google::api::IMMUTABLE:
        return false;
      default:
        break;
    }
  }
  return true;
}

// The fields that a path passes, the last one included; empty when there is no such path.
std::vector<const FieldDescriptor*> Resolve(std::string_view path,
                                            const google::protobuf::Descriptor* type) {
  std::vector<const FieldDescriptor*> fields;
  while (true) {
    const std::size_t dot = path.find('.');
    const auto* field =
        type == nullptr ? nullptr : type->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr) {
      return {};
    }
    fields.push_back(field);
    if (dot == std::string_view::npos) {
      return fields;
    }
    type = field->is_repeated() ? nullptr : field->message_type();
    path.remove_prefix(dot + 1);
  }
}

void Replace(const std::vector<const FieldDescriptor*>& path, const Message& from, Message* to) {
  const Message* source = &from;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    source = &source->GetReflection()->GetMessage(*source, path[i]);
    to = to->GetReflection()->MutableMessage(to, path[i]);
  }
  const FieldDescriptor* field = path.back();
  to->GetReflection()->ClearField(to, field);
  // Merging a message that holds this field alone copies a value of any kind.
  const std::unique_ptr<Message> one(source->New());
  one->CopyFrom(*source);
  std::vector<const FieldDescriptor*> set;
  one->GetReflection()->ListFields(*one, &set);
  for (const FieldDescriptor* other : set) {
    if (other != field) {
      one->GetReflection()->ClearField(one.get(), other);
    }
  }
  to->MergeFrom(*one);
}

}  // namespace

void ApplyUpdateMask(const google::protobuf::FieldMask& mask, const Message& from, Message* to,
                     Violations* violations) {
  if (mask.paths().empty()) {
    violations->Add("update_mask", "must name the fields to change");
  }
  for (const std::string& path : mask.paths()) {
    if (path == "etag") {
      continue;
    }
    const auto fields = Resolve(path, to->GetDescriptor());
    if (fields.empty()) {
      violations->Add("update_mask", "there is no field " + path);
      continue;
    }
    bool may_change = true;
    for (const FieldDescriptor* field : fields) {
      may_change = may_change && CallersMayChange(*field);
    }
    if (!may_change) {
      violations->Add("update_mask", path + " can't be changed");
      continue;
    }
    Replace(fields, from, to);
  }
}

bool Touches(const google::protobuf::FieldMask& mask, std::string_view path) {
  const auto within = [](std::string_view inner, std::string_view outer) {
    return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '.');
  };
  for (const std::string& named : mask.paths()) {
    if (within(named, path) || within(path, named)) {
      return true;
    }
  }
  return false;
}

}  // namespace profilesync::verb
