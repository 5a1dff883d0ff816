// What all methods of the API have in common, so that who knows one knows them all. buf sees to
// names and comments (proto/lint); these rules it doesn't have.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "google/api/annotations.pb.h"
#include "google/api/client.pb.h"
#include "google/api/field_behavior.pb.h"
#include "google/api/field_info.pb.h"
#include "google/api/resource.pb.h"
#include "google/protobuf/descriptor.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "profilesync/v1/firm_service.pb.h"
#include "profilesync/v1/link_service.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "profilesync/v1/sync_service.pb.h"

namespace profilesync {
namespace {

using google::api::FieldBehavior;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

constexpr char kPackage[] = "profilesync.v1";

std::vector<const FileDescriptor*> ServiceFiles() {
  return {
      v1::GetAddOnRequest::descriptor()->file(),   v1::GetFieldRuleRequest::descriptor()->file(),
      v1::GetFirmRequest::descriptor()->file(),    v1::GetLinkRequest::descriptor()->file(),
      v1::GetProfileRequest::descriptor()->file(), v1::GetDiffRequest::descriptor()->file()};
}

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptor* file : ServiceFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        methods.push_back(file->service(i)->method(j));
      }
    }
  }
  return methods;
}

const google::api::HttpRule& UrlOf(const MethodDescriptor& method) {
  return method.options().GetExtension(google::api::http);
}

bool StartsWith(const MethodDescriptor& method, const std::string& verb) {
  return method.name().rfind(verb, 0) == 0;
}

bool Behaves(const FieldDescriptor& field, FieldBehavior behaviour) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behaviour) {
      return true;
    }
  }
  return false;
}

// The field of that name and type, or a failure and nullptr.
const FieldDescriptor* Expect(const Descriptor& message, const std::string& name,
                              FieldDescriptor::Type type) {
  const FieldDescriptor* field = message.FindFieldByName(name);
  const bool found = field != nullptr && field->type() == type && !field->is_repeated();
  EXPECT_TRUE(found) << message.full_name() << " needs " << name << ", "
                     << FieldDescriptor::TypeName(type);
  return found ? field : nullptr;
}

// The messages of this package that `message` holds, itself among them.
void AddMessages(const Descriptor& message, std::set<const Descriptor*>* messages) {
  if (message.file()->package() != kPackage || message.options().map_entry() ||
      !messages->insert(&message).second) {
    return;
  }
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->message_type() != nullptr) {
      AddMessages(*message.field(i)->message_type(), messages);
    }
  }
}

std::set<const Descriptor*> Resources() {
  std::set<const Descriptor*> messages;
  for (const MethodDescriptor* method : Methods()) {
    AddMessages(*method->input_type(), &messages);
    AddMessages(*method->output_type(), &messages);
  }
  std::set<const Descriptor*> resources;
  for (const Descriptor* message : messages) {
    if (message->options().HasExtension(google::api::resource)) {
      resources.insert(message);
    }
  }
  return resources;
}

TEST(ApiTest, NoServiceIsLeftOutHere) {
  std::set<std::string> here;
  for (const FileDescriptor* file : ServiceFiles()) {
    here.insert(std::filesystem::path(file->name()).filename());
  }
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator(PROFILESYNC_API_FOLDER)) {
    const std::string name = entry.path().filename();
    if (name.find("_service.proto") != std::string::npos) {
      there.insert(name);
    }
  }
  EXPECT_EQ(here, there);
}

TEST(ApiTest, EveryMethodHasAUrl) {
  for (const MethodDescriptor* method : Methods()) {
    EXPECT_NE(UrlOf(*method).pattern_case(), google::api::HttpRule::PATTERN_NOT_SET)
        << method->full_name();
  }
}

// A required field that is in no signature is missing from what generated clients take.
TEST(ApiTest, EverySignatureHasAllRequiredFields) {
  for (const MethodDescriptor* method : Methods()) {
    const auto& options = method->options();
    ASSERT_EQ(options.ExtensionSize(google::api::method_signature), 1) << method->full_name();
    std::istringstream signature(options.GetExtension(google::api::method_signature, 0));
    std::set<std::string> named;
    for (std::string name; std::getline(signature, name, ',');) {
      named.insert(name);
      EXPECT_NE(method->input_type()->FindFieldByName(name), nullptr)
          << method->full_name() << " has no " << name;
    }
    for (int i = 0; i < method->input_type()->field_count(); ++i) {
      const FieldDescriptor& field = *method->input_type()->field(i);
      EXPECT_TRUE(!Behaves(field, google::api::REQUIRED) || named.contains(field.name()))
          << method->full_name() << " leaves out " << field.name();
    }
  }
}

TEST(ApiTest, EveryFieldOfARequestSaysHowItBehaves) {
  std::set<const Descriptor*> messages;
  for (const MethodDescriptor* method : Methods()) {
    AddMessages(*method->input_type(), &messages);
  }
  for (const Descriptor* message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      EXPECT_GT(message->field(i)->options().ExtensionSize(google::api::field_behavior), 0)
          << message->field(i)->full_name();
    }
  }
}

TEST(ApiTest, EveryChangeCanBeRepeatedAndTriedOut) {
  // They change nothing but what is known of the practice side.
  const std::set<std::string> without_trial = {"RefreshLink", "RefreshFirm"};
  for (const MethodDescriptor* method : Methods()) {
    if (!UrlOf(*method).get().empty()) {
      continue;
    }
    const Descriptor& request = *method->input_type();
    const auto* id = Expect(request, "request_id", FieldDescriptor::TYPE_STRING);
    if (id != nullptr) {
      EXPECT_EQ(id->options().GetExtension(google::api::field_info).format(),
                google::api::FieldInfo::UUID4)
          << id->full_name();
      EXPECT_TRUE(Behaves(*id, google::api::OPTIONAL)) << id->full_name();
    }
    if (without_trial.contains(method->name())) {
      EXPECT_EQ(request.FindFieldByName("validate_only"), nullptr) << method->full_name();
    } else {
      Expect(request, "validate_only", FieldDescriptor::TYPE_BOOL);
    }
  }
}

// Without a mask, a caller that sends what it has read undoes what others changed since.
TEST(ApiTest, EveryUpdateNeedsAMask) {
  int updates = 0;
  for (const MethodDescriptor* method : Methods()) {
    if (UrlOf(*method).patch().empty()) {
      EXPECT_FALSE(StartsWith(*method, "Update")) << method->full_name();
      continue;
    }
    ++updates;
    EXPECT_TRUE(StartsWith(*method, "Update")) << method->full_name();
    const auto* mask = Expect(*method->input_type(), "update_mask", FieldDescriptor::TYPE_MESSAGE);
    if (mask != nullptr) {
      EXPECT_EQ(mask->message_type()->full_name(), "google.protobuf.FieldMask");
      EXPECT_TRUE(Behaves(*mask, google::api::REQUIRED)) << mask->full_name();
    }
  }
  EXPECT_GT(updates, 0);
}

TEST(ApiTest, EveryListIsPaged) {
  int lists = 0;
  for (const MethodDescriptor* method : Methods()) {
    if (!StartsWith(*method, "List") && !StartsWith(*method, "Search")) {
      continue;
    }
    ++lists;
    Expect(*method->input_type(), "page_size", FieldDescriptor::TYPE_INT32);
    Expect(*method->input_type(), "page_token", FieldDescriptor::TYPE_STRING);
    Expect(*method->output_type(), "next_page_token", FieldDescriptor::TYPE_STRING);
  }
  EXPECT_GT(lists, 0);
}

TEST(ApiTest, EveryResourceHasANameAndCanBeGot) {
  std::set<const Descriptor*> got;
  for (const MethodDescriptor* method : Methods()) {
    if (StartsWith(*method, "Get")) {
      EXPECT_EQ(method->name(), "Get" + method->output_type()->name());
      EXPECT_FALSE(UrlOf(*method).get().empty()) << method->full_name();
      const auto* name = Expect(*method->input_type(), "name", FieldDescriptor::TYPE_STRING);
      EXPECT_TRUE(name != nullptr && Behaves(*name, google::api::REQUIRED)) << method->full_name();
      got.insert(method->output_type());
    }
  }
  const auto resources = Resources();
  EXPECT_EQ(got, resources);
  for (const Descriptor* resource : resources) {
    const auto& described = resource->options().GetExtension(google::api::resource);
    EXPECT_EQ(described.type(), "profilesync.dev/" + resource->name());
    EXPECT_EQ(described.pattern_size(), 1) << resource->full_name();
    const auto* name = Expect(*resource, "name", FieldDescriptor::TYPE_STRING);
    EXPECT_TRUE(name != nullptr && Behaves(*name, google::api::IDENTIFIER))
        << resource->full_name();
  }
}

}  // namespace
}  // namespace profilesync
