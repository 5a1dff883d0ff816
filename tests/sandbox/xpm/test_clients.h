#pragma once

#include <atomic>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "tests/sandbox/xpm/raw_http.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"

// What the sandbox's own tests share: the example data's UUIDs, and requests written out by hand.
namespace profilesync::xpm_sandbox {

inline const std::string kIndividual = "3b7c1f50-5a0e-4d3e-9a53-6d2f0b3ce101";
inline const std::string kCompany = "c0ffee10-2b1d-4e7a-8f60-3d9a1b5c7e02";
inline const std::string kTrust = "8a5d2a66-7f6b-4f8e-8a5a-2f7b0f0b7c02";
inline const std::string kNeverOpenedForTax = "d41c7a90-8e35-4b62-a1f8-2c6d0e9b5f05";
inline const std::string kNoStructure = "b2f09c11-6a48-4c0e-9d27-5e8f1a3c7d04";
inline const std::string kArchived = "07ca5f49-3eb6-4192-88a5-9cbf6d4bae08";
inline const std::string kDeleted = "18db605a-4fc7-42a3-99b6-adc07e5cbf09";
inline const std::string kNobody = "ffffffff-0000-4000-8000-000000000000";

inline const std::string kBearer = "Authorization: Bearer good-token\r\n";
inline const std::string kTenant = "Xero-Tenant-Id: c1d7c2f4-98a1-4c0b-b6c6-0c7d6cf2e411\r\n";
inline const std::string kAuth = kBearer + kTenant;
// The app's registration. Id and secret need form-encoding before they go into HTTP Basic.
inline const std::string kClientId = "the app";
inline const std::string kClientSecret = "s3cret:+/%41";
inline const std::string kRedirectUri = "https://app.example/callback";

inline const std::string kApi = "/practicemanager/3.1/client.api/";

// 2026-07-20T12:00:00Z, moved by hand.
class TestClock {
 public:
  absl::Time Now() const { return absl::FromUnixSeconds(seconds_); }
  void Advance(absl::Duration by) { seconds_ += absl::ToInt64Seconds(by); }

 private:
  std::atomic<int64_t> seconds_ = 1784548800;
};

// The example data behind "good-token", at the clock's time, without limits, with ids that count,
// and an app that can be authorised.
class TestSandbox {
 public:
  explicit TestSandbox(Behaviour behaviour = {}, LimitConfig limits = {0, 0, 0, 0},
                       const std::vector<Tenant>& tenants = {})
      : xpm({.token = "good-token",
             .tenants = tenants,
             .client_id = kClientId,
             .client_secret = kClientSecret,
             .redirect_uris = {kRedirectUri, kRedirectUri + "?app=2"},
             .behaviour = behaviour,
             .limits = limits,
             .data_file = ExampleClients(),
             .clock = [this] { return clock.Now(); },
             .new_uuid =
                 [this] { return absl::StrFormat("00000000-0000-4000-8000-%012d", ++ids_); }}) {}

  RawReply Call(const std::string& method, const std::string& target, const std::string& body = "",
                const std::string& headers = kAuth) {
    return RawCall(xpm.port(), method, target, headers, body);
  }

  RawReply Get(const std::string& uuid) { return Call("GET", kApi + "get/" + uuid); }

  // An update of `uuid`, which keeps its name, with `elements`.
  RawReply Update(const std::string& uuid, const std::string& elements) {
    const auto client = xpm.GetClient(uuid);
    const std::string name = client.ok() ? "Same name" : "Nobody";
    return Call(
        "PUT", kApi + "update",
        "<Client><UUID>" + uuid + "</UUID><Name>" + name + "</Name>" + elements + "</Client>");
  }

  TestClock clock;

 private:
  std::atomic<int> ids_ = 0;

 public:
  XpmSandbox xpm;  // last: its threads use the members above
};

}  // namespace profilesync::xpm_sandbox
