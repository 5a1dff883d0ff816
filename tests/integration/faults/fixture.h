#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "google/rpc/status.pb.h"
#include "tests/integration/faults/fault_row.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {

// What one row works on: a profile and its link, under an add-on and a tenant of their own, so that
// no row sees what became of another. And a second link that nobody names.
struct Subject {
  std::string add_on;
  std::string link;
  std::string client;
  std::string other_link;
  std::string other_client;
  // Of a client that has no profile, to be imported.
  std::string fresh_client;
  std::string fresh_name;
  // What is to be written.
  std::string website;
  // What the practice holds, and the diffs' fields as "STATE|profile|practice".
  xpm_sandbox::ClientRecord record;
  xpm_sandbox::ClientRecord other_record;
  std::map<std::string, std::string> sides;
  std::map<std::string, std::string> other_sides;
  // The sync that the row asks for, where it does, and what it has ended as.
  v1::SyncProfileRequest sync;
  v1::SyncOperation operation;
  int profile_changes = 0;
  int imported = 0;        // results of the last import
  int applied_writes = 0;  // that XPM has carried out, since the beginning
};

// A server whose add-ons persons have authorised, in front of an XPM with as many tenants.
class FaultsTest : public VerbsTest {
 protected:
  static constexpr char kPhone[] = "04 555 0100";
  static constexpr char kFax[] = "04 555 0199";

  FaultsTest();
  ~FaultsTest() override;

  // A link with base pairs, a field that moved since, another that will be found to have, one to
  // push (website) and one to pull (primary_phone).
  Subject MakeSubject(Verb verb);
  // Makes the row's fault wait for its call.
  void Arm(const FaultRow& row, const Subject& subject);
  // Asks for what the verb does, and returns the error of it, wherever it stands.
  google::rpc::Status Ask(Verb verb, Subject* subject);
  // The same with what a fault needs to be let go.
  google::rpc::Status AskUnderFault(const FaultRow& row, Subject* subject);

  // All that a row says, and that nothing else has changed on either side.
  void CheckError(const FaultRow& row, const Subject& subject, const google::rpc::Status& error);
  void CheckOutcome(const FaultRow& row, Subject* subject);
  // That both sides come to agree once the fault is gone, and nothing was written twice.
  void Recover(const FaultRow& row, Subject* subject);

  v1::AddOn AddOn(const Subject& subject);
  // As a person does when told to.
  void Authorise(const std::string& add_on);
  // Fetches, and syncs what differs until nothing does.
  void BringInSync(const std::string& link, const std::string& add_on);
  // The writes to the client that XPM has carried out, of the calls in its log.
  int AppliedWrites(const std::string& client);
  // Those that got past the token.
  int WritesSent(const std::string& client);
  std::map<std::string, std::string> Sides(const std::string& link);
  int ProfileChanges(const std::string& link);
  std::vector<v1::SyncOperation> OperationsOf(const std::string& link);

 private:
  std::string MakeAddOn();
  void MakeClients(Verb verb, Subject* subject);
  std::string LinkTo(const std::string& id, const std::string& add_on, const std::string& client,
                     const type::ClientFields& fields);
  google::rpc::Status Search(const Subject& subject, const std::string& query);
  google::rpc::Status RefreshFirm(const Subject& subject, bool full);
  google::rpc::Status ImportFresh(Verb verb, Subject* subject);
  google::rpc::Status SyncIt(Subject* subject);
  google::rpc::Status WaitFor(google::longrunning::Operation* operation);
  std::map<std::string, std::string> ExpectedSides(const FaultRow& row, const Subject& subject);
  void CheckSync(const FaultRow& row, const Subject& subject);
  void CheckPractice(const FaultRow& row, const Subject& subject);
  void WaitUntilOpen(const Subject& subject);
  void RegainAccess(const FaultRow& row, Subject* subject);
  void ResumeWrites(const Subject& subject);
  void AskAgain(const FaultRow& row, Subject* subject);
  void CheckStillPending(const Subject& subject);

  int count_ = 0;
};

}  // namespace profilesync::testing
