// What a practice system that doesn't answer usably makes of the calls that read from it: one clear
// error, and nothing stored.
#include <fstream>
#include <ostream>
#include <sstream>
#include <tuple>

#include "absl/strings/str_replace.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::Fault;
using xpm_sandbox::FaultKind;

// What the connector accepts of one client here; the sandbox's oversize answers are larger.
constexpr char kLimits[] = "read_timeout_seconds: 1 max_body_bytes: 65536 max_list_bytes: 65536";

enum class Verb { kRefresh, kLink, kImport, kImportMany };

struct BadAnswer {
  std::string name;
  FaultKind kind;
};

void PrintTo(const BadAnswer& row, std::ostream* out) { *out << row.name; }

class BadAnswersTest : public VerbsTest,
                       public ::testing::WithParamInterface<std::tuple<Verb, BadAnswer>> {
 protected:
  // The fixture's server, with limits that are soon reached.
  BadAnswersTest() {
    StopServer();
    std::ifstream in(config_.practice_systems);
    std::stringstream text;
    text << in.rdbuf();
    const std::string limited =
        absl::StrReplaceAll(text.str(), {{"read_timeout_seconds: 5", kLimits}});
    EXPECT_NE(limited, text.str());
    std::ofstream(config_.practice_systems) << limited;
    StartServer();
  }

  struct Error {
    int code;
    std::string reason;
  };

  static Error Of(const grpc::Status& status) { return {status.error_code(), ReasonOf(status)}; }

  // An import answers with its operation, which has the error.
  Error ImportError(int count) {
    std::vector<std::string> clients;
    clients.reserve(count);
    for (int i = 0; i < count; ++i) {
      clients.push_back(AddClient({{"Name", "B Ltd"}, {"BusinessStructure", "Individual"}}));
    }
    const google::longrunning::Operation operation = Import(ImportOf(clients));
    return {operation.error().code(), ReasonIn(operation.error())};
  }

  Error CallVerb(Verb verb, const std::string& link) {
    switch (verb) {
      case Verb::kRefresh:
        return Of(TryRefresh(link));
      case Verb::kLink: {
        v1::Link made;
        return Of(Link("firms/harbour/profiles/free", AddClient({{"Name", "B Ltd"}}), &made));
      }
      case Verb::kImport:
        return ImportError(2);
      case Verb::kImportMany:
        return ImportError(21);
    }
    return {};
  }
};

TEST_P(BadAnswersTest, GiveOneClearErrorAndStoreNothing) {
  const auto& [verb, row] = GetParam();
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  MakeProfile("free", Fields("name: 'B Ltd'"));
  EditClient(link, {{"Phone", "04 555 0100"}});
  ASSERT_TRUE(
      xpm_.InjectFault({.kind = row.kind, .times = Fault::kUntilCleared, .bytes = 100000}).ok());
  const std::string before = Stored();
  const Error error = CallVerb(verb, link);
  EXPECT_EQ(error.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(error.reason, "PRACTICE_SYSTEM_UNAVAILABLE");
  EXPECT_EQ(Stored(), before);
  xpm_.ClearFaults();
  xpm_.Release();
  EXPECT_EQ(CallVerb(verb, link).reason, "") << "what made it fail must be the answer";
  EXPECT_NE(Stored(), before);
}

std::string NameOf(const ::testing::TestParamInfo<std::tuple<Verb, BadAnswer>>& row) {
  const std::vector<std::string> verbs = {"Refresh", "Link", "Import", "ImportMany"};
  return verbs[static_cast<std::size_t>(std::get<0>(row.param))] + std::get<1>(row.param).name;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadAnswersTest,
    ::testing::Combine(
        ::testing::Values(Verb::kRefresh, Verb::kLink, Verb::kImport, Verb::kImportMany),
        ::testing::Values(BadAnswer{"Html", FaultKind::kHtml}, BadAnswer{"Half", FaultKind::kHalf},
                          BadAnswer{"CloseMidBody", FaultKind::kCloseMidBody},
                          BadAnswer{"Oversize", FaultKind::kOversize},
                          BadAnswer{"Empty", FaultKind::kEmpty},
                          BadAnswer{"Drop", FaultKind::kDrop},
                          BadAnswer{"ErrorPage", FaultKind::kServerErrorJunk})),
    NameOf);

// The list's time-out is twenty times as long, so an import of many isn't among them.
INSTANTIATE_TEST_SUITE_P(
    NoAnswer, BadAnswersTest,
    ::testing::Combine(::testing::Values(Verb::kRefresh, Verb::kLink, Verb::kImport),
                       ::testing::Values(BadAnswer{"Timeout", FaultKind::kTimeout})),
    NameOf);

}  // namespace
}  // namespace profilesync::testing
