#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "server/store/leases.h"
#include "tests/benchmark/bed.h"
#include "tests/benchmark/changes.h"
#include "tests/benchmark/direct_access.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kOneByOne[] = "one-by-one";

// Firms with many links, of which a few have changed: every other one's practice client, and the
// profiles of the rest.
class Firms {
 public:
  Firms(std::unique_ptr<Bed> bed, std::unique_ptr<DirectAccess> direct, int changed)
      : bed_(std::move(bed)),
        direct_(std::move(direct)),
        changed_(changed),
        profiles_(v1::ProfileService::NewStub(bed_->Channels(1).front())),
        syncs_(v1::SyncService::NewStub(bed_->Channels(1).front())) {}

  static absl::StatusOr<std::unique_ptr<Firms>> Make(const Settings& settings) {
    ASSIGN_OR_RETURN(auto bed, Bed::Make({.clients = settings.bulk_links}));
    ASSIGN_OR_RETURN(auto direct, DirectAccess::Open(bed->config()));
    auto made = std::make_unique<Firms>(std::move(bed), std::move(direct), settings.changed_links);
    ASSIGN_OR_RETURN(made->one_by_one_, made->AddFirm(kOneByOne));
    return made;
  }

  // RefreshFirm and ApplyFirmSuggestions, each to its end. The firm is a new one: what a firm has
  // just written its next list passes over.
  absl::StatusOr<double> Bulk() {
    const std::string firm = absl::StrCat("bulk-", ++firms_);
    ASSIGN_OR_RETURN(const std::vector<Pair> pairs, AddFirm(firm));
    RETURN_IF_ERROR(Change(firm, Spread(pairs)));
    const Clock::time_point start = Clock::now();
    ASSIGN_OR_RETURN(const auto refreshed, Refresh(firm));
    ASSIGN_OR_RETURN(const auto applied, Apply(firm));
    const Clock::time_point end = Clock::now();
    if (applied.sync_operations_size() != changed_ || applied.refusals_size() > 0) {
      return absl::InternalError("not all was applied: " + applied.ShortDebugString());
    }
    return Rate(end - start);
  }

  // The same for as many links by RefreshLink and ApplyLinkSuggestions, one link after the other.
  absl::StatusOr<double> OneByOne() {
    const std::vector<Pair> pairs = NextOneByOne();
    RETURN_IF_ERROR(Change(kOneByOne, pairs));
    const Clock::time_point start = Clock::now();
    for (const Pair& pair : pairs) {
      RETURN_IF_ERROR(RefreshAndApply(pair));
    }
    return Rate(Clock::now() - start);
  }

  // What a sync of as many cannot do without: each client is read, every other one written, and a
  // row committed for each.
  absl::StatusOr<double> Bare() {
    const std::string phone = PhoneOf(++variant_);
    const connector::Tenant tenant{.tenant_id = bed_->xpm().tenant_id()};
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < changed_; ++i) {
      const Pair& pair = one_by_one_[one_by_one_.size() - 1 - i];
      RETURN_IF_ERROR(IsPush(i) ? direct_->WriteClient(tenant, pair.client, phone)
                                : direct_->xpm().Get(tenant, pair.client, {}).status());
      RETURN_IF_ERROR(direct_->WriteProfile(pair.profile, phone));
    }
    return Rate(Clock::now() - start);
  }

 private:
  static bool IsPush(int i) { return i % 2 == 1; }

  double Rate(Clock::duration taken) const {
    return changed_ / std::chrono::duration<double>(taken).count();
  }

  // With a link for each client, and the list of all that every firm begins with behind it.
  absl::StatusOr<std::vector<Pair>> AddFirm(const std::string& firm) {
    RETURN_IF_ERROR(bed_->AddFirm(firm));
    ASSIGN_OR_RETURN(std::vector<Pair> pairs, bed_->ImportAll(firm));
    RETURN_IF_ERROR(Refresh(firm).status());
    return pairs;
  }

  // Of the first half of the clients, which are the same for every firm; link by link it is the
  // second half, so that none is changed for one firm that another takes for its own.
  std::vector<Pair> Spread(const std::vector<Pair>& pairs) const {
    std::vector<Pair> chosen;
    for (int i = 0; i < changed_; ++i) {
      chosen.push_back(pairs[i * (pairs.size() / 2) / changed_]);
    }
    return chosen;
  }

  // Without the last ones, which are for bare writes.
  std::vector<Pair> NextOneByOne() {
    const std::size_t half = one_by_one_.size() / 2;
    std::vector<Pair> chosen;
    for (int i = 0; i < changed_; ++i) {
      chosen.push_back(one_by_one_[half + next_++ % (half - changed_)]);
    }
    return chosen;
  }

  // The profiles first: a save has its client refreshed, which is over before anything is measured.
  absl::Status Change(const std::string& firm, const std::vector<Pair>& pairs) {
    ++variant_;
    for (int i = 0; i < changed_; ++i) {
      v1::Profile saved;
      if (IsPush(i)) {
        RETURN_IF_ERROR(bed_->Call(*profiles_, &v1::ProfileService::Stub::UpdateProfile,
                                   PhoneSave(pairs[i].profile, variant_), &saved));
      }
    }
    RETURN_IF_ERROR(WaitUntilRefreshed(firm));
    for (int i = 0; i < changed_; ++i) {
      if (!IsPush(i)) {
        RETURN_IF_ERROR(
            bed_->xpm().EditClient(pairs[i].client, {.values = {{"Phone", PhoneOf(variant_)}}}));
      }
    }
    return absl::OkStatus();
  }

  absl::Status WaitUntilRefreshed(const std::string& firm) {
    constexpr absl::Duration kPoll = absl::Milliseconds(20);
    constexpr absl::Duration kLongest = absl::Minutes(1);
    const absl::Time end = absl::Now() + kLongest;
    bool waiting = true;
    while (waiting && absl::Now() < end) {
      absl::SleepFor(kPoll);
      RETURN_IF_ERROR(direct_->store().Read([&](const store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(const auto due, reader.ListRefreshDue(absl::InfiniteFuture(), 1));
        ASSIGN_OR_RETURN(const auto lease,
                         reader.FindLease(store::RefreshLeaseKey(AddOnName(firm, "xpm"))));
        waiting = !due.empty() || lease.has_value();
        return absl::OkStatus();
      }));
    }
    return waiting ? absl::DeadlineExceededError("links stay due for a refresh") : absl::OkStatus();
  }

  absl::StatusOr<v1::RefreshFirmResponse> Refresh(const std::string& firm) {
    v1::RefreshFirmRequest request;
    request.set_name(FirmName(firm));
    google::longrunning::Operation operation;
    RETURN_IF_ERROR(bed_->Call(*syncs_, &v1::SyncService::Stub::RefreshFirm, request, &operation));
    return bed_->ToItsEnd<v1::RefreshFirmResponse>(std::move(operation));
  }

  absl::StatusOr<v1::ApplyFirmSuggestionsResponse> Apply(const std::string& firm) {
    v1::ApplyFirmSuggestionsRequest request;
    request.set_name(FirmName(firm));
    google::longrunning::Operation operation;
    RETURN_IF_ERROR(
        bed_->Call(*syncs_, &v1::SyncService::Stub::ApplyFirmSuggestions, request, &operation));
    return bed_->ToItsEnd<v1::ApplyFirmSuggestionsResponse>(std::move(operation));
  }

  absl::Status RefreshAndApply(const Pair& pair) {
    v1::RefreshLinkRequest refresh;
    refresh.set_name(pair.link);
    v1::Diff diff;
    RETURN_IF_ERROR(bed_->Call(*syncs_, &v1::SyncService::Stub::RefreshLink, refresh, &diff));
    v1::ApplyLinkSuggestionsRequest apply;
    apply.set_name(pair.link);
    apply.set_diff_sequence(diff.sequence());
    v1::SyncOperation done;
    RETURN_IF_ERROR(
        bed_->Call(*syncs_, &v1::SyncService::Stub::ApplyLinkSuggestions, apply, &done));
    if (done.state() != v1::SyncOperation::DONE || done.field_results_size() != 1) {
      return absl::InternalError("a sync isn't as it was made: " + done.ShortDebugString());
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<Bed> bed_;
  const std::unique_ptr<DirectAccess> direct_;
  const int changed_;
  const std::unique_ptr<v1::ProfileService::Stub> profiles_;
  const std::unique_ptr<v1::SyncService::Stub> syncs_;
  std::vector<Pair> one_by_one_;
  int firms_ = 0;
  int variant_ = 0;
  std::size_t next_ = 0;  // how many links were synced one by one
};

}  // namespace

absl::StatusOr<Section> MeasureBulk(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto firms, Firms::Make(settings));
  ASSIGN_OR_RETURN(
      const std::vector<Series> series,
      RunRounds("links/s",
                {{"RefreshFirm and ApplyFirmSuggestions", [&] { return firms->Bulk(); }},
                 {"RefreshLink and ApplyLinkSuggestions", [&] { return firms->OneByOne(); }},
                 {"bare reads and writes", [&] { return firms->Bare(); }}},
                settings.bulk_rounds));
  return Section{
      .name = "bulk",
      .notes = {absl::StrFormat(
                    "%d changed of a firm's %d links: half in the practice system, half "
                    "profiles; at the",
                    settings.changed_links, settings.bulk_links),
                absl::StrFormat("median %.2f s end to end. The practice system's calls aren't "
                                "limited; the others do",
                                settings.changed_links / Median(series[0].rates)),
                "as many links, one after the other"},
      .series = series,
      .ratios = {RatioOf("for the firm / link by link", series[0], series[1]),
                 RatioOf("for the firm / bare", series[0], series[2])}};
}

}  // namespace profilesync::benchmark
