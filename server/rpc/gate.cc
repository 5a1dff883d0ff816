#include "server/rpc/gate.h"

#include <iterator>
#include <optional>
#include <string_view>

#include "common/error.h"
#include "common/status.h"
#include "server/rpc/error.h"
#include "server/verb/request_id.h"

namespace profilesync::rpc {
namespace {

std::optional<std::string_view> ValueOf(const grpc::CallbackServerContext& context, const char* key,
                                        bool* repeated) {
  const auto [begin, end] = context.client_metadata().equal_range(key);
  if (begin == end) {
    return std::nullopt;
  }
  *repeated = *repeated || std::next(begin) != end;
  return std::string_view(begin->second.data(), begin->second.size());
}

access::Credentials CredentialsOf(const grpc::CallbackServerContext& context) {
  access::Credentials credentials;
  credentials.authorization =
      ValueOf(context, "authorization", &credentials.authorization_repeated);
  credentials.actor = ValueOf(context, "profilesync-actor", &credentials.actor_repeated);
  credentials.actor_role = ValueOf(context, "profilesync-actor-role", &credentials.actor_repeated);
  return credentials;
}

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  return deadline == std::chrono::system_clock::time_point::max() ? absl::InfiniteFuture()
                                                                  : absl::FromChrono(deadline);
}

// 8-4-4-4-12 hexadecimal digits, of any version.
bool IsUuid(std::string_view text) {
  constexpr std::string_view kForm = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  if (text.size() != kForm.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kForm[i] == '-' ? c != '-' : !hex) {
      return false;
    }
  }
  return true;
}

void CheckRequestId(const google::protobuf::Message& request, Violations* violations) {
  const std::string id = verb::RequestIdOf(request);
  if (!id.empty() && !IsUuid(id)) {
    violations->Add("request_id", "must be a UUID");
  }
}

}  // namespace

void Gate::Describe(const grpc::CallbackServerContext& context,
                    const google::protobuf::Descriptor* request_type, CallState* state) const {
  state->start = std::chrono::steady_clock::now();
  state->method = &methods_.Of(request_type);
  state->call.id = environment_.ids.NewId();
  state->call.now = environment_.clock.Now();
  state->call.deadline = DeadlineOf(context);
}

absl::Status Gate::Admit(const grpc::CallbackServerContext& context,
                         const google::protobuf::Message& request, access::Role needed,
                         CallState* state) const {
  Describe(context, request.GetDescriptor(), state);
  ASSIGN_OR_RETURN(state->call.caller, authenticator_.Authenticate(CredentialsOf(context)));
  RETURN_IF_ERROR(access::CheckRole(state->call.caller, needed));
  RequestNames::Findings names;
  const absl::Status reached = state->method->names.Check(request, state->call.caller, &names);
  state->firm = names.firm;
  RETURN_IF_ERROR(reached);
  Violations violations = names.malformed;
  violations.Add(names.of_elsewhere);
  CheckRequestId(request, &violations);
  state->may_try = names.malformed.empty() && !violations.empty();
  return violations.ToStatus();
}

grpc::Status Gate::End(const CallState& state, const absl::Status& status) const {
  const PublicError error = ToPublicError(status, state.call.id);
  const absl::Duration duration = absl::FromChrono(std::chrono::steady_clock::now() - state.start);
  state.method->calls.Add(status.code(), duration);
  observe::LogCall({.id = state.call.id,
                    .method = state.method->name,
                    .caller = state.call.caller.Actor(),
                    .firm = state.firm,
                    .code = status.code(),
                    .duration = duration,
                    .only_reads = state.only_reads,
                    .detail = error.detail});
  return error.status;
}

}  // namespace profilesync::rpc
