#pragma once

#include <string>
#include <vector>

#include "google/longrunning/operations.grpc.pb.h"
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {

// A request_id, where it doesn't matter which.
inline constexpr char kRequestId[] = "8f14e45f-ceea-467f-a0e6-0d7a0e8a1c11";

// What AddSecondAddOn makes.
inline constexpr char kSecondAddOn[] = "firms/harbour/addOns/second";

type::ClientFields Fields(const std::string& text);
// The reason in an error that is part of an answer, or "".
std::string ReasonIn(const google::rpc::Status& error);

// Calls of single verbs, and what the store holds before and after.
class VerbsTest : public SyncTest {
 protected:
  using SyncTest::SyncTest;

  // All that the API shows of the firm: what a call that is refused or only validated must leave
  // as it was.
  std::string Stored();

  // A client of the practice, by its UUID.
  std::string AddClient(const xpm_sandbox::ElementMap& values);
  v1::ImportPracticeClientsRequest ImportOf(const std::vector<std::string>& clients);
  // Imports, and waits for the end of it.
  google::longrunning::Operation Import(const v1::ImportPracticeClientsRequest& request);
  // The same, expected to end well.
  v1::ImportPracticeClientsResponse Imported(const v1::ImportPracticeClientsRequest& request);
  google::longrunning::Operation LongOperation(const std::string& name);
  grpc::Status TryImport(const v1::ImportPracticeClientsRequest& request,
                         google::longrunning::Operation* operation);

  // Another add-on of the firm's, to another tenant of the same practice system.
  v1::AddOn AddSecondAddOn();
  // A link of profile "p" under it, to a new client.
  std::string LinkUnderSecond(const xpm_sandbox::ElementMap& client);
  grpc::Status DeleteAddOn(const std::string& add_on, bool force = false);

  v1::UpdateFieldRuleRequest RuleRequest(const std::string& field,
                                         const std::vector<v1::SyncDirection>& allowed,
                                         v1::FieldRule::Preference preference = v1::FieldRule::ASK,
                                         const std::string& add_on = kAddOn);
  grpc::Status TrySetRule(const v1::UpdateFieldRuleRequest& request, v1::FieldRule* rule = nullptr);
  // Sets a rule, expected to be taken.
  v1::FieldRule SetRule(const v1::UpdateFieldRuleRequest& request);
  grpc::Status DeleteRule(const std::string& name);

  grpc::Status Deactivate();
  grpc::Status UpdateSettings(const v1::AddOnSettings& settings);
  grpc::Status TryRefresh(const std::string& link, const std::string& request_id = "");
  v1::ListProfileChangesResponse Changes(const v1::ListProfileChangesRequest& request);
  // A sync of the link's website whose outcome nobody knows. Returns its operation.
  std::string LeaveUnfinished(const std::string& link);
  // Every call of XPM's endpoint fails from now on, with 503.
  void BreakXpm(const std::string& endpoint = "*");
};

}  // namespace profilesync::testing
