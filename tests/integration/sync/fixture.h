#pragma once

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/field_rule_service.grpc.pb.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "server/app/app.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"
#include "tests/support/captured_log.h"
#include "tests/support/secret_sweep.h"
#include "tests/support/shifted_clock.h"

namespace profilesync::testing {

inline constexpr char kFirm[] = "firms/harbour";
inline constexpr char kAddOn[] = "firms/harbour/addOns/xpm";

// What a person says who has looked at an operation of unknown outcome.
v1::ResolveSyncOperationRequest ResolutionOf(
    const std::string& operation, v1::ResolveSyncOperationRequest::Resolution resolution);

// What an operation says has changed unasked.
std::vector<std::string> Unasked(const v1::SyncOperation& operation);

// A company's fields, with that website.
type::ClientFields CompanyFields(const std::string& website);

// The reason in a status's ErrorInfo, or "".
std::string ReasonOf(const grpc::Status& status);
// What it says of `key` there, or "".
std::string MetadataOf(const grpc::Status& status, const std::string& key);
// The fields of its BadRequest, in order.
std::vector<std::string> ViolatedFields(const grpc::Status& status);

// How the server may call XPM: with a token that the operator configured, or once a person has
// authorised the add-on.
enum class XpmAccess { kTokenFile, kOAuth };

// Lines of XpmConfig: how long its calls may take, and how large answers may be.
inline constexpr char kUsualBounds[] = "read_timeout_seconds: 5 write_timeout_seconds: 2";

// A real server over loopback, on a real SQLite file, before the XPM sandbox. Firm and, with a
// token file, add-on exist. After each test no token and no tax number may be in a file, log or
// error.
class SyncTest : public ::testing::Test {
 protected:
  explicit SyncTest(XpmAccess access = XpmAccess::kTokenFile,
                    const std::string& bounds = kUsualBounds);
  ~SyncTest() override;

  void StartServer();
  void StopServer();
  // With these lines in XpmConfig instead of no limits to the calls.
  void RestartWithLimits(const std::string& limits);

  // A file that only its owner may read, looked through for secrets unless it is one of them.
  std::string WriteSecret(const std::string& name, const std::string& content);

  // A profile with these values, linked to a client of the sandbox with those. Returns the link.
  std::string MakeLinked(const std::string& id, const type::ClientFields& profile,
                         const xpm_sandbox::ElementMap& client,
                         type::PartyKind kind = type::COMPANY);
  std::string MakeProfile(const std::string& id, const type::ClientFields& fields,
                          type::PartyKind kind = type::COMPANY);
  grpc::Status Link(const std::string& profile, const std::string& client, v1::Link* link);

  v1::Diff Diff(const std::string& link);
  v1::FieldDiff Field(const std::string& link, const std::string& field);
  v1::Diff Refresh(const std::string& link);
  v1::Profile Profile(const std::string& id);
  xpm_sandbox::ClientRecord Client(const std::string& link);
  v1::SyncOperation Operation(const std::string& name);
  // kAddOn as it is, and with its writes resumed.
  v1::AddOn AddOn();
  v1::AddOn Resume();
  grpc::Status Restore(const v1::RestoreSyncOperationRequest& request,
                       v1::SyncOperation* operation);
  // The same of that operation, expected to answer OK.
  v1::SyncOperation Restore(const std::string& original);
  void EditClient(const std::string& link, const xpm_sandbox::ElementMap& values);
  // Saves one field of a profile.
  grpc::Status Save(const std::string& id, const std::string& path,
                    const type::ClientFields& fields);

  // A sync of these fields with the etags that their diff has now.
  v1::SyncProfileRequest Request(const std::string& link,
                                 const std::map<std::string, v1::SyncDirection>& fields);
  grpc::Status Sync(const v1::SyncProfileRequest& request, v1::SyncOperation* operation);
  // The same, expected to answer OK.
  v1::SyncOperation Sync(const v1::SyncProfileRequest& request);

  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    grpc::Status status = (stub.*method)(&context, request, response);
    NoteError(status);
    return status;
  }

  const std::string kToken = "sentinel-xpm-token-5f1c";
  const std::string kClientSecret = "sentinel-client-secret-77d0";
  static constexpr char kRedirectUri[] = "https://platform.example/xero/back";
  // That of every profile and linked client that has no other.
  const std::string kTaxNumber = "907-333-581";
  xpm_sandbox::XpmSandbox xpm_;
  const XpmAccess access_;
  const std::string bounds_;
  std::filesystem::path folder_;
  SecretSweep sweep_;
  app::Config config_;
  ShiftedClock clock_;  // the server's
  std::unique_ptr<app::App> app_;
  std::unique_ptr<v1::FirmService::Stub> firms_;
  std::unique_ptr<v1::AddOnService::Stub> add_ons_;
  std::unique_ptr<v1::FieldRuleService::Stub> rules_;
  std::unique_ptr<v1::ProfileService::Stub> profiles_;
  std::unique_ptr<v1::LinkService::Stub> links_;
  std::unique_ptr<v1::SyncService::Stub> syncs_;

 private:
  std::string limits_ = "calls_per_minute: 0 calls_per_day: 0";

  void NoteError(const grpc::Status& status);
  void SweepForSecrets();
  std::string XpmConfig();
  void Configure();
  void CreateFirm();
  void CreateAddOn();

  std::unique_ptr<CapturedLog> log_;
  std::map<std::string, std::string> client_of_link_;
};

// Whether it became true within ten seconds.
bool WaitUntil(const std::function<bool()>& condition);

// "applied website, refused email": what a sync did, for comparing at a glance.
std::string Outcomes(const v1::SyncOperation& operation);

}  // namespace profilesync::testing
