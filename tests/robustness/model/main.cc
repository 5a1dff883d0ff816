// The model test; see tests/robustness/README.md.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "tests/robustness/model/runner.h"
#include "tests/robustness/model/step.h"

namespace profilesync::robustness {
namespace {

constexpr char kUsage[] =
    "profilesync-model-test --server PROGRAM [--seeds N,N,…] [--steps N] [--only N,N,…]\n"
    "                       [--from SEED --total STEPS] [--shrink SECONDS] [--log]\n"
    "Runs the steps of each seed (1,2,3; 250 steps each) against PROGRAM, the model test's "
    "server.\n"
    "--only leaves out all steps but these; --from and --total run seed after seed from SEED on.\n";

struct Options {
  std::string server;
  std::vector<std::uint64_t> seeds = {1, 2, 3};
  int steps = 250;
  std::vector<int> only;
  std::uint64_t from = 0;
  int total = 0;
  int shrink_seconds = 60;
  bool log = false;
};

struct Result {
  bool harm = false;
  int at = -1;  // the place in the list of the step that showed it; its size: the end
  std::string what;
  std::string log;
  std::string server_logs;
};

Result RunSteps(const std::string& server, std::uint64_t seed, const std::vector<Step>& steps) {
  Result result;
  std::optional<Runner> runner;
  try {
    runner.emplace(server, seed);
    for (result.at = 0; result.at < static_cast<int>(steps.size()); ++result.at) {
      runner->Run(steps[result.at]);
    }
    runner->Finish();
  } catch (const Harm& harm) {
    result.harm = true;
    result.what = harm.what();
    if (runner) {
      result.server_logs = runner->Logs();
    }
  }
  if (runner) {
    result.log = runner->log();
  }
  return result;
}

// Leaves out as many steps as can be without the harm's going away (delta debugging), as long as
// there is time.
std::vector<Step> Shrink(const Options& options, std::uint64_t seed, std::vector<Step> steps) {
  const absl::Time end = absl::Now() + absl::Seconds(options.shrink_seconds);
  std::size_t chunk = (steps.size() + 1) / 2;
  while (chunk >= 1 && absl::Now() < end) {
    bool smaller = false;
    for (std::size_t at = 0; at < steps.size() && absl::Now() < end;) {
      std::vector<Step> fewer = steps;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(std::min(at + chunk, fewer.size())));
      const Result result = RunSteps(options.server, seed, fewer);
      if (result.harm) {
        fewer.resize(std::min<std::size_t>(fewer.size(), result.at + 1));
        steps = std::move(fewer);
        smaller = true;
      } else {
        at += chunk;
      }
    }
    if (chunk == 1 && !smaller) {
      break;
    }
    chunk = std::max<std::size_t>(1, chunk / 2);
  }
  return steps;
}

std::string Command(const Options& options, std::uint64_t seed, int steps,
                    const std::vector<Step>* only) {
  std::string command = absl::StrCat("profilesync-model-test --server ", options.server,
                                     " --seeds ", seed, " --steps ", steps);
  if (only != nullptr) {
    absl::StrAppend(&command, " --only ",
                    absl::StrJoin(*only, ",", [](std::string* out, const Step& s) {
                      absl::StrAppend(out, s.number);
                    }));
  }
  return command;
}

// Whether no harm was done.
bool RunSeed(const Options& options, std::uint64_t seed) {
  std::vector<Step> steps = StepsOf(seed, options.steps);
  if (!options.only.empty()) {
    std::erase_if(steps, [&](const Step& step) {
      return std::find(options.only.begin(), options.only.end(), step.number) == options.only.end();
    });
  }
  const absl::Time start = absl::Now();
  const Result result = RunSteps(options.server, seed, steps);
  if (options.log) {
    std::cout << result.log;
  }
  std::cout << "seed " << seed << ": " << steps.size() << " steps in "
            << absl::FormatDuration(absl::Trunc(absl::Now() - start, absl::Milliseconds(10)))
            << std::endl;
  if (!result.harm) {
    return true;
  }
  const bool at_end = result.at == static_cast<int>(steps.size());
  std::cout << "HARM "
            << (at_end ? "at the end" : absl::StrCat("at step ", steps[result.at].number)) << ": "
            << result.what << "\nagain:  "
            << Command(options, seed, options.steps, options.only.empty() ? nullptr : &steps)
            << "\n"
            << result.server_logs << std::endl;
  if (options.shrink_seconds > 0 && result.at >= 0) {
    steps.resize(std::min<std::size_t>(steps.size(), result.at + 1));
    const std::vector<Step> fewer = Shrink(options, seed, steps);
    const Result again = RunSteps(options.server, seed, fewer);
    std::cout << "shrunk to " << fewer.size() << " steps"
              << (again.harm ? "" : ", which don't always show it") << ":\n"
              << again.log << "\n"
              << again.what << "\nagain:  " << Command(options, seed, options.steps, &fewer)
              << std::endl;
  }
  return false;
}

template <typename Number>
bool ParseList(const std::string& text, std::vector<Number>* numbers) {
  numbers->clear();
  for (const auto& part : absl::StrSplit(text, ',')) {
    Number number = 0;
    if (!absl::SimpleAtoi(part, &number)) {
      return false;
    }
    numbers->push_back(number);
  }
  return true;
}

bool Parse(const std::vector<std::string>& words, Options* options) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--log") {
      options->log = true;
      continue;
    }
    if (i + 1 == words.size()) {
      return false;
    }
    const std::string& name = words[i];
    const std::string& value = words[++i];
    const bool known = name == "--server"   ? (options->server = value, true)
                       : name == "--seeds"  ? ParseList(value, &options->seeds)
                       : name == "--only"   ? ParseList(value, &options->only)
                       : name == "--steps"  ? absl::SimpleAtoi(value, &options->steps)
                       : name == "--from"   ? absl::SimpleAtoi(value, &options->from)
                       : name == "--total"  ? absl::SimpleAtoi(value, &options->total)
                       : name == "--shrink" ? absl::SimpleAtoi(value, &options->shrink_seconds)
                                            : false;
    if (!known) {
      return false;
    }
  }
  return !options->server.empty() && options->steps > 0;
}

int Run(const std::vector<std::string>& words) {
  Options options;
  if (!Parse(words, &options)) {
    std::cerr << kUsage;
    return 2;
  }
  if (options.total > 0) {
    options.seeds.clear();
    for (int done = 0; done < options.total; done += options.steps) {
      options.seeds.push_back(options.from + options.seeds.size());
    }
  }
  for (const std::uint64_t seed : options.seeds) {
    if (!RunSeed(options, seed)) {
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace profilesync::robustness

int main(int argc, char** argv) {
  google::rpc::ErrorInfo::descriptor();  // linked in, for what errors hold is printed
  return profilesync::robustness::Run({argv + 1, argv + argc});
}
