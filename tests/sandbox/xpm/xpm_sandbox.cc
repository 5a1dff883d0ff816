#include "tests/sandbox/xpm/xpm_sandbox.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/sandbox/xpm/client_json.h"
#include "tests/sandbox/xpm/control.h"
#include "tests/sandbox/xpm/fault_json.h"
#include "tests/sandbox/xpm/form.h"
#include "tests/sandbox/xpm/gateway.h"
#include "tests/sandbox/xpm/http_server.h"
#include "tests/sandbox/xpm/state.h"

namespace profilesync::xpm_sandbox {
namespace {

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  const std::string text = value.status().ToString();
  std::fprintf(stderr, "XPM sandbox: %s\n", text.c_str());
  std::abort();
}

std::vector<Tenant> TenantsOf(const SandboxOptions& options, const Practice& practice) {
  if (!options.tenants.empty()) return options.tenants;
  return {{.id = options.tenant_id, .name = practice.name}};
}

std::string FirstPractice(const SandboxOptions& options) {
  for (const Tenant& tenant : options.tenants) {
    if (tenant.type == kPracticeManager) return tenant.id;
  }
  return options.tenant_id;
}

}  // namespace

std::string RandomUuid() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  const uint64_t a = (random() & 0xFFFFFFFFFFFF0FFF) | 0x4000;
  const uint64_t b = (random() & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", a >> 32, (a >> 16) & 0xFFFF, a & 0xFFFF,
                         b >> 48, b & 0xFFFFFFFFFFFF);
}

std::string ExampleClients() { return EXAMPLE_CLIENTS_FILE; }

struct XpmSandbox::Internals {
  State state;
  Gateway gateway{state};
  Control control{state};
  HttpServer server{[this](const HttpRequest& request) {
    return absl::StartsWith(request.path, kControlPath) ? control.Handle(request)
                                                        : gateway.Handle(request);
  }};

  Internals(const SandboxOptions& options, const Practice& practice)
      : state{
            .clock = SandboxClock(options.clock),
            .new_uuid = options.new_uuid,
            .tenant_id = FirstPractice(options),
            .base_url = "",
            .store = Store(practice, options.new_uuid),
            .tenants = Tenants(TenantsOf(options, practice)),
            .app = AppRegistration(options.client_id, options.client_secret, options.redirect_uris),
            .grants = Grants(options.new_uuid),
            .tokens = Tokens(options.token),
            .behaviour = BehaviourBox(options.behaviour),
            .limits = Limits(options.limits),
            .faults = {},
            .random_faults = RandomFaultSource(options.random_faults),
            .late_writes = {},
            .log = {}} {}
};

absl::StatusOr<std::unique_ptr<XpmSandbox::Internals>> XpmSandbox::Build(
    const SandboxOptions& options) {
  absl::Status options_status = CheckTenants(options.tenants);
  if (options_status.ok()) options_status = CheckRandomFaults(options.random_faults);
  if (!options_status.ok()) return options_status;
  DataFile data;
  if (!options.data_file.empty()) {
    absl::StatusOr<DataFile> loaded = LoadDataFile(options.data_file);
    if (!loaded.ok()) return loaded.status();
    data = *std::move(loaded);
  }
  auto internals = std::make_unique<Internals>(options, data.practice);
  for (ClientRecord& client : data.clients) {
    const auto kept = internals->state.store.Add(std::move(client));
    if (!kept.ok()) return kept.status();
  }
  const absl::Status status = internals->server.Start(options.host, options.port);
  if (!status.ok()) return status;
  internals->state.base_url = absl::StrCat("http://", options.host, ":", internals->server.port());
  return internals;
}

XpmSandbox::XpmSandbox(std::unique_ptr<Internals> internals) : internals_(std::move(internals)) {}

XpmSandbox::XpmSandbox(const SandboxOptions& options) : XpmSandbox(OrDie(Build(options))) {}

absl::StatusOr<std::unique_ptr<XpmSandbox>> XpmSandbox::Create(const SandboxOptions& options) {
  auto internals = Build(options);
  if (!internals.ok()) return internals.status();
  return std::unique_ptr<XpmSandbox>(new XpmSandbox(*std::move(internals)));
}

XpmSandbox::~XpmSandbox() {
  internals_->state.faults.Stop();
  internals_->server.Stop();
  internals_->state.late_writes.Stop();
}

const std::string& XpmSandbox::base_url() const { return internals_->state.base_url; }
int XpmSandbox::port() const { return internals_->server.port(); }
const std::string& XpmSandbox::tenant_id() const { return internals_->state.tenant_id; }

std::string XpmSandbox::AddClient(ClientRecord client) {
  if (client.modified == absl::UnixEpoch()) client.modified = internals_->state.clock();
  return OrDie(internals_->state.store.Add(std::move(client)))->uuid;
}

absl::Status XpmSandbox::EditClient(const std::string& uuid, const StaffEdit& edit) {
  State& state = internals_->state;
  return state.store
      .Update(uuid,
              [&](ClientRecord& client) {
                return ApplyStaffEdit(edit, state.behaviour.Get(), state.clock(), client);
              })
      .status();
}

absl::Status XpmSandbox::EditClients(const std::vector<std::string>& uuids, const StaffEdit& edit) {
  return EditClients(uuids, [&](size_t) { return edit; });
}

absl::Status XpmSandbox::EditClients(const std::vector<std::string>& uuids,
                                     const std::function<StaffEdit(size_t index)>& edit) {
  State& state = internals_->state;
  const Behaviour behaviour = state.behaviour.Get();
  return state.store.UpdateAll(uuids, [&](size_t index, ClientRecord& client) {
    return ApplyStaffEdit(edit(index), behaviour, state.clock(), client);
  });
}

std::vector<std::string> XpmSandbox::AddGeneratedClients(int count, uint64_t seed) {
  return internals_->state.AddGeneratedClients(count, seed);
}

absl::Status XpmSandbox::RemoveClient(const std::string& uuid) {
  return internals_->state.store.Remove(uuid);
}

absl::StatusOr<ClientRecord> XpmSandbox::GetClient(const std::string& uuid) const {
  const Store::Client client = internals_->state.store.Find(uuid);
  if (client == nullptr) return absl::NotFoundError("no client " + uuid);
  return *client;
}

std::vector<ClientRecord> XpmSandbox::clients() const {
  std::vector<ClientRecord> out;
  for (const Store::Client& client : internals_->state.store.All()) out.push_back(*client);
  return out;
}

std::vector<std::string> XpmSandbox::client_uuids() const {
  std::vector<std::string> out;
  for (const Store::Client& client : internals_->state.store.All()) out.push_back(client->uuid);
  return out;
}

std::vector<CallRecord> XpmSandbox::calls() const { return internals_->state.log.Snapshot(); }

std::vector<CallRecord> XpmSandbox::calls(const std::string& endpoint) const {
  std::vector<CallRecord> out = calls();
  std::erase_if(out, [&](const CallRecord& call) { return call.endpoint != endpoint; });
  return out;
}

void XpmSandbox::ClearCalls() { internals_->state.log.Clear(); }

bool XpmSandbox::WaitForCalls(size_t count, absl::Duration timeout) const {
  return internals_->state.log.WaitForBegun(count, timeout);
}

absl::Status XpmSandbox::InjectFault(const Fault& fault) {
  absl::Status status = CheckFault(fault);
  if (status.ok()) internals_->state.faults.Add(fault);
  return status;
}

void XpmSandbox::ClearFaults() { internals_->state.faults.Clear(); }
absl::Status XpmSandbox::SetRandomFaults(const RandomFaults& faults) {
  absl::Status status = CheckRandomFaults(faults);
  if (status.ok()) internals_->state.random_faults.Set(faults);
  return status;
}
void XpmSandbox::Release() { internals_->state.Release(); }
void XpmSandbox::ApplyLateWrites() { internals_->state.late_writes.ApplyAll(); }
int XpmSandbox::late_writes() const { return internals_->state.late_writes.waiting(); }
int XpmSandbox::hanging() const { return internals_->state.faults.hanging(); }

Behaviour XpmSandbox::behaviour() const { return internals_->state.behaviour.Get(); }
void XpmSandbox::SetBehaviour(const Behaviour& behaviour) {
  internals_->state.behaviour.Set(behaviour);
}
void XpmSandbox::SetLimits(const LimitConfig& limits) {
  internals_->state.limits.SetConfig(limits);
}
void XpmSandbox::ResetLimits() { internals_->state.limits.Reset(); }
void XpmSandbox::SetToken(const std::string& token) { internals_->state.tokens.Set(token); }
void XpmSandbox::ExpireToken() { internals_->state.tokens.Expire(); }

absl::StatusOr<AuthorisationRedirect> XpmSandbox::Authorise(const std::string& authorise_uri) {
  std::string target(absl::StripPrefix(authorise_uri, base_url()));
  const std::pair<std::string, std::string> parts = absl::StrSplit(target, absl::MaxSplits('?', 1));
  const HttpReply reply =
      internals_->gateway.Handle({.method = "GET", .path = parts.first, .query = parts.second});
  const std::string location = reply.Header("Location").value_or("");
  const Form answer = ParseForm(location.substr(location.find('?') + 1));
  if (reply.status != 302 || answer.Get("code").empty()) {
    return absl::InvalidArgumentError(absl::StrCat(reply.status, " ", location, reply.body));
  }
  return AuthorisationRedirect{
      .location = location, .code = answer.Get("code"), .state = answer.Get("state")};
}

std::vector<std::string> XpmSandbox::IssuedSecrets() const {
  return internals_->state.grants.Issued();
}
void XpmSandbox::ExpireAccessTokens() {
  internals_->state.grants.ExpireAccessTokens(internals_->state.clock());
}
void XpmSandbox::RevokeGrants() { internals_->state.grants.RevokeAll(); }
absl::Status XpmSandbox::SetTenants(std::vector<Tenant> tenants) {
  absl::Status status = CheckTenants(tenants);
  if (status.ok()) internals_->state.tenants.Set(std::move(tenants));
  return status;
}
void XpmSandbox::SetClientSecret(const std::string& client_secret) {
  internals_->state.app.SetSecret(client_secret);
}
void XpmSandbox::AdvanceClock(absl::Duration by) { internals_->state.clock.Advance(by); }

}  // namespace profilesync::xpm_sandbox
