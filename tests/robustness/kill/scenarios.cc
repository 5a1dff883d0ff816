#include "tests/robustness/kill/scenarios.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::testing {
namespace {

const Directions kPush = {{"website", v1::TO_PRACTICE}};
const Directions kPull = {{"primary_phone", v1::TO_PROFILE}};
const Directions kBoth = {
    {"website", v1::TO_PRACTICE}, {"email", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}};

std::string Id(int number) { return RequestId(0xf, number); }

Told Must(const Told& told) {
  EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message();
  return told;
}

Task TaskOf(Ask ask, const std::string& client, const std::string& request_id = Id(3)) {
  return {.ask = std::move(ask),
          .request_id = request_id,
          .first = {{client, {{"Website", "old.example"}, {"Email", ""}}}},
          .check = nullptr};
}

std::function<Task(World&)> SyncTask(const Directions& directions) {
  return [directions](World& world) {
    const std::string client = MakeLinkedProfile(world);
    return TaskOf(Syncing(SyncOf(DiffOf(world.api(), kLinkedLink), directions, Id(3))), client);
  };
}

Task SuggestionsTask(World& world) {
  const std::string client = MakeLinkedProfile(world);
  return TaskOf(Suggesting(DiffOf(world.api(), kLinkedLink), Id(3)), client);
}

std::function<Task(World&)> UndoTask(Ask (*undoing)(const std::string&, const std::string&)) {
  return [undoing](World& world) {
    const std::string client = MakeLinkedProfile(world);
    const Told done =
        Must(Syncing(SyncOf(DiffOf(world.api(), kLinkedLink), kBoth, Id(3)))(world.api()));
    EXPECT_EQ(done.state, v1::SyncOperation::DONE) << done.text;
    return TaskOf(undoing(done.operation, Id(4)), client, Id(4));
  };
}

int Created(const World& world) {
  int created = 0;
  for (const auto& client : world.xpm().clients()) {
    created += client.Get("Name") == "New Ltd" ? 1 : 0;
  }
  return created;
}

// At most one client; once somebody has found out, one where the operation says so.
void CheckExported(World& world, const Held& held) {
  EXPECT_LE(Created(world), 1);
  for (const auto& [name, operation] : held.operations) {
    if (operation.state() == v1::SyncOperation::DONE) {
      EXPECT_EQ(Created(world), 1) << operation.DebugString();
      EXPECT_TRUE(held.links.contains(operation.link()));
    }
  }
}

Task ExportTask(World& world) {
  Must(Creating("new", {{"name", "New Ltd"}, {"website", "new.example"}}, Id(1))(world.api()));
  return {.ask = Exporting("firms/f/profiles/new", Id(3)),
          .request_id = Id(3),
          .first = {},
          .check = CheckExported};
}

// Kills a server of its own at the point while it does that.
void LeaveAt(World& world, const std::string& point, const Ask& ask) {
  world.Stop();
  ASSERT_TRUE(world.Start({"PROFILESYNC_FAILPOINTS=" + point + "=kill"}));
  EXPECT_FALSE(ask(world.api()).answer.known());
  EXPECT_TRUE(world.Ends(absl::Seconds(10)));
  world.LetLeasesExpire();
}

Task SettleExportTask(World& world) {
  Task task = ExportTask(world);
  LeaveAt(world, "export.after_add", task.ask);
  EXPECT_TRUE(world.Start());
  task.ask = Exporting("firms/f/profiles/new", Id(4));
  task.request_id = Id(4);
  return task;
}

Task RecoverExportTask(World& world) {
  Task task = ExportTask(world);
  LeaveAt(world, "export.after_add", task.ask);
  task.ask = nullptr;
  return task;
}

// What a server left that was killed at the point, and what the practice's staff made of it since.
std::function<Task(World&)> RecoverTask(const std::string& point, const std::string& website) {
  return [point, website](World& world) {
    Task task = SyncTask(kPush)(world);
    LeaveAt(world, point, task.ask);
    if (!website.empty()) {
      for (auto& [client, values] : task.first) {
        EXPECT_TRUE(world.xpm().EditClient(client, {.values = {{"Website", website}}}).ok());
        values["Website"] = website;
      }
    }
    task.ask = nullptr;
    return task;
  };
}

Task ResolveTask(World& world) {
  Task task = RecoverTask("sync.before_push", "staff.example")(world);
  EXPECT_TRUE(world.Start());
  EXPECT_TRUE(WaitUntilSettled(world.api()));
  const Held held = ReadAll(world.api());
  EXPECT_EQ(held.operations.size(), 1U);
  for (const auto& [name, operation] : held.operations) {
    EXPECT_EQ(operation.state(), v1::SyncOperation::NEEDS_ATTENTION) << operation.DebugString();
    task.ask = Resolving(name, /*applied=*/false, Id(4));
    task.request_id = Id(4);
  }
  return task;
}

std::function<Task(World&)> ImportTask(bool by_filter) {
  return [by_filter](World& world) -> Task {
    std::vector<std::string> clients;
    for (int i = 0; i < 3; ++i) {
      clients.push_back(world.xpm().AddClient(
          {.values = {{"Name", "Trust " + std::to_string(i)}, {"BusinessStructure", "Trust"}}}));
    }
    Ask ask = by_filter ? Importing({}, "kind = TRUST", Id(3)) : Importing(clients, "", Id(3));
    return {.ask = std::move(ask),
            .request_id = Id(3),
            .first = {},
            .check = [clients](World&, const Held& held) {
              std::map<std::string, int> profiles, links;
              for (const auto& [name, profile] : held.profiles) {
                ++profiles[profile.origin().practice_client_id()];
              }
              for (const auto& [name, link] : held.links) {
                ++links[link.practice_client_id()];
              }
              for (const std::string& client : clients) {
                EXPECT_EQ(profiles[client], 1);
                EXPECT_EQ(links[client], 1);
              }
            }};
  };
}

bool HasNewPhone(const World& world) {
  return DiffOf(world.api(), kLinkedLink).DebugString().find("555 0177") != std::string::npos;
}

// The practice's staff have changed the client: the phone is to be in the diff in the end.
Task RefreshTask(World& world, Ask ask) {
  const std::string client = MakeLinkedProfile(world);
  EXPECT_TRUE(world.xpm().EditClient(client, {.values = {{"Phone", "04 555 0177"}}}).ok());
  Task task = TaskOf(std::move(ask), client);
  task.check = [](World& then, const Held&) { EXPECT_TRUE(HasNewPhone(then)); };
  return task;
}

// One that had begun isn't gone on with: the next one brings it.
Task RefreshFirmTask(World& world) {
  Task task = RefreshTask(world, RefreshingFirm(Id(3)));
  task.check = [](World& then, const Held&) {
    EXPECT_TRUE(RefreshingFirm(Id(4))(then.api()).answer.ok());
    EXPECT_TRUE(WaitUntil([&] { return HasNewPhone(then); }));
  };
  return task;
}

Task LinkTask(World& world) {
  const std::string client = world.xpm().AddClient({.values = {{"Name", "A Ltd"}}});
  Must(Creating("p", {{"name", "A Ltd"}}, Id(1))(world.api()));
  return {.ask = Linking("l", kLinkedProfile, client, Id(3)),
          .request_id = Id(3),
          .first = {},
          .check = [](World&, const Held& held) { EXPECT_EQ(held.links.size(), 1U); }};
}

Task SaveTask(World& world) {
  const std::string client = MakeLinkedProfile(world);
  Task task = TaskOf(Saving(kLinkedProfile, "email", "saved@a.example", Id(3)), client);
  task.check = [](World&, const Held& held) {
    EXPECT_EQ(held.profiles.at(kLinkedProfile).fields().email(), "saved@a.example");
  };
  return task;
}

std::vector<Scenario> WriteScenarios() {
  const std::vector<std::string> write = {
      "sync.in_intent",      "sync.after_intent", "sync.before_push",  "sync.after_push",
      "sync.before_outcome", "sync.in_outcome",   "sync.after_outcome"};
  return {
      {"Push", SyncTask(kPush), write},
      {"Pull", SyncTask(kPull), {"sync.in_outcome", "sync.in_intent"}},
      {"BothWays", SyncTask(kBoth), write},
      {"Suggestions", SuggestionsTask, write},
      {"Revert", UndoTask(Reverting), write},
      {"Restore", UndoTask(Restoring), write},
      {"Export",
       ExportTask,
       {"export.in_intent", "export.after_intent", "export.before_add", "export.after_add",
        "export.before_outcome", "export.in_outcome", "export.after_outcome"}},
      {"SettleExport", SettleExportTask, {"export.before_settle", "export.in_outcome"}},
  };
}

std::vector<Scenario> OtherScenarios() {
  return {
      {"Resolve", ResolveTask, {"resolve.in_outcome"}},
      {"Import",
       ImportTask(false),
       {"long_job.after_take", "import.in_batch", "import.after_batch", "long_job.in_end"},
       true},
      {"ImportByFilter",
       ImportTask(true),
       {"long_job.after_take", "import.after_choice", "import.in_batch", "import.after_batch",
        "long_job.in_end"},
       true},
      {"RefreshLink",
       [](World& world) { return RefreshTask(world, RefreshingLink(kLinkedLink, Id(3))); },
       {"refresh.after_fetch", "refresh.in_store"}},
      {"RefreshFirm",
       RefreshFirmTask,
       {"long_job.after_take", "list_pass.after_batch", "list_pass.in_finish", "long_job.in_end"},
       true},
      {"Link", LinkTask, {"link.after_fetch", "link.in_store"}},
      {"Save",
       SaveTask,
       {"refresh.after_fetch", "refresh.in_store", "store.before_checkpoint",
        "store.after_checkpoint"},
       true},
      {"FirstStart", nullptr, {"key.before_name", "store.in_migration"}, false, true},
  };
}

// Of what a killed server left.
std::vector<Scenario> RecoverScenarios() {
  const std::vector<std::string> recover = {"recover.in_settle",     "recover.after_settle",
                                            "read_back.after_begin", "read_back.after_read",
                                            "read_back.in_record",   "read_back.after_record"};
  std::vector<std::string> recover_to_end = recover;
  recover_to_end.push_back("sync.in_outcome");
  return {
      {"RecoverApplied", RecoverTask("sync.after_push", ""), recover_to_end, true},
      {"RecoverNotApplied", RecoverTask("sync.before_push", ""), recover_to_end, true},
      {"RecoverUnclear", RecoverTask("sync.before_push", "staff.example"), recover, true},
      {"RecoverExport", RecoverExportTask, {"recover.in_settle", "recover.after_settle"}, true},
  };
}

}  // namespace

const std::vector<Scenario>& Scenarios() {
  static const auto* const kScenarios = [] {
    auto* all = new std::vector<Scenario>(WriteScenarios());
    for (const std::vector<Scenario>& some : {OtherScenarios(), RecoverScenarios()}) {
      all->insert(all->end(), some.begin(), some.end());
    }
    return all;
  }();
  return *kScenarios;
}

const std::map<std::string, std::string>& PointsOfOtherTests() {
  static const auto* const kPoints = new std::map<std::string, std::string>{
      {"credentials.after_refresh", "tests/integration/crash/renewal_crash_test.cc"},
      {"credentials.after_store", "tests/integration/crash/renewal_crash_test.cc"},
      {"suggestions.after_link", "tests/integration/crash/suggestions_crash_test.cc"},
      {"suggestions.after_step", "tests/integration/crash/suggestions_crash_test.cc"},
      {"rotate.before_commit", "tests/robustness/disk/rotate_key_test.cc"},
      {"rotate.after_commit", "tests/robustness/disk/rotate_key_test.cc"},
      {"rotate.after_vacuum", "tests/robustness/disk/rotate_key_test.cc"}};
  return *kPoints;
}

const std::vector<std::string>& StorePoints() {
  static const auto* const kPoints =
      new std::vector<std::string>{"store.before_commit", "store.after_commit"};
  return *kPoints;
}

}  // namespace profilesync::testing
