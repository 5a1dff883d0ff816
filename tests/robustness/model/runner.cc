#include "tests/robustness/model/runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace profilesync::robustness {

Runner::Runner(const std::string& program, std::uint64_t seed)
    : rig_(program, seed % 3 == 0 ? 1 : 2), draw_(seed) {
  v1::CreateFirmRequest firm;
  firm.set_firm_id("f");
  firm.mutable_firm()->set_display_name("F");
  firm.mutable_firm()->set_region_code("NZ");
  rig_.Must<v1::FirmService>(0, &v1::FirmService::Stub::CreateFirm, firm);
  v1::CreateAddOnRequest add_on;
  add_on.set_parent(kFirm);
  add_on.set_add_on_id("xpm");
  add_on.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  add_on.mutable_add_on()->set_tenant_id(rig_.xpm().tenant_id());
  rig_.Must<v1::AddOnService>(0, &v1::AddOnService::Stub::CreateAddOn, add_on);
  for (int i = 0; i < 2; ++i) {
    NewProfile();
    NewClient();
    Link();
  }
  CheckAll();
}

Runner::~Runner() {
  if (open_) {
    rig_.xpm().Release();
    open_->thread.join();
  }
}

void Runner::Run(const Step& step) {
  static const std::map<StepKind, void (Runner::*)()> kSteps = {
      {StepKind::kSave, &Runner::Save},
      {StepKind::kStaffEdit, &Runner::StaffEdit},
      {StepKind::kSync, &Runner::Sync},
      {StepKind::kSuggestions, &Runner::Suggestions},
      {StepKind::kRevert, &Runner::Revert},
      {StepKind::kRestore, &Runner::Restore},
      {StepKind::kResolve, &Runner::Resolve},
      {StepKind::kResume, &Runner::Resume},
      {StepKind::kRefreshLink, &Runner::RefreshLink},
      {StepKind::kRefreshFirm, &Runner::RefreshFirm},
      {StepKind::kLink, &Runner::Link},
      {StepKind::kUnlink, &Runner::Unlink},
      {StepKind::kNewProfile, &Runner::NewProfile},
      {StepKind::kNewClient, &Runner::NewClient},
      {StepKind::kExport, &Runner::Export},
      {StepKind::kRepeat, &Runner::Repeat},
      {StepKind::kRace, &Runner::Race},
      {StepKind::kRelease, &Runner::Release},
      {StepKind::kTime, &Runner::Time},
      {StepKind::kBackground, &Runner::RunBackground},
      {StepKind::kKill, &Runner::Kill},
      {StepKind::kRestart, &Runner::Restart},
      {StepKind::kBehaviour, &Runner::ChangeBehaviour},
      {StepKind::kApplyLate, &Runner::ApplyLate}};
  draw_ = Draw(step.seed);
  step_ = step.number;
  absl::StrAppend(&log_, "step ", step.number, ": ", NameOf(step.kind));
  (this->*kSteps.at(step.kind))();
  log_ += "\n";
  CheckAll();
}

void Runner::Say(const std::string& what) { absl::StrAppend(&log_, " ", what); }

std::string Runner::NewRequestId() {
  return absl::StrFormat("6f9619ff-8b86-4d01-b42d-%012x", ++requests_);
}

int Runner::DrawAliveLink() {
  std::vector<int> alive;
  for (int i = 0; i < static_cast<int>(world_.links.size()); ++i) {
    if (world_.links[i].alive) {
      alive.push_back(i);
    }
  }
  return alive.empty() ? -1 : alive[draw_.Below(static_cast<int>(alive.size()))];
}

int Runner::DrawLinkInUse() {
  const int link = !open_           ? -1
                   : open_->attempt ? open_->attempt->link
                   : open_->refresh ? open_->refresh->link
                                    : -1;
  const bool alive = link >= 0 && world_.links[link].alive;
  return alive && draw_.OneIn(2) ? link : DrawAliveLink();
}

int Runner::DrawValue(int field, bool callers) {
  const FieldSpec& spec = Specs()[field];
  while (true) {
    const int value = draw_.Below(static_cast<int>(spec.values.size()));
    if ((spec.values[value].callers || !callers) && (spec.name != "name" || value != kBlank)) {
      return value;
    }
  }
}

std::vector<int> Runner::Truth(int client) {
  const auto record = rig_.xpm().GetClient(world_.clients[client]);
  Expect(record.ok(), "the sandbox lost a client");
  std::vector<int> values;
  for (const FieldSpec& spec : Specs()) {
    const int value = ValueOf(spec, *record);
    Expect(value != kNoValue || (spec.in_tax_block && !record->opened_for_tax),
           "client " + record->uuid + " has a " + spec.name +
               " that nobody wrote: " + record->Get(spec.read[0]));
    values.push_back(value);
  }
  return values;
}

xpm_sandbox::ElementMap Runner::Elements(int client) {
  const auto record = rig_.xpm().GetClient(world_.clients[client]);
  return record.ok() ? record->values : xpm_sandbox::ElementMap();
}

v1::SyncOperation Runner::Operation(const std::string& name) {
  v1::GetSyncOperationRequest request;
  request.set_name(name);
  return rig_.Must<v1::SyncService>(0, &v1::SyncService::Stub::GetSyncOperation, request);
}

std::optional<v1::SyncOperation> Runner::OperationOf(const std::string& request_id) {
  v1::ListSyncOperationsRequest request;
  request.set_parent(kFirm);
  request.set_page_size(50);
  const auto latest =
      rig_.Must<v1::SyncService>(0, &v1::SyncService::Stub::ListSyncOperations, request);
  for (const v1::SyncOperation& operation : latest.sync_operations()) {
    if (operation.request_id() == request_id) {
      return Operation(operation.name());
    }
  }
  return std::nullopt;
}

}  // namespace profilesync::robustness
