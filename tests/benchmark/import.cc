#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/clock.h"
#include "common/status.h"
#include "server/connector/http/http_client.h"
#include "server/connector/xpm/client_reader.h"
#include "server/connector/xpm/response_parser.h"
#include "tests/benchmark/bed.h"
#include "tests/benchmark/sections.h"

namespace profilesync::benchmark {
namespace {

using connector::http::BaseUrl;
using connector::http::HttpClient;
using connector::http::HttpResult;

// The list of all clients, as the connector would ask for it.
absl::StatusOr<std::string> FetchList(Bed& bed) {
  const SystemClock clock;
  ASSIGN_OR_RETURN(const BaseUrl base,
                   BaseUrl::Parse(bed.xpm().base_url() + "/practicemanager/3.1/"));
  HttpClient client(base, {}, &clock);
  HttpResult answer = client.Send({.path = "client.api/list",
                                   .query = {{"detailed", "true"}},
                                   .headers = {{"Authorization", "Bearer " + bed.xpm_token()},
                                               {"Xero-Tenant-Id", bed.xpm().tenant_id()}},
                                   .timeout = absl::Minutes(1),
                                   .max_body_bytes = 1 << 30});
  if (answer.status != 200) {
    return absl::UnavailableError(absl::StrCat("the list was answered ", answer.status));
  }
  return std::move(answer.body);
}

// Reads every client of the list, as it comes in pieces, and keeps none. How many there were.
absl::StatusOr<int> ParseList(const std::string& document, const connector::Tenant& tenant) {
  constexpr std::size_t kPiece = 16 << 10;  // as libcurl hands it over
  constexpr std::size_t kLargestClient = 8 << 20;
  const connector::xpm::PartyKinds kinds({});
  int clients = 0;
  connector::xpm::ResponseParser parser(
      [&](const connector::xpm::XmlElement& element) -> absl::Status {
        ++clients;
        return connector::xpm::ReadClient(element, tenant, kinds).status();
      },
      kLargestClient);
  for (std::size_t at = 0; at < document.size(); at += kPiece) {
    RETURN_IF_ERROR(parser.Feed(std::string_view(document).substr(at, kPiece)));
  }
  RETURN_IF_ERROR(parser.Finish());
  return clients;
}

// Clients per second of what `work` does with all of them.
absl::StatusOr<double> Rate(int clients, const std::function<absl::StatusOr<int>()>& work) {
  const auto start = std::chrono::steady_clock::now();
  ASSIGN_OR_RETURN(const int done, work());
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (done != clients) {
    return absl::InternalError(absl::StrCat(done, " clients of ", clients));
  }
  return done / taken.count();
}

}  // namespace

absl::StatusOr<Section> MeasureImport(const Settings& settings) {
  const int clients = settings.imported_clients;
  ASSIGN_OR_RETURN(const auto bed, Bed::Make({.clients = clients}));
  ASSIGN_OR_RETURN(const std::string document, FetchList(*bed));
  const connector::Tenant tenant{.tenant_id = bed->xpm().tenant_id(), .field_sources = {}};
  int firms = 0;
  const auto import = [&]() -> absl::StatusOr<double> {
    const std::string firm = absl::StrCat("firm-", ++firms);
    RETURN_IF_ERROR(bed->AddFirm(firm));
    return Rate(clients, [&]() -> absl::StatusOr<int> {
      ASSIGN_OR_RETURN(const std::vector<Pair> pairs, bed->ImportAll(firm));
      return static_cast<int>(pairs.size());
    });
  };
  const auto fetch = [&] {
    return Rate(clients, [&]() -> absl::StatusOr<int> {
      ASSIGN_OR_RETURN(const std::string fetched, FetchList(*bed));
      return ParseList(fetched, tenant);
    });
  };
  const auto parse = [&] { return Rate(clients, [&] { return ParseList(document, tenant); }); };
  ASSIGN_OR_RETURN(const std::vector<Series> series,
                   RunRounds("clients/s",
                             {{"import by id, to the operation's end", import},
                              {"fetch and parse the same list alone", fetch},
                              {"parse it alone", parse}},
                             settings.import_rounds));
  return Section{.name = "import",
                 .notes = {absl::StrCat(clients,
                                        " clients, each imported and linked, into a new firm each "
                                        "time; the sandbox is in the same process")},
                 .series = series,
                 .ratios = {RatioOf("import / parse alone", series[0], series[2]),
                            RatioOf("import / fetch and parse", series[0], series[1])}};
}

}  // namespace profilesync::benchmark
