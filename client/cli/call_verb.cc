#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/json.h"
#include "client/cli/method.h"
#include "client/cli/verbs.h"
#include "client/cpp/request_id.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

struct CallOptions {
  std::string method;
  std::string request;
};

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(type)->New());
}

void ListMethods(Context& context) {
  for (const MethodDescriptor* method : AllMethods()) {
    context.out() << method->full_name() << "(" << method->input_type()->name() << ") returns ("
                  << (method->server_streaming() ? "stream " : "") << method->output_type()->name()
                  << ")\n";
  }
}

absl::StatusOr<int> CallMethod(Context& context, const CallOptions& options,
                               const MethodDescriptor& method) {
  const auto request = NewMessage(method.input_type());
  std::string json = options.request;
  if (json == "-") {
    RETURN_IF_ERROR(ReadText(json, &json));
  }
  if (!json.empty()) {
    RETURN_IF_ERROR(FromJson(json, request.get()));
  }
  client::EnsureRequestId(request.get());
  ASSIGN_OR_RETURN(client::Client * server, context.Connect());
  const bool stream = method.server_streaming();
  // A stream goes on until it is ended, unless a time was given.
  const absl::Duration timeout = context.globals().timeout > 0
                                     ? absl::Seconds(context.globals().timeout)
                                 : stream ? absl::InfiniteDuration()
                                          : server->options().practice_timeout;
  const auto response = NewMessage(method.output_type());
  bool readable = true;
  RETURN_IF_ERROR(server->Call(PathOf(method), request->SerializeAsString(), timeout,
                               [&](const std::string& bytes) {
                                 readable = response->ParseFromString(bytes) && readable;
                                 context.out() << ToJson(*response, stream) << std::flush;
                               }));
  if (!readable) {
    return absl::InternalError(
        absl::StrCat("the answer isn't a ", method.output_type()->full_name()));
  }
  return kOk;
}

absl::StatusOr<int> Call(Context& context, const CallOptions& options) {
  if (options.method.empty()) {
    ListMethods(context);
    return kOk;
  }
  ASSIGN_OR_RETURN(const MethodDescriptor* method, FindMethod(options.method));
  return CallMethod(context, options, *method);
}

}  // namespace

void AddCallVerb(const Command& app) {
  auto options = std::make_shared<CallOptions>();
  const Command verb = app.AddVerb("call", "Call any method of the API with JSON",
                                   [options](Context& context) { return Call(context, *options); });
  verb.AddOption("METHOD", options->method,
                 "Its name, or an end of it that no other has; lists all unless given");
  verb.AddOption("JSON", options->request, "The request; - for stdin, empty unless given");
  verb.SetFooter(
      "Names are whole resource names here. A request_id is made where none is given. The answer "
      "is\n"
      "JSON whatever --output says; a stream's messages come one a line.\n"
      "Examples:\n"
      "  profilesync call GetFirm '{\"name\": \"firms/acme\"}'\n"
      "  profilesync call listprofilechanges '{\"parent\": \"firms/acme\"}'\n"
      "  profilesync call GetProfileDiffs '{\"name\": \"firms/acme/profiles/p1/diffs\"}'");
}

}  // namespace profilesync::cli
