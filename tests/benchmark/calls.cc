#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
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
#include "tests/benchmark/fixed_reply_server.h"
#include "tests/benchmark/load.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

// What GetDiff is asked for and what it answers.
struct Diffs {
  std::vector<std::string> requests;
  std::vector<std::string> answers;  // from the shortest to the longest
};

absl::StatusOr<Diffs> ReadDiffs(const Bed& bed, const std::vector<Pair>& pairs) {
  v1::SyncService::Stub syncs(bed.Channels(1).front());
  Diffs diffs;
  for (const Pair& pair : pairs) {
    v1::GetDiffRequest request;
    request.set_name(pair.link + "/diff");
    v1::Diff answer;
    RETURN_IF_ERROR(bed.Call(syncs, &v1::SyncService::Stub::GetDiff, request, &answer));
    if (answer.differing_count() != kChangedFields) {
      return absl::InternalError("a diff isn't as it was made: " + answer.ShortDebugString());
    }
    diffs.requests.push_back(request.SerializeAsString());
    diffs.answers.push_back(answer.SerializeAsString());
  }
  std::sort(diffs.answers.begin(), diffs.answers.end(),
            [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return diffs;
}

// Hands out the same buffers over and over.
std::function<grpc::ByteBuffer()> InTurn(const std::vector<std::string>& requests) {
  auto buffers = std::make_shared<std::vector<grpc::ByteBuffer>>();
  for (const std::string& request : requests) {
    buffers->push_back(ToByteBuffer(request));
  }
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return [buffers, next] { return (*buffers)[(*next)++ % buffers->size()]; };
}

// Calls with the log at `level`.
Variant MakeVariant(std::string name, Load load, spdlog::level::level_enum level) {
  return {std::move(name), [load = std::move(load), level] {
            const auto usual = spdlog::get_level();
            spdlog::set_level(level);
            auto rate = RunLoad(load);
            spdlog::set_level(usual);
            return rate;
          }};
}

absl::Status MeasureOn(int channels, const Bed& bed, const Diffs& diffs, const Settings& settings,
                       Section* section) {
  const std::string& same_size = diffs.answers[diffs.answers.size() / 2];
  ASSIGN_OR_RETURN(const auto empty_server, FixedReplyServer::Start(""));
  ASSIGN_OR_RETURN(const auto fixed_server, FixedReplyServer::Start(same_size));
  const auto load_on = [&](std::vector<std::shared_ptr<grpc::Channel>> to,
                           const std::vector<std::string>& requests) {
    return Load{.channels = std::move(to),
                .method = FixedReplyServer::Method(),
                .token = bed.token(),
                .next_request = InTurn(requests),
                .length = settings.run_length};
  };
  const Load empty = load_on(MakeChannels(empty_server->address(), channels), {""});
  const Load fixed = load_on(MakeChannels(fixed_server->address(), channels), diffs.requests);
  const Load get_diff = load_on(bed.Channels(channels), diffs.requests);
  const std::string on = channels == 1 ? " on 1 channel" : absl::StrCat(" on ", channels);
  const auto usual = spdlog::get_level();
  ASSIGN_OR_RETURN(
      const std::vector<Series> series,
      RunRounds("calls/s",
                {MakeVariant("empty call," + on, empty, usual),
                 MakeVariant("call of the same size," + on, fixed, usual),
                 MakeVariant("GetDiff," + on, get_diff, usual),
                 MakeVariant("GetDiff, each call logged," + on, get_diff, spdlog::level::debug)},
                settings.rounds));
  section->series.insert(section->series.end(), series.begin(), series.end());
  Ratio ratio = RatioOf("GetDiff / call of the same size," + on, series[2], series[1]);
  ratio.aim = 0.8;
  ratio.goal = 0.95;
  section->ratios.push_back(std::move(ratio));
  section->ratios.push_back(
      RatioOf("GetDiff, each call logged / same size," + on, series[3], series[1]));
  section->ratios.push_back(RatioOf("GetDiff / empty call," + on, series[2], series[0]));
  section->ratios.push_back(RatioOf("same size / empty call," + on, series[1], series[0]));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Section> MeasureCalls(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto bed, Bed::Make({.clients = settings.links}));
  RETURN_IF_ERROR(bed->AddFirm(kFirm));
  ASSIGN_OR_RETURN(const std::vector<Pair> pairs, bed->ImportAll(kFirm));
  bed->HangPracticeSystem();
  RETURN_IF_ERROR(ChangeProfiles(*bed, pairs));
  ASSIGN_OR_RETURN(const Diffs diffs, ReadDiffs(*bed, pairs));
  Section section{.name = "calls",
                  .notes = {absl::StrFormat(
                      "%d in flight; %d links; diffs of %d, %d and %d bytes (minimum, "
                      "median, maximum)",
                      kInFlight, settings.links, diffs.answers.front().size(),
                      diffs.answers[diffs.answers.size() / 2].size(), diffs.answers.back().size())},
                  .series = {},
                  .ratios = {}};
  for (const int channels : {1, 4}) {
    RETURN_IF_ERROR(MeasureOn(channels, *bed, diffs, settings, &section));
  }
  return section;
}

}  // namespace profilesync::benchmark
