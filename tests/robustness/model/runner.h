#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/robustness/model/attempt.h"
#include "tests/robustness/model/rig.h"
#include "tests/robustness/model/step.h"
#include "tests/robustness/model/world.h"

namespace profilesync::robustness {

// Runs steps against the servers and the model, and throws Harm where they part.
class Runner {
 public:
  Runner(const std::string& program, std::uint64_t seed);
  ~Runner();

  void Run(const Step& step);
  // Lets everything come to rest, then checks all there is.
  void Finish();
  std::string Logs() const { return rig_.Logs(); }
  // What the last steps did, for people.
  const std::string& log() const { return log_; }

 private:
  using SeenEtag = std::pair<std::string, std::string>;  // the etag and what it stands for

  // Steps.
  void Save();
  std::map<int, int> DrawChanges(int profile, v1::UpdateProfileRequest* request);
  void StaffEdit();
  void NewProfile();
  void NewClient();
  void Link();
  void Unlink();
  void RefreshLink();
  void RefreshFirm();
  void ConcludeRefresh(const RefreshAttempt& attempt);
  void ConcludeFirm(const FirmRefresh& refresh);
  // Has each link as it was or as that list's row shows it, where it may have been stored.
  void AdoptRows(const FirmRefresh& refresh);
  void Sync();
  std::unique_ptr<Attempt> DrawSync(int link);
  void Suggestions();
  void Revert();
  void Restore();
  void Resolve();
  void TakeResolution(int op, const v1::SyncOperation& record);
  void Resume();
  void Export();
  Trouble DrawExportTrouble();
  void ConcludeExport(int profile, const std::string& request_id, const grpc::Status& status,
                      const v1::ExportProfileResponse& answer, const Trouble& trouble, int created,
                      int adds);
  void TakeExport(int profile, const v1::ExportProfileResponse& answer);
  int NoteNewClients();
  void Repeat();
  void Race();
  void TakeRace(int link, const std::vector<std::unique_ptr<Attempt>>& attempts,
                const std::map<int, int>& saved);
  std::vector<std::unique_ptr<Attempt>> DrawRacers(int link, bool same);
  v1::UpdateProfileRequest RacingSave(int profile, int field, int value);
  void AdoptAfterRace(int link, const std::map<int, std::set<int>>& may_be);
  void TakeRacer(Attempt& attempt, const v1::SyncOperation& record);
  void ClaimRacer(Attempt& attempt);
  void CheckSuspension(const v1::SyncOperation& record);
  void Release();
  void NoteRelease();
  // Has the sandbox answer what it holds back and carry out what comes late.
  void LetGo();
  void Time();
  void RunBackground();
  void Kill() { EndServer(false); }
  void Restart() { EndServer(true); }
  void EndServer(bool orderly);
  void ChangeBehaviour();
  void ApplyLate();

  // Calls that make an operation.
  void Make(std::unique_ptr<Attempt> attempt);
  template <typename Request>
  grpc::Status CallMethod(const Attempt& attempt, int server, bool other_content,
                          grpc::Status (v1::SyncService::Stub::*method)(grpc::ClientContext*,
                                                                        const Request&,
                                                                        v1::SyncOperation*),
                          Request request, v1::SyncOperation* answer);
  v1::SyncProfileRequest SyncRequest(const Attempt& attempt) const;
  grpc::Status CallFor(const Attempt& attempt, int server, bool other_content,
                       v1::SyncOperation* answer);
  void Begin(Attempt& attempt);
  // False where it ended instead.
  bool RunUntilItHangs(const std::function<void()>& call, OpenCall* open);
  std::optional<v1::SyncOperation> RecordOf(const Attempt& attempt);
  void Conclude(Attempt& attempt);
  void TakeAnswer(const Attempt& attempt, const v1::SyncOperation& stored, bool held_back);
  void ConcludeWithout(Attempt& attempt);
  void RegisterIntent(Attempt& attempt, const v1::SyncOperation& record);
  void TakeUnsure(const v1::SyncOperation& record, const Attempt& attempt, Plan* plan);
  void Remember(const Attempt& attempt);
  bool AcceptedBy(const Attempt& attempt, const Plan& plan) const;
  Plan PlanOf(const Attempt& attempt, const std::vector<int>& fetched) const;
  Plan PlanSync(const Attempt& attempt, const LinkModel& link) const;
  Plan PlanRevert(const Attempt& attempt, const LinkModel& link) const;
  Plan PlanRestore(const Attempt& attempt, const LinkModel& link) const;

  // What became of one.
  void TakeOutcome(int op, const v1::SyncOperation& record, const Trouble& trouble, bool by_call);
  void JudgePush(const OpModel& op, OpField& field, const v1::FieldResult& result,
                 const std::vector<int>& post, const Trouble& trouble, bool by_call,
                 const std::string& error);
  // Whether XPM took a write of the field.
  bool JudgeField(const OpModel& op, OpField& field, const v1::SyncOperation& record,
                  const std::vector<int>& post, const Trouble& trouble, bool by_call);
  void JudgePull(const OpModel& op, OpField& field, const v1::FieldResult& result);
  void SetBases(const OpModel& op, LinkModel& link, const std::vector<bool>& was_open);
  // What is gone that nobody had asked to empty suspends writes.
  void TakeSuspension(const v1::SyncOperation& record);
  void CheckUnasked(const OpModel& op, const v1::SyncOperation& record,
                    const std::vector<int>& post);
  // What a read shows of an operation of unknown outcome.
  Evidence EvidenceNow(const OpModel& op);
  void CheckAttention(const OpModel& op, const Trouble& trouble);
  // That one is settled only where a read tells, and by what it tells.
  void CheckReadBack(const OpModel& op, const v1::SyncOperation& record);
  void NoteHistory(OpModel& op, const v1::SyncOperation& record);
  void TakeRecovery(int op, const v1::SyncOperation& record);
  void TakeAttention(int op, const v1::SyncOperation& record, const Trouble& trouble);
  // What the operations are that a background's work or a start may have ended.
  void LookAtOperations(const Trouble& trouble, bool worked);

  // Writes to XPM.
  void ClaimWrites(Attempt& attempt, OpModel* op);
  bool IsTaken(const OpModel& op);
  void FindFate(const Attempt& attempt);
  void CheckBody(const OpModel& op, const xpm_sandbox::CallRecord& call);
  void ExpectNoOtherWrites();

  // What there is.
  std::vector<int> Truth(int client);
  xpm_sandbox::ElementMap Elements(int client);
  std::vector<int> PostImage(const OpModel& op, const Trouble& trouble, bool by_call);
  v1::SyncOperation Operation(const std::string& name);
  std::optional<v1::SyncOperation> OperationOf(const std::string& request_id);
  Seen Look(int link);
  // Takes over what the diff shows, where it is one of these.
  void Adopt(int link, const std::vector<std::vector<int>>& candidates);
  void ReadFeed();
  void CheckAll();
  void CheckLinks();
  void CheckField(const LinkModel& link, int field, const v1::FieldDiff& diff);
  void CheckHistory();
  void CheckOperations();
  void CheckFeedFromStart();

  // Troubles.
  Trouble DrawTrouble(bool may_push, const std::vector<std::string>& failpoints);
  xpm_sandbox::Fault DrawReadFault();
  xpm_sandbox::Fault DrawWriteFault(const std::string& endpoint);
  void Inject(const Trouble& trouble, int server);
  // Afterwards: no fault waits, the server runs. Whether it was killed.
  bool ClearTrouble(const Trouble& trouble, int server);
  void Wake(int server);

  std::string NewRequestId();
  // By the shared clock, in milliseconds.
  std::int64_t Now() { return absl::ToUnixMillis(rig_.time().Now()); }
  int DrawServer() { return draw_.Below(rig_.servers()); }
  int DrawAliveLink();
  // Of a call that is under way, where there is one, every second time.
  int DrawLinkInUse();
  int DrawValue(int field, bool callers);
  void Say(const std::string& what);
  void Join(OpenCall call);

  Rig rig_;
  World world_;
  Draw draw_;
  int requests_ = 0;
  std::optional<OpenCall> open_;
  // The last refresh of the firm that another server ended. The one that was at it may store a
  // batch after that, as any read is stored that nothing newer stands against.
  std::optional<FirmRefresh> cut_off_;
  absl::Duration open_for_;         // by the shared clock
  std::set<std::int64_t> claimed_;  // the writes to XPM that somebody had asked for
  std::set<int> late_ops_;          // their writes are to be carried out late
  absl::Duration late_for_;
  std::map<int, Seen> seen_;                            // by link
  std::map<std::string, std::vector<SeenEtag>> etags_;  // by link and field
  std::map<std::string, std::string> etag_of_key_;
  std::vector<Recorded> recorded_;
  std::int64_t feed_ = 0;                                    // the last revision read
  std::map<std::string, std::vector<int>> replayed_;         // profiles as the feed has them
  std::map<std::string, std::vector<std::string>> history_;  // by link id, oldest first
  std::map<int, std::string> exports_;                       // unsettled ones, by profile
  std::string log_;
  int step_ = 0;
};

}  // namespace profilesync::robustness
