#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/app/random_ids.h"
#include "server/model/link_sides.h"
#include "server/model/link_state.h"
#include "tests/benchmark/bed.h"
#include "tests/benchmark/changes.h"
#include "tests/benchmark/direct_access.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

// The states of links as a server stored them, with what they refer to.
class StoredStates {
 public:
  static absl::StatusOr<std::unique_ptr<StoredStates>> Load(const app::Config& config,
                                                            const std::vector<Pair>& pairs) {
    auto made = std::make_unique<StoredStates>();
    ASSIGN_OR_RETURN(made->direct_, DirectAccess::Open(config));
    RETURN_IF_ERROR(made->Read(made->direct_->store(), pairs));
    return made;
  }

  const std::vector<model::LinkState>& states() const { return states_; }
  const std::string& etag_key() const { return etag_key_; }

 private:
  absl::Status Read(store::Store& store, const std::vector<Pair>& pairs) {
    app::RandomIds ids(clock_);
    const access::PageTokens page_tokens(etag_key_);
    budget::Budgets budgets(store, clock_);
    const Environment environment{.store = store,
                                  .connectors = direct_->connectors(),
                                  .budgets = budgets,
                                  .clock = clock_,
                                  .ids = ids,
                                  .page_tokens = page_tokens,
                                  .etag_key = etag_key_,
                                  .post = {}};
    return store.Read([&](const store::Reader& reader) -> absl::Status {
      for (const Pair& pair : pairs) {
        ASSIGN_OR_RETURN(auto link, reader.FindLink(FirmOf(pair.link), LastId(pair.link)));
        if (!link) {
          return absl::InternalError(pair.link + " isn't stored");
        }
        ASSIGN_OR_RETURN(model::LinkState state,
                         model::LoadLinkState(environment, reader, *std::move(link)));
        states_.push_back(std::move(state));
      }
      return absl::OkStatus();
    });
  }

  const SystemClock clock_;
  const std::string etag_key_ = std::string(32, 'e');
  std::unique_ptr<DirectAccess> direct_;
  std::vector<model::LinkState> states_;
};

// Runs `work` on one state after the other; its result only has to be something.
Variant MakeVariant(std::string name, const StoredStates& stored, absl::Duration length,
                    std::size_t (*work)(const model::LinkState&, const std::string& etag_key)) {
  return {std::move(name), [&stored, length, work]() -> absl::StatusOr<double> {
            std::size_t next = 0;
            std::size_t result = 0;
            const double rate = RateOf(length, 1, [&] {
              result += work(stored.states()[next++ % stored.states().size()], stored.etag_key());
            });
            if (result == 0) {
              return absl::InternalError("the work came to nothing");
            }
            return rate;
          }};
}

std::size_t MakeDiff(const model::LinkState& state, const std::string& etag_key) {
  model::LinkSides sides(state, etag_key);
  sides.SettleBases();
  return sides.MakeDiff().ByteSizeLong();
}

std::size_t MakeDiffAnew(const model::LinkState& state, const std::string& etag_key) {
  model::LinkState changed = state;
  changed.profile.extra.mutable_forms()->clear_normaliser_version();
  changed.snapshot->mutable_forms()->clear_normaliser_version();
  return MakeDiff(changed, etag_key);
}

std::size_t CompareFields(const model::LinkState& state, const std::string& etag_key) {
  const model::LinkSides sides(state, etag_key);
  std::size_t sum = 0;
  for (const Field& field : Catalogue::Get().All()) {
    sum += static_cast<std::size_t>(sides.StateOf(field));
  }
  return sum;
}

}  // namespace

absl::StatusOr<Section> MeasureComparison(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto bed, Bed::Make({.clients = settings.links}));
  RETURN_IF_ERROR(bed->AddFirm(kFirm));
  ASSIGN_OR_RETURN(const std::vector<Pair> pairs, bed->ImportAll(kFirm));
  bed->HangPracticeSystem();
  RETURN_IF_ERROR(ChangeProfiles(*bed, pairs));
  ASSIGN_OR_RETURN(const auto stored, StoredStates::Load(bed->config(), pairs));
  const absl::Duration length = settings.short_run;
  ASSIGN_OR_RETURN(
      const std::vector<Series> series,
      RunRounds("links/s",
                {MakeVariant("settle bases and make the diff", *stored, length, MakeDiff),
                 MakeVariant("the same, forms made anew", *stored, length, MakeDiffAnew),
                 MakeVariant("states of all fields alone", *stored, length, CompareFields)},
                settings.rounds));
  return Section{.name = "comparison",
                 .notes = {"one thread, from stored states, without the store"},
                 .series = series,
                 .ratios = {RatioOf("diff / states alone", series[0], series[2]),
                            RatioOf("diff with forms made anew / diff", series[1], series[0])}};
}

}  // namespace profilesync::benchmark
