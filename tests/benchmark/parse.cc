#include <expat.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/connector/http/http_client.h"
#include "server/connector/xpm/client_reader.h"
#include "server/connector/xpm/party_kinds.h"
#include "server/connector/xpm/response_parser.h"
#include "tests/benchmark/sections.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"

namespace profilesync::benchmark {
namespace {

using connector::xpm::ResponseParser;
using connector::xpm::XmlElement;

constexpr std::size_t kChunk = 16 << 10;  // as libcurl hands over
constexpr int kClients = 3'000;
constexpr std::size_t kMaxClient = 8 << 20;
constexpr char kToken[] = "benchmark";

// The list of so many clients as XPM would answer it.
absl::StatusOr<std::string> ListDocument() {
  xpm_sandbox::XpmSandbox xpm({.token = kToken, .limits = {0, 0, 0, 0}});
  xpm.AddGeneratedClients(kClients);
  const SystemClock clock;
  ASSIGN_OR_RETURN(auto base, connector::http::BaseUrl::Parse(xpm.base_url() + "/"));
  connector::http::HttpClient http(std::move(base), {}, &clock);
  connector::http::HttpRequest request{.path = "practicemanager/3.1/client.api/list",
                                       .query = {{"detailed", "true"}}};
  request.max_body_bytes = 1 << 30;
  request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", kToken));
  request.headers.emplace_back("Xero-Tenant-Id", xpm.tenant_id());
  connector::http::HttpResult answer = http.Send(request);
  return answer.status == 200 ? absl::StatusOr<std::string>(std::move(answer.body))
                              : absl::InternalError("the sandbox didn't answer with a list");
}

template <typename Feed>
void InChunks(std::string_view document, Feed feed) {
  for (; !document.empty(); document.remove_prefix(std::min(kChunk, document.size()))) {
    feed(document.substr(0, kChunk));
  }
}

// libexpat by itself, with handlers that count.
int CountElements(std::string_view document) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  int elements = 0;
  XML_SetUserData(parser.get(), &elements);
  XML_SetElementHandler(
      parser.get(),
      [](void* count, const XML_Char*, const XML_Char**) { ++*static_cast<int*>(count); },
      [](void*, const XML_Char*) {});
  XML_SetCharacterDataHandler(parser.get(), [](void*, const XML_Char*, int) {});
  InChunks(document, [&](std::string_view chunk) {
    XML_Parse(parser.get(), chunk.data(), static_cast<int>(chunk.size()), XML_FALSE);
  });
  XML_Parse(parser.get(), "", 0, XML_TRUE);
  return elements;
}

// What the connector makes of it: each client, taken apart and read.
int CountClients(std::string_view document) {
  const connector::Tenant tenant{.tenant_id = "t"};
  const connector::xpm::PartyKinds kinds({});
  int clients = 0;
  ResponseParser parser(
      [&](const XmlElement& element) {
        const auto client = connector::xpm::ReadClient(element, tenant, kinds);
        clients += client.ok() ? 1 : 0;
        return client.status();
      },
      kMaxClient);
  absl::Status status;
  InChunks(document, [&](std::string_view chunk) { status.Update(parser.Feed(chunk)); });
  status.Update(parser.Finish());
  return status.ok() ? clients : 0;
}

}  // namespace

absl::StatusOr<Section> MeasureParse(const Settings& settings) {
  ASSIGN_OR_RETURN(const std::string document, ListDocument());
  const double megabytes = static_cast<double>(document.size()) / 1e6;
  if (CountClients(document) != kClients || CountElements(document) < kClients) {
    return absl::InternalError("the list can't be read");
  }
  int sum = 0;  // keeps the compiler from leaving the work out
  const auto variant = [&](const char* name, int (*count)(std::string_view)) {
    return Variant{name, [&, count]() -> absl::StatusOr<double> {
                     return megabytes *
                            RateOf(settings.short_run, 1, [&] { sum += count(document); });
                   }};
  };
  ASSIGN_OR_RETURN(const std::vector<Series> series,
                   RunRounds("MB/s",
                             {variant("expat alone", CountElements),
                              variant("expat and the connector's reading", CountClients)},
                             settings.rounds));
  return Section{.name = "parse",
                 .notes = {absl::StrCat("a list of ", kClients, " clients, ",
                                        static_cast<int>(megabytes), " MB; one thread")},
                 .series = series,
                 .ratios = {RatioOf("reading / expat alone", series[1], series[0])}};
}

}  // namespace profilesync::benchmark
