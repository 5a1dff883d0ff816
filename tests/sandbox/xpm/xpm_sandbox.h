#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/call_log.h"
#include "tests/sandbox/xpm/client_record.h"
#include "tests/sandbox/xpm/fault.h"
#include "tests/sandbox/xpm/limits.h"
#include "tests/sandbox/xpm/random_faults.h"
#include "tests/sandbox/xpm/staff_edit.h"
#include "tests/sandbox/xpm/tenants.h"

namespace profilesync::xpm_sandbox {

std::string RandomUuid();

// The path of the example data, in the source tree.
std::string ExampleClients();

struct SandboxOptions {
  // A bearer token that is accepted without an authorisation, for all scopes and tenants; empty for
  // none.
  std::string token;
  std::string tenant_id = "c1d7c2f4-98a1-4c0b-b6c6-0c7d6cf2e411";
  // Empty for one of type PRACTICEMANAGER, with `tenant_id` and the practice's name. All of that
  // type share the clients.
  std::vector<Tenant> tenants;
  // The app's registration; without a client id nobody can be authorised.
  std::string client_id;
  std::string client_secret;
  std::vector<std::string> redirect_uris;
  Behaviour behaviour;
  LimitConfig limits;
  RandomFaults random_faults;
  // Practice and clients, see README.md; empty for no clients. See ExampleClients().
  std::string data_file;
  std::string host = "127.0.0.1";
  // 0 picks a free one.
  int port = 0;
  // Thread-safe. Date headers, modified times, the limits' windows and the lives of tokens follow
  // it.
  std::function<absl::Time()> clock = [] { return absl::Now(); };
  // Thread-safe. Ids of clients and correlation ids.
  std::function<std::string()> new_uuid = &RandomUuid;
};

// Where a consent takes the user's browser.
struct AuthorisationRedirect {
  // The redirect URI with the two below in its query.
  std::string location;
  std::string code;
  std::string state;
};

// A stand-in for Xero Practice Manager's HTTP API 3.1, serving on a loopback port from construction
// to destruction. Thread-safe.
//
//   XpmSandbox xpm({.token = "secret", .behaviour = {.unknown_client = UnknownClient::k404}});
//   const std::string uuid = xpm.AddClient({.values = {{"Name", "Acme Ltd"}}});
//   … a client of xpm.base_url() …
//   xpm.EditClient(uuid, {.values = {{"Phone", "03 555 0121"}}});
//   xpm.InjectFault({.endpoint = "client.api/update", .kind = FaultKind::kTimeout, .applied =
//   true}); EXPECT_EQ(xpm.calls().size(), 1u);
class XpmSandbox {
 public:
  // Ends the process with a message when the port or the data file can't be had: there is nothing
  // that a test could do. Create() reports it instead.
  explicit XpmSandbox(const SandboxOptions& options);
  // UNAVAILABLE for the port; NOT_FOUND or INVALID_ARGUMENT for the data file, the tenants or
  // the random faults.
  static absl::StatusOr<std::unique_ptr<XpmSandbox>> Create(const SandboxOptions& options);
  // Ends calls that hang, and waits for those under way.
  ~XpmSandbox();

  XpmSandbox(const XpmSandbox&) = delete;
  XpmSandbox& operator=(const XpmSandbox&) = delete;

  // "http://127.0.0.1:40123", without a slash at the end. XPM's API is below /practicemanager/3.1/.
  const std::string& base_url() const;
  int port() const;
  // That of the options, or the first of their tenants that has clients.
  const std::string& tenant_id() const;

  // The practice's data, as its staff would see and change it. Methods that take a UUID answer
  // NOT_FOUND for an unknown one.

  // Returns the UUID. Ends the process when it is in use.
  std::string AddClient(ClientRecord client);
  // INVALID_ARGUMENT for a name that isn't a scalar element's when read.
  absl::Status EditClient(const std::string& uuid, const StaffEdit& edit);
  // Many at once: readers see all of the edits or none, and an error leaves all as they were. A
  // client that is named twice gets the last.
  absl::Status EditClients(const std::vector<std::string>& uuids, const StaffEdit& edit);
  // With an edit for each, by its place in `uuids`.
  absl::Status EditClients(const std::vector<std::string>& uuids,
                           const std::function<StaffEdit(size_t index)>& edit);
  // Invented clients, the same for the same seed and practice, modified now; see GeneratedClient().
  // A second call with a seed adds others. Returns their UUIDs.
  std::vector<std::string> AddGeneratedClients(int count, uint64_t seed = 1);
  // As if the client had never been there.
  absl::Status RemoveClient(const std::string& uuid);
  absl::StatusOr<ClientRecord> GetClient(const std::string& uuid) const;
  // In the order of their addition.
  std::vector<ClientRecord> clients() const;
  std::vector<std::string> client_uuids() const;

  // The log.
  std::vector<CallRecord> calls() const;
  // Those of one endpoint: "client.api/update".
  std::vector<CallRecord> calls(const std::string& endpoint) const;
  void ClearCalls();
  // Waits until `count` calls have come since the last ClearCalls(), answered or not; false when
  // that takes longer than `timeout`.
  bool WaitForCalls(size_t count, absl::Duration timeout = absl::Seconds(30)) const;

  // INVALID_ARGUMENT for an endpoint or element that doesn't exist.
  absl::Status InjectFault(const Fault& fault);
  void ClearFaults();
  // From now on, beginning with the seed; `{}` ends them. Faults that wait come first.
  // INVALID_ARGUMENT, see CheckRandomFaults().
  absl::Status SetRandomFaults(const RandomFaults& faults);
  // Carries out the writes that wait to be applied late, then lets go all calls that hang now.
  void Release();
  // Calls that hang now.
  int hanging() const;
  // Carries out the writes that wait to be applied late, in their order.
  void ApplyLateWrites();
  // Those that wait.
  int late_writes() const;

  Behaviour behaviour() const;
  void SetBehaviour(const Behaviour& behaviour);
  void SetLimits(const LimitConfig& limits);
  // Forgets what the limits have counted.
  void ResetLimits();
  void SetToken(const std::string& token);
  // From now on the token is answered 401 TokenExpired.
  void ExpireToken();

  // The identity provider.

  // Follows the URI of an authorisation request, with or without base_url(), as the browser of a
  // user who consents. INVALID_ARGUMENT with the error for a request that is refused.
  absl::StatusOr<AuthorisationRedirect> Authorise(const std::string& authorise_uri);
  // Every code and token given out so far: what a client must not leave lying about.
  std::vector<std::string> IssuedSecrets() const;
  // From now on all access tokens issued so far are answered 401 TokenExpired.
  void ExpireAccessTokens();
  // As if the users had disconnected the app: refresh tokens are answered invalid_grant, access
  // tokens as the switch revoked_access_token has it. The options' token stays.
  void RevokeGrants();
  // A grant reaches those that were there when it was given and are there now; the options' token
  // all. INVALID_ARGUMENT, see CheckTenants().
  absl::Status SetTenants(std::vector<Tenant> tenants);
  void SetClientSecret(const std::string& client_secret);
  // Moves the clock on from that of the options.
  void AdvanceClock(absl::Duration by);

 private:
  struct Internals;

  explicit XpmSandbox(std::unique_ptr<Internals> internals);
  static absl::StatusOr<std::unique_ptr<Internals>> Build(const SandboxOptions& options);

  std::unique_ptr<Internals> internals_;
};

}  // namespace profilesync::xpm_sandbox
