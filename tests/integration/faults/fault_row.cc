#include "tests/integration/faults/fault_row.h"

#include <grpcpp/support/status_code_enum.h>

namespace profilesync::testing {

using xpm_sandbox::FaultKind;

const std::vector<Verb>& AllVerbs() {
  static const auto* const kVerbs = new std::vector<Verb>{
      Verb::kRefreshLink,    Verb::kSearch,     Verb::kBrowse,        Verb::kPull,
      Verb::kReadBeforePush, Verb::kPush,       Verb::kPushAndPull,   Verb::kReadBack,
      Verb::kRefreshFirm,    Verb::kImportById, Verb::kImportByFilter};
  return *kVerbs;
}

std::string NameOf(Verb verb) {
  switch (verb) {
    case Verb::kRefreshLink:
      return "RefreshLink";
    case Verb::kSearch:
      return "Search";
    case Verb::kBrowse:
      return "Browse";
    case Verb::kPull:
      return "Pull";
    case Verb::kReadBeforePush:
      return "ReadBeforePush";
    case Verb::kPush:
      return "Push";
    case Verb::kPushAndPull:
      return "PushAndPull";
    case Verb::kReadBack:
      return "ReadBack";
    case Verb::kRefreshFirm:
      return "RefreshFirm";
    case Verb::kImportById:
      return "ImportById";
    case Verb::kImportByFilter:
      return "ImportByFilter";
  }
  return "";
}

void PrintTo(Verb verb, std::ostream* out) { *out << NameOf(verb); }

std::string EndpointOf(Verb verb) {
  switch (verb) {
    case Verb::kSearch:
      return "client.api/search";
    case Verb::kBrowse:
      return "client.api/paged-list";
    case Verb::kPush:
    case Verb::kPushAndPull:
      return "client.api/update";
    case Verb::kRefreshFirm:
    case Verb::kImportByFilter:
      return "client.api/list";
    default:
      return "client.api/get";
  }
}

bool IsSync(Verb verb) {
  return verb == Verb::kPull || verb == Verb::kReadBeforePush || Writes(verb);
}

bool Writes(Verb verb) {
  return verb == Verb::kPush || verb == Verb::kPushAndPull || verb == Verb::kReadBack;
}

std::vector<FaultRow> FaultRows(Verb verb) {
  return EndpointOf(verb) == "client.api/update" ? WriteRows(verb) : ReadRows(verb);
}

std::string WhyNoRow(FaultKind kind, Verb verb) {
  const std::string endpoint = EndpointOf(verb);
  if (!CanStrike(kind, endpoint)) {
    return "strikes no such call";
  }
  switch (kind) {
    case FaultKind::kLateTimeout:
      if (verb == Verb::kPushAndPull) {
        return "is a late drop that takes long, see there";
      }
      [[fallthrough]];
    case FaultKind::kLateServerError:
    case FaultKind::kLateDrop:
      return endpoint == "client.api/update" ? "" : "a read leaves nothing to be applied late";
    case FaultKind::kTimeout:
      return verb == Verb::kPushAndPull ? "is a drop that takes long, see there" : "";
    case FaultKind::kAlsoSet:
      return endpoint == "client.api/update" ? "" : "a read sets nothing";
    case FaultKind::kEditAfter:
      return endpoint == "client.api/update" || endpoint == "client.api/get"
                 ? ""
                 : "edits the one client that a call is about";
    default:
      return "";
  }
}

ExpectedError NoError() { return {}; }

ExpectedError Unavailable() {
  return {grpc::StatusCode::UNAVAILABLE, "PRACTICE_SYSTEM_UNAVAILABLE", false, true};
}

ExpectedError Rationed() {
  return {grpc::StatusCode::RESOURCE_EXHAUSTED, "PRACTICE_BUDGET_EXHAUSTED", true, true};
}

ExpectedError Refused() {
  return {grpc::StatusCode::FAILED_PRECONDITION, "REFUSED_BY_PRACTICE_SYSTEM", false, false};
}

ExpectedError NeedsReauthorisation() {
  return {grpc::StatusCode::FAILED_PRECONDITION, "NEEDS_REAUTHORISATION", false, false};
}

ExpectedError AccessDenied() {
  return {grpc::StatusCode::FAILED_PRECONDITION, "ACCESS_DENIED", false, false};
}

}  // namespace profilesync::testing
