#include "tests/robustness/load/client.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/proto_time.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::testing {
namespace {

constexpr int kProfiles = 4;  // of one client

const Directions kDirections = {
    {"website", v1::TO_PRACTICE}, {"email", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}};

// As it is in the value that a number makes; 0 for one that no number made.
std::string ValueOf(const std::string& field, int number) {
  return field == "email" ? absl::StrCat("e", number, "@a.example")
                          : absl::StrCat("w", number, ".example");
}
int NumberOf(const std::string& value) { return value.empty() ? 0 : std::atoi(value.c_str() + 1); }

std::string TextOf(const v1::Profile& profile, const std::string& field) {
  const type::ClientFields& fields = profile.fields();
  return fields.GetReflection()->GetString(fields, fields.GetDescriptor()->FindFieldByName(field));
}

// The diff, unless the server is gone.
bool TryDiff(const Api& api, const std::string& link, v1::Diff* diff) {
  v1::GetDiffRequest request;
  request.set_name(link + "/diff");
  return api.Call<v1::SyncService>(&v1::SyncService::Stub::GetDiff, request, diff).ok();
}

// Whether the operation wrote nothing: its request may be made anew.
bool HasFailed(const Api& api, const std::string& operation) {
  v1::GetSyncOperationRequest request;
  request.set_name(operation);
  v1::SyncOperation response;
  const Answer answer =
      api.Call<v1::SyncService>(&v1::SyncService::Stub::GetSyncOperation, request, &response);
  return !answer.known() || response.state() == v1::SyncOperation::FAILED;
}

bool SaysImported(const Api& api, const std::string& operation) {
  using google::longrunning::Operations;
  google::longrunning::GetOperationRequest request;
  request.set_name(operation);
  v1::ImportPracticeClientsResponse response;
  return api.Must<Operations>(&Operations::Stub::GetOperation, request)
             .response()
             .UnpackTo(&response) &&
         response.results(0).outcome() == v1::ImportResult::IMPORTED;
}

void Must(const Told& told) { EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message(); }

}  // namespace

LoadClient::LoadClient(World& world, unsigned seed, int index)
    : world_(world),
      seed_(seed),
      index_(index),
      random_(seed * 64 + static_cast<unsigned>(index)) {}

std::string LoadClient::NextId() {
  last_id_ = RequestId(seed_ * 64 + static_cast<unsigned>(index_), ++requests_);
  return last_id_;
}

void LoadClient::SetUp(Links* links, Elements* first) {
  for (int i = 0; i < kProfiles; ++i) {
    const std::string id = absl::StrCat("p", index_, "-", i);
    const std::string client =
        world_.xpm().AddClient({.values = {{"Name", absl::StrCat("Load ", id)},
                                           {"Phone", "04 555 0100"},
                                           {"Website", "first.example"}}});
    Must(Creating(id, {{"name", absl::StrCat("Load ", id)}}, NextId())(world_.api()));
    const std::string profile = absl::StrCat(World::kFirm, "/profiles/", id);
    Must(Linking(absl::StrCat("l", index_, "-", i), profile, client, NextId())(world_.api()));
    links->push_back(absl::StrCat(World::kFirm, "/links/l", index_, "-", i));
    clients_[links->back()] = client;
    saved_[profile] = {{"email", {}}, {"website", {}}};
    (*first)[client] = {{"Website", "first.example"}, {"Email", ""}};
  }
  spare_client_ = world_.xpm().AddClient({.values = {{"Name", absl::StrCat("Spare ", index_)}}});
  Must(Creating(absl::StrCat("spare", index_), {{"name", absl::StrCat("Spare ", index_)}},
                NextId())(world_.api()));
}

void LoadClient::Run(const Links& links, const std::atomic<bool>& stop) {
  while (!stop && Step(links)) {
  }
}

bool LoadClient::Make(Ask ask, Then then) {
  unanswered_ = std::move(ask);
  then_ = std::move(then);
  begun_.clear();
  return AskAgain();
}

bool LoadClient::AskAgain() {
  if (!unanswered_) {
    return true;
  }
  const Told told = unanswered_(world_.api());
  if (!told.answer.known()) {
    return false;
  }
  const std::string& message = told.answer.status.error_message();
  if (told.answer.reason == "STILL_RUNNING" &&
      (message.starts_with("the request") || message.starts_with("export"))) {
    return true;  // asked again later: what becomes of it isn't known yet
  }
  EXPECT_TRUE(begun_.empty() || told.operation == begun_ || HasFailed(world_.api(), begun_))
      << "the request began " << begun_ << " and is answered " << told.text
      << told.answer.status.error_message();
  unanswered_ = nullptr;
  acknowledged_ += told.answer.ok() ? 1 : 0;
  Note(told);
  if (then_) {
    then_(told);
  }
  return true;
}

void LoadClient::Note(const Told& told) {
  if (told.answer.ok() && told.state != v1::SyncOperation::STATE_UNSPECIFIED) {
    operations_[told.operation] = told.state;
  }
}

bool LoadClient::Step(const Links& links) {
  if (unanswered_) {  // it still runs, as far as the server knows
    absl::SleepFor(absl::Milliseconds(2));
    return AskAgain();
  }
  const std::string& link = links[static_cast<std::size_t>(Below(static_cast<int>(links.size())))];
  const int dice = Below(100);
  if (dice < 35) {
    return Save();
  }
  if (dice < 42) {
    Edit(link);
    return true;
  }
  if (dice < 67) {
    return Sync(link);
  }
  if (dice < 74) {
    return Suggest(link);
  }
  if (dice < 80) {
    return Undo();
  }
  if (dice < 87) {
    return Refresh(link);
  }
  if (dice < 93) {
    return Relink();
  }
  return dice < 97 ? Export() : Import();
}

bool LoadClient::Save() {
  auto chosen = saved_.begin();
  std::advance(chosen, Below(kProfiles));
  const std::string field = Below(2) == 0 ? "email" : "website";
  const int number = ++values_;
  chosen->second[field].asked = number;
  return Make(Saving(chosen->first, field, ValueOf(field, number), NextId()),
              [this, name = chosen->first, field, number](const Told& told) {
                EXPECT_TRUE(told.answer.ok() || told.answer.reason == "SERVER_BUSY")
                    << told.answer.status.error_message();
                if (told.answer.ok()) {
                  v1::Profile profile;
                  google::protobuf::TextFormat::ParseFromString(told.text, &profile);
                  EXPECT_EQ(TextOf(profile, field), ValueOf(field, number));
                  saved_[name][field].acknowledged = number;
                  saved_[name][field].revision = profile.field_revisions().at(field);
                }
              });
}

// By the practice's staff.
void LoadClient::Edit(const std::string& link) {
  const auto client = clients_.find(link);
  if (client != clients_.end()) {
    EXPECT_TRUE(world_.xpm()
                    .EditClient(client->second,
                                {.values = {{"Phone", absl::StrCat("04 55", index_, " ",
                                                                   1000 + ++values_ % 9000)}}})
                    .ok());
  }
}

bool LoadClient::Sync(const std::string& link) {
  v1::Diff diff;
  if (!TryDiff(world_.api(), link, &diff)) {
    return false;
  }
  v1::SyncProfileRequest request = SyncOf(diff, kDirections, NextId());
  request.set_allow_partial(Below(2) == 0);
  if (request.fields().empty()) {
    return true;
  }
  return Make(Syncing(request), [this](const Told& told) {
    if (told.state == v1::SyncOperation::DONE) {
      undoable_.push_back(told.operation);
    }
  });
}

bool LoadClient::Suggest(const std::string& link) {
  v1::Diff diff;
  if (!TryDiff(world_.api(), link, &diff)) {
    return false;
  }
  return !diff.can_sync() || Make(Suggesting(diff, NextId()), nullptr);
}

bool LoadClient::Undo() {
  if (undoable_.empty()) {
    return true;
  }
  const std::string operation = undoable_.back();
  undoable_.pop_back();
  return Make(Below(3) == 0 ? Restoring(operation, NextId()) : Reverting(operation, NextId()),
              nullptr);
}

bool LoadClient::Refresh(const std::string& link) {
  return Make(RefreshingLink(link, NextId()), [this, link](const Told& told) {
    v1::Diff diff;
    if (told.answer.ok() && google::protobuf::TextFormat::ParseFromString(told.text, &diff)) {
      absl::Time& time = refreshed_.emplace(link, absl::InfinitePast()).first->second;
      time = std::max(time, FromProto(diff.refresh_time()));
    }
  });
}

bool LoadClient::Relink() {
  const std::string name = absl::StrCat("spare", index_);
  const bool link = linked_ == false;
  linked_ = std::nullopt;
  Ask ask =
      link ? Linking(name, absl::StrCat(World::kFirm, "/profiles/", name), spare_client_, NextId())
           : Unlinking(absl::StrCat(World::kFirm, "/links/", name), NextId());
  return Make(std::move(ask), [this, link](const Told& told) {
    EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message();
    linked_ = told.answer.ok() ? link : !link;
  });
}

bool LoadClient::Export() {
  if (!exported_.empty() && Below(2) == 0) {
    return ResolveExport();
  }
  const std::string id = absl::StrCat("x", index_, "-", exported_.size());
  exported_.push_back(id);
  return Make(Creating(id, {{"name", "Export " + id}}, NextId()),
              [](const Told& told) {
                EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message();
              }) &&
         (unanswered_ ||
          Make(Exporting(absl::StrCat(World::kFirm, "/profiles/", id), NextId()), nullptr));
}

// As a person does who looks into the practice system.
bool LoadClient::ResolveExport() {
  v1::ListSyncOperationsRequest request;
  request.set_parent(World::kFirm);
  request.set_filter(absl::StrCat("profile = ", World::kFirm, "/profiles/", exported_.back()));
  v1::ListSyncOperationsResponse response;
  const Answer answer = world_.api().Call<v1::SyncService>(
      &v1::SyncService::Stub::ListSyncOperations, request, &response);
  if (!answer.ok()) {
    EXPECT_FALSE(answer.known()) << answer.status.error_message();
    return false;
  }
  if (response.sync_operations().empty() ||
      response.sync_operations(0).state() != v1::SyncOperation::NEEDS_ATTENTION) {
    return true;
  }
  const auto clients = world_.xpm().clients();
  const bool created = std::any_of(clients.begin(), clients.end(), [&](const auto& client) {
    return client.Get("Name") == "Export " + exported_.back();
  });
  if (created) {  // another export of it finds the client
    return Make(Exporting(absl::StrCat(World::kFirm, "/profiles/", exported_.back()), NextId()),
                nullptr);
  }
  return Make(Resolving(response.sync_operations(0).name(), false, NextId()), nullptr);
}

bool LoadClient::Import() {
  const std::string client = world_.xpm().AddClient(
      {.values = {{"Name", absl::StrCat("Import ", index_, "-", imported_.size())},
                  {"BusinessStructure", "Trust"}}});
  imported_.emplace_back(client, "");
  return Make(Importing({client}, "", NextId()), [this](const Told& told) {
    EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message();
    imported_.back().second = told.operation;
  });
}

void LoadClient::ExpectKept(const Held& held) {
  for (const auto& [name, fields] : saved_) {
    const auto profile = held.profiles.find(name);
    ASSERT_NE(profile, held.profiles.end()) << name << " is gone";
    for (const auto& [field, saved] : fields) {
      const int number = NumberOf(TextOf(profile->second, field));
      EXPECT_GE(number, saved.acknowledged) << "an acknowledged save of " << name << " is lost";
      EXPECT_LE(number, saved.asked) << "nobody has saved this yet";
      if (number == saved.acknowledged && number > 0) {
        EXPECT_EQ(profile->second.field_revisions().at(field), saved.revision);
      }
    }
  }
  for (const auto& [name, operation] : held.operations) {
    if (unanswered_ && operation.request_id() == last_id_ &&
        operation.state() != v1::SyncOperation::FAILED) {
      begun_ = name;
    }
  }
  for (auto& [name, state] : operations_) {
    const auto operation = held.operations.find(name);
    ASSERT_NE(operation, held.operations.end()) << name << " is gone";
    const v1::SyncOperation& now = operation->second;
    EXPECT_TRUE(MayFollow(state, now.state()))
        << "was " << v1::SyncOperation::State_Name(state) << ": " << now.DebugString();
    if (IsOver(state)) {
      const auto [text, added] = texts_.emplace(name, now.SerializeAsString());
      EXPECT_EQ(text->second, now.SerializeAsString()) << "it was over: " << now.DebugString();
    }
    state = now.state();
  }
  const bool there = held.links.contains(absl::StrCat(World::kFirm, "/links/spare", index_));
  EXPECT_EQ(there, linked_.value_or(there)) << "the link of spare" << index_;
  for (const auto& [link, time] : refreshed_) {
    EXPECT_GE(FromProto(DiffOf(world_.api(), link).refresh_time()), time)
        << "an acknowledged refresh of " << link << " is lost";
  }
}

void LoadClient::ExpectOnce(const Held& held) const {
  std::map<std::string, int> created;
  for (const auto& client : world_.xpm().clients()) {
    ++created[client.Get("Name")];
  }
  for (const std::string& id : exported_) {
    EXPECT_LE(created["Export " + id], 1) << id << " was exported twice";
  }
  for (const auto& [client, operation] : imported_) {
    const auto count =
        std::count_if(held.profiles.begin(), held.profiles.end(), [id = client](const auto& entry) {
          return entry.second.origin().practice_client_id() == id;
        });
    EXPECT_LE(count, 1) << "imports of client " << client;
    // One that was cut off again and again, or whose read took too long, says so.
    if (count == 0) {
      EXPECT_FALSE(SaysImported(world_.api(), operation)) << client << " isn't there";
    }
  }
}

}  // namespace profilesync::testing
