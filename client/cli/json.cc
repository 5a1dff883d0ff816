#include "client/cli/json.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "client/cli/context.h"
#include "common/serialize.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"

namespace profilesync::cli {
std::string ToJson(const google::protobuf::Message& message, bool compact) {
  // Not MessageToJsonString: it prints a map's entries in an order that changes from run to run.
  static google::protobuf::util::TypeResolver* const resolver =
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          "type.googleapis.com", google::protobuf::DescriptorPool::generated_pool());
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !compact;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      resolver, absl::StrCat("type.googleapis.com/", message.GetTypeName()),
      SerializeSorted(message), &json, options);
  if (!status.ok()) {
    // Only an Any of a type that this program doesn't know gets here.
    json = absl::StrCat("{\"unprintable\": \"", message.GetTypeName(), "\"}");
  }
  if (compact || json.empty() || json.back() != '\n') {
    json += '\n';
  }
  return json;
}

absl::Status FromJson(std::string_view json, google::protobuf::Message* message) {
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), message);
  if (status.ok()) {
    return absl::OkStatus();
  }
  return UsageError(absl::StrCat("that isn't JSON for a ", message->GetTypeName(), ": ",
                                 std::string(status.message().data(), status.message().size())));
}

absl::Status ReadText(const std::string& path, std::string* text) {
  std::ostringstream out;
  if (path == "-") {
    out << std::cin.rdbuf();
    *text = out.str();
    return absl::OkStatus();
  }
  std::ifstream file(path, std::ios::binary);
  if (!file || !(out << file.rdbuf())) {
    return UsageError(absl::StrCat("can't read ", path));
  }
  *text = out.str();
  return absl::OkStatus();
}

}  // namespace profilesync::cli
