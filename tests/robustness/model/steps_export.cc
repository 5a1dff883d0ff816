// Exports: a practice client is created once, or not at all.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

using xpm_sandbox::FaultKind;

constexpr FaultKind kAddFaults[] = {
    FaultKind::kDrop,         FaultKind::kServerError, FaultKind::kEmpty,    FaultKind::kHalf,
    FaultKind::kCloseMidBody, FaultKind::kLateDrop,    FaultKind::kConflict, FaultKind::kDrop};

constexpr const char* kFailpoints[] = {"export.in_intent",      "export.after_intent",
                                       "export.before_add",     "export.after_add",
                                       "export.before_outcome", "export.in_outcome"};

}  // namespace

int Runner::NoteNewClients() {
  int found = 0;
  for (const std::string& uuid : rig_.xpm().client_uuids()) {
    if (std::find(world_.clients.begin(), world_.clients.end(), uuid) == world_.clients.end()) {
      world_.clients.push_back(uuid);
      // So that every client takes every field.
      Expect(rig_.xpm().EditClient(uuid, {.values = {{"BusinessStructure", ""}}}).ok(),
             "the sandbox refuses an edit");
      ++found;
    }
  }
  return found;
}

Trouble Runner::DrawExportTrouble() {
  Trouble trouble;
  const int which = draw_.Below(10);
  if (which < 5) {
    const FaultKind kind = kAddFaults[draw_.Below(std::size(kAddFaults))];
    const bool may_be_applied =
        kind == FaultKind::kDrop || kind == FaultKind::kServerError || kind == FaultKind::kEmpty;
    trouble.write = xpm_sandbox::Fault{
        .endpoint = "client.api/add", .kind = kind, .applied = may_be_applied && draw_.OneIn(2)};
  } else if (which < 7) {
    trouble.kill = kFailpoints[draw_.Below(std::size(kFailpoints))];
  }
  return trouble;
}

void Runner::Export() {
  constexpr int kMostClients = 12;
  const int p = draw_.Below(static_cast<int>(world_.profiles.size()));
  if (world_.LinkOf(p) >= 0 || (open_ && open_->at_write) ||
      world_.clients.size() >= kMostClients) {
    return;
  }
  const Trouble trouble = DrawExportTrouble();
  const int server = DrawServer();
  v1::ExportProfileRequest request;
  request.set_name(absl::StrCat(kFirm, "/profiles/", world_.profiles[p].id));
  request.set_add_on(kAddOn);
  request.set_allow_duplicates(true);
  request.set_request_id(NewRequestId());
  const std::size_t asked = rig_.xpm().calls("client.api/add").size();
  Inject(trouble, server);
  v1::ExportProfileResponse answer;
  const grpc::Status status = rig_.Call<v1::ProfileService>(
      server, &v1::ProfileService::Stub::ExportProfile, request, &answer);
  if (ClearTrouble(trouble, server)) {
    LookAtOperations({}, false);
  }
  const int adds = static_cast<int>(rig_.xpm().calls("client.api/add").size() - asked);
  const bool late = trouble.write && trouble.write->kind == FaultKind::kLateDrop && adds > 0;
  if (late) {
    ApplyLate();
  }
  const int created = NoteNewClients();
  Say(absl::StrCat("p", p, " ", status.ok() ? "" : status.error_message(), " asked ", adds,
                   " created ", created));
  Expect(adds <= (exports_.contains(p) ? 0 : 1), "a client is asked for twice");
  ConcludeExport(p, request.request_id(), status, answer, trouble, late ? 0 : created, adds);
}

void Runner::ConcludeExport(int p, const std::string& request_id, const grpc::Status& status,
                            const v1::ExportProfileResponse& answer, const Trouble& trouble,
                            int created, int adds) {
  if (status.ok()) {
    Expect(answer.sync_operation().state() != v1::SyncOperation::FAILED || created == 0,
           "an export is called failed that made a client");
    TakeExport(p, answer);
    return;
  }
  Expect(trouble.any() || exports_.contains(p) || world_.suspended,
         "an export is refused: " + status.error_message());
  const auto record = OperationOf(request_id);
  Expect(record || adds == 0, "a client was asked for without a stored intent");
  if (record && !record->has_finish_time()) {
    exports_[p] = record->name();
  }
}

void Runner::TakeExport(int p, const v1::ExportProfileResponse& answer) {
  const v1::SyncOperation& operation = answer.sync_operation();
  Say(v1::SyncOperation::State_Name(operation.state()));
  if (!operation.has_finish_time()) {
    exports_[p] = operation.name();
    return;
  }
  exports_.erase(p);
  if (operation.state() == v1::SyncOperation::FAILED) {
    return;
  }
  const auto client =
      std::find(world_.clients.begin(), world_.clients.end(), operation.practice_client_id());
  Expect(client != world_.clients.end(), "an export made a client that isn't there");
  const std::string prefix = absl::StrCat(kFirm, "/links/");
  Expect(answer.link().starts_with(prefix), "an export made no link");
  LinkModel link{.id = answer.link().substr(prefix.size()),
                 .profile = p,
                 .client = static_cast<int>(client - world_.clients.begin())};
  link.bases.resize(Specs().size());
  link.pending.resize(Specs().size());
  link.known.assign(Specs().size(), kNoValue);
  const bool twice = world_.LinkOf(p) >= 0 || world_.LinkOfClient(link.client) >= 0;
  Expect(!twice, "an export links what is linked");
  world_.links.push_back(link);
  const int l = static_cast<int>(world_.links.size()) - 1;
  // Of what was asked and is kept as something else, and what the client had before, nothing else
  // than the diff tells.
  for (Base& base : world_.links[l].bases) {
    base.kind = Base::Kind::kUnknown;
  }
  Adopt(l, {Truth(link.client)});
  OpModel op{.name = operation.name(), .kind = v1::SyncOperation::EXPORT, .link = l};
  NoteHistory(op, operation);
  op.last = operation;
  world_.ops.push_back(op);
}

}  // namespace profilesync::robustness
