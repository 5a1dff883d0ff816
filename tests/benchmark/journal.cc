#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/benchmark/bed.h"
#include "tests/benchmark/changes.h"
#include "tests/benchmark/direct_access.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

constexpr char kField[] = "primary_phone";

// Syncs of links, and the same writes done bare on other clients and profiles. The practice's staff
// change the clients before, so that nothing but the sync itself has to do with a save.
class Writes {
 public:
  // `writes` of each kind in a run, of links of their own.
  static absl::StatusOr<std::unique_ptr<Writes>> Make(int writes) {
    std::unique_ptr<Writes> made(new Writes(writes));
    ASSIGN_OR_RETURN(made->bed_, Bed::Make({.clients = 2 * writes}));
    RETURN_IF_ERROR(made->bed_->AddFirm(kFirm));
    ASSIGN_OR_RETURN(made->pairs_, made->bed_->ImportAll(kFirm));
    ASSIGN_OR_RETURN(made->direct_, DirectAccess::Open(made->bed_->config()));
    made->syncs_ = v1::SyncService::NewStub(made->bed_->Channels(1).front());
    return made;
  }

  // SyncProfile of one field to the practice system, from the call to its answer.
  absl::StatusOr<double> Sync(int threads) {
    std::vector<v1::SyncProfileRequest> requests;
    for (int i = 0; i < writes_; ++i) {
      ASSIGN_OR_RETURN(requests.emplace_back(), MakeDiffer(pairs_[i]));
    }
    return RateOfEach(writes_, threads, [&](int i) -> absl::Status {
      v1::SyncOperation done;
      RETURN_IF_ERROR(bed_->Call(*syncs_, &v1::SyncService::Stub::SyncProfile, requests[i], &done));
      return done.state() == v1::SyncOperation::DONE
                 ? absl::OkStatus()
                 : absl::InternalError("a sync isn't done: " + done.ShortDebugString());
    });
  }

  // What of a sync is done bare.
  struct Parts {
    bool practice = true;  // the client is read and written
    bool store = true;     // the profile's row is committed
    bool counted = false;  // the calls are counted
  };
  absl::StatusOr<double> Bare(int threads, const Parts& parts) {
    const std::string phone = PhoneOf(++variant_);
    const std::string& tenant_id = bed_->xpm().tenant_id();
    return RateOfEach(writes_, threads, [&](int i) -> absl::Status {
      const Pair& pair = pairs_[writes_ + i];
      connector::Tenant tenant{.tenant_id = tenant_id};
      if (parts.counted) {
        ASSIGN_OR_RETURN(tenant, direct_->Counted(tenant_id));
      }
      if (parts.practice) {
        RETURN_IF_ERROR(direct_->WriteClient(tenant, pair.client, phone));
      }
      return parts.store ? direct_->WriteProfile(pair.profile, phone) : absl::OkStatus();
    });
  }

 private:
  explicit Writes(int writes) : writes_(writes) {}

  // Has staff change the client; the request that writes the profile's value over theirs.
  absl::StatusOr<v1::SyncProfileRequest> MakeDiffer(const Pair& pair) {
    RETURN_IF_ERROR(
        bed_->xpm().EditClient(pair.client, {.values = {{"Phone", PhoneOf(++variant_)}}}));
    v1::RefreshLinkRequest refresh;
    refresh.set_name(pair.link);
    v1::Diff diff;
    RETURN_IF_ERROR(bed_->Call(*syncs_, &v1::SyncService::Stub::RefreshLink, refresh, &diff));
    v1::SyncProfileRequest request;
    request.set_name(pair.profile);
    request.set_request_id(RequestId(variant_));
    for (const v1::FieldDiff& field : diff.fields()) {
      if (field.field() == kField && field.state() == v1::FieldDiff::PRACTICE_CHANGED) {
        v1::FieldSync* sync = request.add_fields();
        sync->set_field(kField);
        sync->set_direction(v1::TO_PRACTICE);
        sync->set_etag(field.etag());
      }
    }
    return request;
  }

  const int writes_;
  int variant_ = 0;
  std::unique_ptr<Bed> bed_;
  std::vector<Pair> pairs_;
  std::unique_ptr<DirectAccess> direct_;
  std::unique_ptr<v1::SyncService::Stub> syncs_;
};

absl::Status MeasureAt(int threads, Writes* writes, const Settings& settings, Section* section) {
  const std::string at =
      threads == 1 ? ", one at a time" : absl::StrFormat(", %d at a time", threads);
  ASSIGN_OR_RETURN(
      const std::vector<Series> series,
      RunRounds(
          "writes/s",
          {{"SyncProfile" + at, [=] { return writes->Sync(threads); }},
           {"the two bare writes" + at, [=] { return writes->Bare(threads, Writes::Parts{}); }},
           {"the same, calls counted" + at,
            [=] { return writes->Bare(threads, Writes::Parts{.counted = true}); }},
           {"the practice client's alone" + at,
            [=] { return writes->Bare(threads, Writes::Parts{.store = false}); }},
           {"the profile's alone" + at,
            [=] { return writes->Bare(threads, Writes::Parts{.practice = false}); }}},
          settings.rounds));
  section->series.insert(section->series.end(), series.begin(), series.end());
  section->ratios.push_back(
      RatioOf("SyncProfile / the two bare writes" + at, series[0], series[1]));
  section->ratios.push_back(
      RatioOf("SyncProfile / the same, calls counted" + at, series[0], series[2]));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Section> MeasureJournal(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto writes, Writes::Make(settings.writes));
  Section section{
      .name = "journal",
      .notes = {absl::StrCat(settings.writes,
                             " in a run; one field to the practice system, each "
                             "of a link of its own, with a request_id"),
                "bare: the practice client read and written by the connector, the profile's row",
                "committed; no gRPC, journal, diff or history. Counted: in the store, against the "
                "limits",
                "of the practice system. The sandbox is in the same process"},
      .series = {},
      .ratios = {}};
  for (const int threads : {1, 4}) {
    RETURN_IF_ERROR(MeasureAt(threads, writes.get(), settings, &section));
  }
  return section;
}

}  // namespace profilesync::benchmark
