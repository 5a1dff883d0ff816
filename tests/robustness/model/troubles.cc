// Faults of the sandbox, kills, and what comes right again afterwards.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

using xpm_sandbox::Fault;
using xpm_sandbox::FaultKind;

// The last ones only look different.
constexpr FaultKind kReadFaults[] = {FaultKind::kServerError,  FaultKind::kServerErrorJunk,
                                     FaultKind::kUnavailable,  FaultKind::kDrop,
                                     FaultKind::kHtml,         FaultKind::kEmpty,
                                     FaultKind::kHalf,         FaultKind::kCutInClient,
                                     FaultKind::kCloseMidBody, FaultKind::kRateMinute,
                                     FaultKind::kChunkedNoEnd, FaultKind::kAbsent,
                                     FaultKind::kAbsent,       FaultKind::kAbsent,
                                     FaultKind::kReordered,    FaultKind::kComments,
                                     FaultKind::kUnknown};

constexpr FaultKind kWriteFaults[] = {FaultKind::kServerError,   FaultKind::kServerErrorJunk,
                                      FaultKind::kUnavailable,   FaultKind::kDrop,
                                      FaultKind::kDrop,          FaultKind::kDrop,
                                      FaultKind::kHtml,          FaultKind::kEmpty,
                                      FaultKind::kConflict,      FaultKind::kRateMinute,
                                      FaultKind::kBusinessError, FaultKind::kHalf,
                                      FaultKind::kCutInClient,   FaultKind::kCloseMidBody,
                                      FaultKind::kResetMidBody,  FaultKind::kLateDrop,
                                      FaultKind::kLateDrop,      FaultKind::kLateServerError,
                                      FaultKind::kLateDrop,      FaultKind::kAlsoSet,
                                      FaultKind::kAlsoSet,       FaultKind::kEditAfter};

bool MayBeApplied(FaultKind kind) {
  return kind == FaultKind::kServerError || kind == FaultKind::kServerErrorJunk ||
         kind == FaultKind::kUnavailable || kind == FaultKind::kDrop || kind == FaultKind::kHtml ||
         kind == FaultKind::kEmpty;
}

}  // namespace

bool FailsRead(FaultKind kind) {
  return kind != FaultKind::kAbsent && kind != FaultKind::kReordered &&
         kind != FaultKind::kComments && kind != FaultKind::kUnknown && kind != FaultKind::kHang;
}

Fault Runner::DrawReadFault() {
  Fault fault{.endpoint = "client.api/get",
              .kind = kReadFaults[draw_.Below(std::size(kReadFaults))],
              .retry_after = 1};
  if (fault.kind == FaultKind::kAbsent) {
    fault.element = draw_.OneIn(2) ? "Phone" : "Website";
  }
  return fault;
}

Fault Runner::DrawWriteFault(const std::string& endpoint) {
  Fault fault{.endpoint = endpoint,
              .kind = kWriteFaults[draw_.Below(std::size(kWriteFaults))],
              .retry_after = 1};
  fault.applied = MayBeApplied(fault.kind) && draw_.OneIn(2);
  fault.value = "The practice says no";
  if (fault.kind == FaultKind::kAlsoSet || fault.kind == FaultKind::kEditAfter) {
    const int field = draw_.Below(4);  // one of one element
    fault.element = Specs()[field].read[0];
    fault.value = Specs()[field].values[DrawValue(field, false)].texts[0];
  }
  return fault;
}

Trouble Runner::DrawTrouble(bool may_push, const std::vector<std::string>& failpoints) {
  Trouble trouble;
  const int which = draw_.Below(100);
  if (which < 4) {
    trouble.read = DrawReadFault();
  } else if (which < 26 && may_push) {
    trouble.write = DrawWriteFault("client.api/update");
  } else if (which < 32) {
    trouble.kill = failpoints[draw_.Below(static_cast<int>(failpoints.size()))];
  } else if (which < 44 && !open_) {
    trouble.hang = true;
    const bool at_write = may_push && draw_.OneIn(2);
    Fault fault{.endpoint = at_write ? "client.api/update" : "client.api/get",
                .kind = FaultKind::kHang,
                .applied = !at_write || !draw_.OneIn(3)};
    (at_write ? trouble.write : trouble.read) = fault;
  }
  return trouble;
}

void Runner::Inject(const Trouble& trouble, int server) {
  for (const auto* fault : {&trouble.read, &trouble.write}) {
    if (*fault) {
      Expect(rig_.xpm().InjectFault(**fault).ok(), "the sandbox takes no such fault");
      Say(absl::StrCat("(", (*fault)->endpoint, " ", NameOf((*fault)->kind),
                       (*fault)->applied ? " applied" : "", " ", (*fault)->element, ")"));
    }
  }
  if (!trouble.kill.empty()) {
    Say("(killed at " + trouble.kill + ")");
    Expect(rig_.server(server).Tell("failpoint " + trouble.kill), "the server doesn't obey");
  }
}

bool Runner::ClearTrouble(const Trouble& trouble, int server) {
  rig_.xpm().ClearFaults();
  const bool throttled = (trouble.read && trouble.read->kind == FaultKind::kRateMinute) ||
                         (trouble.write && trouble.write->kind == FaultKind::kRateMinute);
  if (throttled) {
    rig_.time().Advance(absl::Seconds(3));
  }
  if (trouble.kill.empty()) {
    return false;
  }
  if (rig_.server(server).Tell("failpoint")) {
    return false;
  }
  Expect(rig_.server(server).HasEnded(true), "the server neither answers nor ends");
  rig_.Start(server);
  return true;
}

void Runner::ChangeBehaviour() {
  xpm_sandbox::Behaviour behaviour;
  if (draw_.OneIn(3)) {
    behaviour.omitted_elements = xpm_sandbox::OmittedElements::kCleared;
    Say("replace mode");
  } else if (draw_.OneIn(6)) {
    behaviour.empty_elements = xpm_sandbox::EmptyElements::kIgnored;
    Say("blanks are ignored");
  }
  rig_.xpm().SetBehaviour(behaviour);
}

void Runner::ApplyLate() {
  rig_.xpm().ApplyLateWrites();
  for (const int op : late_ops_) {
    world_.ops[op].fate = Fate::kApplied;
  }
  if (!late_ops_.empty()) {
    Say("carried out");
  }
  late_ops_.clear();
  late_for_ = absl::ZeroDuration();
}

}  // namespace profilesync::robustness
