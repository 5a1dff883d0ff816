#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/status.h"
#include "tests/benchmark/bed.h"
#include "tests/benchmark/changes.h"
#include "tests/benchmark/load.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

constexpr int kVariants = 2;

// Saves of one profile after the other; when all have had their turn, with the other value, so that
// each save changes its profile. Thread-safe.
class Saves {
 public:
  explicit Saves(const std::vector<Pair>& pairs) : profiles_(pairs.size()) {
    for (int variant = 0; variant < kVariants; ++variant) {
      for (const Pair& pair : pairs) {
        requests_.emplace_back(PhoneSave(pair.profile, 10 + variant).SerializeAsString());
      }
    }
  }

  // With a request_id of its own, as the thin clients send it.
  grpc::ByteBuffer Next() {
    const std::uint64_t number = next_++;
    const std::size_t variant = number / profiles_ % kVariants;
    v1::UpdateProfileRequest id;
    id.set_request_id(RequestId(number));
    const std::array<grpc::Slice, 2> slices = {requests_[variant * profiles_ + number % profiles_],
                                               grpc::Slice(id.SerializeAsString())};
    return grpc::ByteBuffer(slices.data(), slices.size());
  }

 private:
  const std::size_t profiles_;
  std::vector<grpc::Slice> requests_;  // without a request_id, by variant and profile
  std::atomic<std::uint64_t> next_ = 0;
};

// A server whose commits are groups of at most so many, and saves of its profiles.
struct Side {
  std::unique_ptr<Bed> bed;
  std::shared_ptr<Saves> saves;
};

absl::StatusOr<Side> MakeSide(const Settings& settings, int max_commit_group) {
  Side side;
  ASSIGN_OR_RETURN(side.bed,
                   Bed::Make({.clients = settings.links, .max_commit_group = max_commit_group}));
  RETURN_IF_ERROR(side.bed->AddFirm(kFirm));
  ASSIGN_OR_RETURN(const std::vector<Pair> pairs, side.bed->ImportAll(kFirm));
  side.bed->HangPracticeSystem();
  side.saves = std::make_shared<Saves>(pairs);
  return side;
}

Variant MakeVariant(std::string name, const Side& side, absl::Duration length) {
  const Load load{.channels = side.bed->Channels(1),
                  .method = "/profilesync.v1.ProfileService/UpdateProfile",
                  .token = side.bed->token(),
                  .next_request = [saves = side.saves] { return saves->Next(); },
                  .length = length};
  return {std::move(name), [load] { return RunLoad(load); }};
}

}  // namespace

absl::StatusOr<Section> MeasureSaves(const Settings& settings) {
  const int group = app::Config().max_commit_group;
  ASSIGN_OR_RETURN(const Side grouped, MakeSide(settings, group));
  ASSIGN_OR_RETURN(const Side alone, MakeSide(settings, 1));
  ASSIGN_OR_RETURN(
      const std::vector<Series> series,
      RunRounds("calls/s",
                {MakeVariant(absl::StrFormat("UpdateProfile, groups of up to %d", group), grouped,
                             settings.run_length),
                 MakeVariant("UpdateProfile, each committed alone", alone, settings.run_length)},
                settings.rounds));
  Ratio ratio = RatioOf("UpdateProfile in groups / alone", series[0], series[1]);
  ratio.aim = 3;
  ratio.goal = 5;
  return Section{
      .name = "saves",
      .notes = {absl::StrFormat("%d in flight on 1 channel; %d profiles in turn, each linked; one "
                                "field changes, with a request_id",
                                kInFlight, settings.links)},
      .series = series,
      .ratios = {ratio}};
}

}  // namespace profilesync::benchmark
