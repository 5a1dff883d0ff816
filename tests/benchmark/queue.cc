#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/benchmark/bed.h"
#include "tests/benchmark/changes.h"
#include "tests/benchmark/copies.h"
#include "tests/benchmark/direct_access.h"
#include "tests/benchmark/load.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

constexpr int kDiffering = 200;
constexpr int kPage = 50;

// A way to ask for a page.
struct Query {
  std::string name;
  std::string filter;
  std::string page_token;
};

// A server whose firm has so many links in sync, and kDiffering that differ.
class FilledServer {
 public:
  static absl::StatusOr<std::unique_ptr<FilledServer>> Make(int in_sync) {
    auto side = std::make_unique<FilledServer>();
    ASSIGN_OR_RETURN(side->bed_, Bed::Make({.clients = kDiffering}));
    // With hardly a value, so that a million like it are soon written.
    side->bed_->xpm().AddClient({.values = {{"Name", "Hemi, Wiremu"},
                                            {"FirstName", "Wiremu"},
                                            {"LastName", "Hemi"},
                                            {"BusinessStructure", "Individual"},
                                            {"Website", "https://www.hemi.example/"}}});
    RETURN_IF_ERROR(side->bed_->AddFirm(kFirm));
    ASSIGN_OR_RETURN(std::vector<Pair> pairs, side->bed_->ImportAll(kFirm));
    side->bed_->HangPracticeSystem();
    const Pair model = pairs.back();
    pairs.pop_back();
    RETURN_IF_ERROR(ChangeProfiles(*side->bed_, pairs));
    ASSIGN_OR_RETURN(side->direct_, DirectAccess::Open(side->bed_->config()));
    RETURN_IF_ERROR(CopyLink(side->direct_->store(), model.link, in_sync - 1));
    RETURN_IF_ERROR(side->FindQueries());
    return side;
  }

  const std::vector<Query>& queries() const { return queries_; }

  Load LoadOf(const Query& query, absl::Duration length) const {
    return {.channels = bed_->Channels(1),
            .method = "/profilesync.v1.SyncService/ListDifferingLinks",
            .token = bed_->token(),
            .next_request =
                [request = ToByteBuffer(RequestOf(query).SerializeAsString())] { return request; },
            .length = length};
  }

  // The rows of a page from the store, on this thread.
  absl::StatusOr<double> ReadRows(absl::Duration length) const {
    absl::Status status;
    const double rate = RateOf(length, 1, [&] {
      status.Update(direct_->store().Read([](const store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(const auto rows,
                         reader.ListDiffering(kFirm, {}, /*descending=*/true, {}, kPage + 1));
        return rows.size() == kPage + 1 ? absl::OkStatus()
                                        : absl::InternalError("rows are missing");
      }));
    });
    RETURN_IF_ERROR(status);
    return rate;
  }

 private:
  static v1::ListDifferingLinksRequest RequestOf(const Query& query) {
    v1::ListDifferingLinksRequest request;
    request.set_parent(FirmName(kFirm));
    request.set_page_size(kPage);
    request.set_filter(query.filter);
    request.set_page_token(query.page_token);
    return request;
  }

  absl::StatusOr<v1::ListDifferingLinksResponse> List(const Query& query) const {
    v1::SyncService::Stub syncs(bed_->Channels(1).front());
    v1::ListDifferingLinksResponse page;
    RETURN_IF_ERROR(
        bed_->Call(syncs, &v1::SyncService::Stub::ListDifferingLinks, RequestOf(query), &page));
    if (page.diffs_size() != kPage || page.total_size() != kDiffering) {
      return absl::InternalError(absl::StrCat("a page isn't as it was made: ", page.diffs_size(),
                                              " of ", page.total_size()));
    }
    return page;
  }

  absl::Status FindQueries() {
    ASSIGN_OR_RETURN(const auto first, List({}));
    const absl::Time latest = FromProto(first.diffs(kPage - 1).differ_time());
    queries_ = {{"no filter", "", ""},
                {"the page after it", "", first.next_page_token()},
                {"by field", "field = website", ""},
                {"by state", "state = PROFILE_CHANGED", ""},
                {"by add-on", absl::StrCat("add_on = \"", AddOnName(kFirm, "xpm"), "\""), ""},
                {"by time", absl::StrCat("differ_time < \"", absl::FormatTime(latest), "\""), ""}};
    for (const Query& query : queries_) {
      RETURN_IF_ERROR(List(query).status());
    }
    return absl::OkStatus();
  }

  std::unique_ptr<Bed> bed_;
  std::unique_ptr<DirectAccess> direct_;
  std::vector<Query> queries_;
};

}  // namespace

absl::StatusOr<Section> MeasureQueue(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto few, FilledServer::Make(settings.few_in_sync));
  ASSIGN_OR_RETURN(const auto many, FilledServer::Make(settings.many_in_sync));
  const auto of = [&](std::string_view what, const FilledServer* side) {
    return absl::StrCat(AV(what), ", ",
                        side == few.get() ? settings.few_in_sync : settings.many_in_sync,
                        " in sync");
  };
  std::vector<Variant> variants;
  for (const FilledServer* side : {few.get(), many.get()}) {
    variants.push_back({of("rows of a page, the store alone", side),
                        [side, &settings] { return side->ReadRows(settings.page_run); }});
    for (const Query& query : side->queries()) {
      variants.push_back(
          {of("a page, " + query.name, side),
           [load = side->LoadOf(query, settings.page_run)] { return RunLoad(load); }});
    }
  }
  Section section{
      .name = "queue",
      .notes = {absl::StrFormat("ListDifferingLinks, %d in flight on 1 channel; pages of %d of %d "
                                "links that differ",
                                kInFlight, kPage, kDiffering)},
      .series = {},
      .ratios = {}};
  ASSIGN_OR_RETURN(section.series, RunRounds("pages/s", variants, settings.rounds));
  const std::size_t each = variants.size() / 2;
  for (std::size_t i = 0; i < each; ++i) {
    const Series& to = section.series[i];
    Ratio ratio =
        RatioOf(absl::StrCat(settings.many_in_sync, " / ", to.name), section.series[each + i], to);
    ratio.aim = 0.95;
    section.ratios.push_back(std::move(ratio));
  }
  return section;
}

}  // namespace profilesync::benchmark
