#include "tests/sandbox/xpm/fault_json.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/sandbox/xpm/client_elements.h"
#include "tests/sandbox/xpm/route.h"
#include "tests/sandbox/xpm/staff_edit.h"

namespace profilesync::xpm_sandbox {
namespace {

using nlohmann::json;

absl::Status CheckElement(const Fault& fault) {
  if (ElementOf(fault.kind) == FaultElement::kScalar) {
    ClientRecord nobody;
    return ApplyStaffEdit({.values = {{fault.element, fault.value}}}, Behaviour(),
                          absl::UnixEpoch(), nobody);
  }
  if (ElementOf(fault.kind) == FaultElement::kUuid && fault.element.empty()) {
    return absl::InvalidArgumentError("element must be the UUID of a client");
  }
  const bool known =
      fault.element.empty() || fault.element == "UUID" || FindByReadName(fault.element) != nullptr;
  if (ElementOf(fault.kind) == FaultElement::kOptional && !known) {
    return absl::InvalidArgumentError("no element '" + fault.element + "'");
  }
  return absl::OkStatus();
}

bool CanBeAHeader(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return absl::ascii_iscntrl(c); });
}

absl::StatusOr<FaultKind> KindFromJson(const json& in) {
  const std::string name = in;
  const std::optional<FaultKind> known = FaultKindNamed(name);
  if (known) return *known;
  return absl::InvalidArgumentError(
      absl::StrCat("no fault '", name, "'; there are ", absl::StrJoin(FaultKindNames(), ", ")));
}

}  // namespace

absl::Status CheckFault(const Fault& fault) {
  const bool endpoint = fault.endpoint == "*" || TakesFaults(fault.endpoint);
  if (!endpoint) return absl::InvalidArgumentError("no endpoint '" + fault.endpoint + "'");
  if (fault.endpoint != "*" && !CanStrike(fault.kind, fault.endpoint)) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", NameOf(fault.kind), "' is not for ", fault.endpoint));
  }
  if (fault.times < Fault::kUntilCleared) return absl::InvalidArgumentError("times is below -1");
  if (fault.delay_ms < 0 || fault.delay_ms > Fault::kMaxDelayMs) {
    return absl::InvalidArgumentError("delay_ms takes 0 milliseconds to an hour");
  }
  const bool header_value = fault.kind == FaultKind::kContentType;
  if (!CanBeAHeader(fault.retry_after_header.value_or("")) || !CanBeAHeader(fault.location) ||
      (header_value && !CanBeAHeader(fault.value))) {
    return absl::InvalidArgumentError("a header can't have control characters");
  }
  return CheckElement(fault);
}

json FaultToJson(const Fault& fault) {
  json out = {{"endpoint", fault.endpoint}, {"kind", NameOf(fault.kind)},
              {"times", fault.times},       {"applied", fault.applied},
              {"bytes", fault.bytes},       {"retry_after", fault.retry_after},
              {"delay_ms", fault.delay_ms}, {"location", fault.location},
              {"element", fault.element},   {"value", fault.value}};
  if (fault.retry_after_header) out["retry_after_header"] = *fault.retry_after_header;
  return out;
}

absl::StatusOr<Fault> FaultFromJson(const json& in) {
  Fault fault;
  const absl::StatusOr<FaultKind> kind = KindFromJson(in.at("kind"));
  if (!kind.ok()) return kind.status();
  fault.kind = *kind;
  fault.endpoint = in.value("endpoint", fault.endpoint);
  fault.times = in.value("times", fault.times);
  fault.applied = in.value("applied", fault.applied);
  fault.bytes = in.value("bytes", fault.bytes);
  fault.retry_after = in.value("retry_after", fault.retry_after);
  if (in.contains("retry_after_header")) fault.retry_after_header = in.at("retry_after_header");
  fault.delay_ms = in.value("delay_ms", fault.delay_ms);
  fault.location = in.value("location", fault.location);
  fault.element = in.value("element", fault.element);
  fault.value = in.value("value", fault.value);
  const absl::Status status = CheckFault(fault);
  if (!status.ok()) return status;
  return fault;
}

json RandomFaultsToJson(const RandomFaults& faults) {
  json kinds = json::array();
  for (const FaultKind kind : faults.kinds) kinds.push_back(NameOf(kind));
  return {{"seed", faults.seed},
          {"probability", faults.probability},
          {"kinds", kinds},
          {"delay_ms", faults.delay_ms},
          {"retry_after", faults.retry_after}};
}

absl::StatusOr<RandomFaults> RandomFaultsFromJson(const json& in) {
  RandomFaults faults;
  faults.seed = in.at("seed");
  faults.probability = in.at("probability");
  faults.delay_ms = in.value("delay_ms", faults.delay_ms);
  faults.retry_after = in.value("retry_after", faults.retry_after);
  for (const json& name : in.value("kinds", json::array())) {
    const absl::StatusOr<FaultKind> kind = KindFromJson(name);
    if (!kind.ok()) return kind.status();
    faults.kinds.push_back(*kind);
  }
  const absl::Status status = CheckRandomFaults(faults);
  if (!status.ok()) return status;
  return faults;
}

}  // namespace profilesync::xpm_sandbox
