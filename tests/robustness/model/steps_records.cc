// Steps that change one side, or make and remove what is held: profiles, clients and links.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

// Wraps a call so that it can be made again, with its content or with other.
template <typename Service, typename Request, typename Response>
Recorded Again(Rig& rig,
               grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
               Request request, std::function<void(Request*)> alter, const Response& answer) {
  return {.repeat =
              [&rig, method, request, alter](int server, bool other, std::string* bytes) {
                Request again = request;
                if (other) {
                  alter(&again);
                }
                Response response;
                const grpc::Status status = rig.Call<Service>(server, method, again, &response);
                *bytes = Bytes(response);
                return status;
              },
          .answer = Bytes(answer)};
}

void Put(const FieldSpec& spec, int value, type::ClientFields* fields) {
  const auto* field = type::ClientFields::descriptor()->FindFieldByName(spec.name);
  const type::FieldValue& given = spec.values[value].value;
  if (given.has_address()) {
    fields->GetReflection()->MutableMessage(fields, field)->CopyFrom(given.address());
  } else if (given.has_text()) {
    fields->GetReflection()->SetString(fields, field, given.text());
  }
}

}  // namespace

void Runner::NewProfile() {
  constexpr int kMost = 5;
  if (world_.profiles.size() >= kMost) {
    return;
  }
  ProfileModel model{.id = absl::StrCat("p", world_.profiles.size()), .person = draw_.OneIn(2)};
  v1::CreateProfileRequest request;
  request.set_parent(kFirm);
  request.set_profile_id(model.id);
  request.set_request_id(NewRequestId());
  request.mutable_profile()->set_kind(model.person ? type::INDIVIDUAL : type::COMPANY);
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    const bool has = model.person || !Specs()[f].persons_only;
    const bool set = has && (Specs()[f].name == "name" || draw_.OneIn(2));
    model.values.push_back(set ? DrawValue(f, true) : kBlank);
    model.versions.push_back(0);
    Put(Specs()[f], model.values.back(), request.mutable_profile()->mutable_fields());
  }
  const v1::Profile made = rig_.Must<v1::ProfileService>(
      DrawServer(), &v1::ProfileService::Stub::CreateProfile, request);
  recorded_.push_back(Again<v1::ProfileService, v1::CreateProfileRequest, v1::Profile>(
      rig_, &v1::ProfileService::Stub::CreateProfile, request,
      [](auto* r) { r->mutable_profile()->mutable_fields()->set_name("Somebody Else"); }, made));
  world_.profiles.push_back(model);
}

void Runner::NewClient() {
  constexpr int kMost = 6;
  if (world_.clients.size() >= kMost) {
    return;
  }
  xpm_sandbox::ClientRecord record;
  record.opened_for_tax = draw_.OneIn(2);
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    const FieldSpec& spec = Specs()[f];
    if (spec.name != "name" && (draw_.OneIn(2) || (spec.in_tax_block && !record.opened_for_tax))) {
      continue;
    }
    const int value = DrawValue(f, false);
    if (spec.sensitive) {
      continue;  // no two clients have the same
    }
    for (std::size_t i = 0; i < spec.read.size(); ++i) {
      record.Set(spec.read[i], spec.values[value].texts[i]);
    }
  }
  record.Set("ReferralSource", "a friend");
  world_.clients.push_back(rig_.xpm().AddClient(record));
}

std::map<int, int> Runner::DrawChanges(int p, v1::UpdateProfileRequest* request) {
  std::map<int, int> changes;
  for (int i = 0, count = 1 + draw_.Below(3); i < count; ++i) {
    int f = draw_.Below(static_cast<int>(Specs().size()));
    if (open_ && open_->attempt && !open_->attempt->wishes.empty() && draw_.OneIn(2)) {
      const std::vector<Wish>& wishes = open_->attempt->wishes;
      f = wishes[draw_.Below(static_cast<int>(wishes.size()))].field;
    }
    const bool has = world_.profiles[p].person || !Specs()[f].persons_only;
    if (has && changes.emplace(f, 0).second) {
      changes[f] = DrawValue(f, true);
      Put(Specs()[f], changes[f], request->mutable_profile()->mutable_fields());
      request->mutable_update_mask()->add_paths("fields." + Specs()[f].name);
      Say(absl::StrCat(world_.profiles[p].id, ".", Specs()[f].name, "=", changes[f]));
    }
  }
  return changes;
}

void Runner::Save() {
  // Mostly what a call that is under way is about.
  const int l = open_ && draw_.OneIn(2) ? DrawLinkInUse() : -1;
  const int p =
      l >= 0 ? world_.links[l].profile : draw_.Below(static_cast<int>(world_.profiles.size()));
  v1::UpdateProfileRequest request;
  request.mutable_profile()->set_name(absl::StrCat(kFirm, "/profiles/", world_.profiles[p].id));
  request.set_request_id(NewRequestId());
  const std::map<int, int> changes = DrawChanges(p, &request);
  if (changes.empty()) {
    return;
  }
  const int server = DrawServer();
  Trouble trouble;
  if (draw_.OneIn(25) && !(open_ && open_->at_write)) {
    trouble.kill = draw_.OneIn(2) ? "store.before_commit" : "store.after_commit";
  }
  Inject(trouble, server);
  v1::Profile saved;
  grpc::Status status = rig_.Call<v1::ProfileService>(
      server, &v1::ProfileService::Stub::UpdateProfile, request, &saved);
  if (ClearTrouble(trouble, server)) {
    // As a client does that doesn't know: the same call with the same id.
    status = rig_.Call<v1::ProfileService>(server, &v1::ProfileService::Stub::UpdateProfile,
                                           request, &saved);
    LookAtOperations({}, false);
  }
  Expect(status.ok(), "a save is refused: " + status.error_message());
  for (const auto& [field, value] : changes) {
    world_.SetProfile(p, field, value);
  }
  for (LinkModel& link : world_.links) {
    if (link.alive && link.profile == p) {
      world_.Settle(link);
    }
  }
  recorded_.push_back(Again<v1::ProfileService, v1::UpdateProfileRequest, v1::Profile>(
      rig_, &v1::ProfileService::Stub::UpdateProfile, request,
      [](auto* r) { r->mutable_profile()->mutable_fields()->set_middle_name("Other"); }, saved));
}

void Runner::StaffEdit() {
  const int client = draw_.Below(static_cast<int>(world_.clients.size()));
  const bool open_tax = Truth(client)[SpecNamed("tax_number")] != kNoValue;
  xpm_sandbox::ElementMap edit;
  const int link = world_.LinkOfClient(client);
  for (int i = 0, count = 1 + draw_.Below(2); i < count; ++i) {
    const int f = draw_.Below(static_cast<int>(Specs().size()));
    const FieldSpec& spec = Specs()[f];
    if (spec.sensitive || (spec.in_tax_block && !open_tax)) {
      continue;
    }
    const int value = DrawValue(f, false);
    for (std::size_t e = 0; e < spec.read.size(); ++e) {
      edit[spec.read[e]] = spec.values[value].texts[e];
    }
    Say(absl::StrCat("c", client, ".", spec.name, "=", value));
    if (link >= 0 && world_.links[link].open >= 0) {
      world_.ops[world_.links[link].open].disturbed = true;
    }
  }
  Expect(rig_.xpm().EditClient(world_.clients[client], {.values = edit}).ok(),
         "the sandbox refuses an edit");
}

void Runner::Link() {
  const int p = draw_.Below(static_cast<int>(world_.profiles.size()));
  int c = draw_.Below(static_cast<int>(world_.clients.size()));
  for (int i = 0; i < static_cast<int>(world_.clients.size()) && world_.LinkOfClient(c) >= 0; ++i) {
    c = (c + 1) % static_cast<int>(world_.clients.size());
  }
  if (exports_.contains(p)) {
    return;
  }
  v1::CreateLinkRequest request;
  request.set_parent(kFirm);
  request.set_link_id(absl::StrCat("l", p));  // so that a name is used again
  request.set_request_id(NewRequestId());
  request.mutable_link()->set_profile(absl::StrCat(kFirm, "/profiles/", world_.profiles[p].id));
  request.mutable_link()->set_add_on(kAddOn);
  request.mutable_link()->set_practice_client_id(world_.clients[c]);
  const int server = DrawServer();
  v1::Link made;
  const grpc::Status status =
      rig_.Call<v1::LinkService>(server, &v1::LinkService::Stub::CreateLink, request, &made);
  const bool free = world_.LinkOf(p) < 0 && world_.LinkOfClient(c) < 0;
  Say(absl::StrCat("p", p, " c", c, free ? "" : " (taken)"));
  Expect(status.ok() == free, free ? "a link is refused: " + status.error_message()
                                   : "a profile or a client is linked twice");
  if (!free) {
    return;
  }
  LinkModel link{.id = request.link_id(), .profile = p, .client = c};
  link.bases.resize(Specs().size());
  link.pending.resize(Specs().size());
  link.known.assign(Specs().size(), kNoValue);
  world_.Store(link, Truth(c));
  world_.links.push_back(link);
  recorded_.push_back(Again<v1::LinkService, v1::CreateLinkRequest, v1::Link>(
      rig_, &v1::LinkService::Stub::CreateLink, request,
      [](auto* r) { r->mutable_link()->set_practice_client_id("x"); }, made));
}

void Runner::Unlink() {
  const int l = DrawLinkInUse();
  if (l < 0) {
    return;
  }
  LinkModel& link = world_.links[l];
  v1::DeleteLinkRequest request;
  request.set_name(absl::StrCat(kFirm, "/links/", link.id));
  request.set_request_id(NewRequestId());
  google::protobuf::Empty gone;
  const grpc::Status status =
      rig_.Call<v1::LinkService>(DrawServer(), &v1::LinkService::Stub::DeleteLink, request, &gone);
  Say(link.id);
  Expect(status.ok() == (link.open < 0), link.open < 0
                                             ? "a link isn't removed: " + status.error_message()
                                             : "a link is removed under an unfinished operation");
  link.alive = !status.ok();
  if (status.ok()) {
    seen_.erase(l);
    recorded_.push_back(Again<v1::LinkService, v1::DeleteLinkRequest, google::protobuf::Empty>(
        rig_, &v1::LinkService::Stub::DeleteLink, request, [](auto* r) { r->set_etag("x"); },
        gone));
  }
}

void Runner::Repeat() {
  constexpr int kLatest = 60;
  if (recorded_.empty()) {
    return;
  }
  const int size = static_cast<int>(recorded_.size());
  const Recorded& recorded = recorded_[size - 1 - draw_.Below(std::min(size, kLatest))];
  const bool freed =
      recorded.op >= 0 && world_.ops[recorded.op].last.state() == v1::SyncOperation::FAILED;
  if (freed || (open_ && open_->attempt && recorded.op == open_->attempt->op)) {
    return;
  }
  const bool other = draw_.OneIn(4);
  const std::size_t updates = rig_.xpm().calls("client.api/update").size();
  std::string answer;
  const grpc::Status status = recorded.repeat(DrawServer(), other, &answer);
  Expect(rig_.xpm().calls("client.api/update").size() == updates,
         "a repeated call writes to the practice system");
  if (other) {
    Expect(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT,
           "a request_id is taken with other content: " + status.error_message());
    return;
  }
  std::string expected = recorded.answer;
  if (recorded.op >= 0) {
    const v1::SyncOperation now = Operation(world_.ops[recorded.op].name);
    if (now.state() == v1::SyncOperation::PUSHING) {
      Expect(status.error_code() == grpc::StatusCode::ABORTED,
             "a repeated call of one that runs isn't told so");
      return;
    }
    expected = Bytes(now);
  }
  Expect(status.ok(), "a repeated call fails: " + status.error_message());
  Expect(answer == expected, "a repeated call gets another answer than the recorded one");
}

}  // namespace profilesync::robustness
