#include "server/connector/xpm/xpm_connector.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/catalogue.h"
#include "common/error.h"
#include "common/status.h"
#include "server/connector/xpm/answer.h"
#include "server/connector/xpm/client_reader.h"
#include "server/connector/xpm/description.h"
#include "server/connector/xpm/other_changes.h"
#include "server/connector/xpm/paged_list.h"
#include "server/connector/xpm/restore_body.h"
#include "server/connector/xpm/update_body.h"

namespace profilesync::connector::xpm {
namespace {

using Outcome = UpdateResult::Outcome;

constexpr std::size_t kMaxSearchResults = 500;
constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;
constexpr std::size_t kMaxPageToken = 4096;
// A list is one answer, however many clients there are, and takes minutes (reference 4.2).
constexpr int kListTimeoutFactor = 20;
// XPM's clock and ours differ, and what modifiedsince compares with isn't documented.
constexpr absl::Duration kChangedSinceMargin = absl::Minutes(5);

absl::Status InvalidPageToken() {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::INVALID_PAGE_TOKEN,
                   "the page token isn't one that was given out for this search");
}

UpdateResult Ended(Outcome outcome, absl::Status status) {
  UpdateResult result;
  result.outcome = outcome;
  result.status = std::move(status);
  return result;
}

// Whether a restore was to write the element.
bool IsPlanned(const std::vector<RestoreItem>& plan, std::string_view path) {
  const std::string_view top = path.substr(0, path.find('/'));
  return std::any_of(plan.begin(), plan.end(), [top](const RestoreItem& item) {
    const auto elements = ElementsOfItem(item.name);
    return item.fate == RestoreItem::Fate::kWrite &&
           std::find(elements.begin(), elements.end(), top) != elements.end();
  });
}

std::vector<OtherChange> ChangesOf(const UpdateRequest& request, const XmlElement& before,
                                   const XmlElement& after, const Tenant& tenant) {
  const bool number_written = request.values.has_tax_number();
  std::vector<OtherChange> changes = FindOtherChanges(before, after, tenant, number_written);
  if (number_written) {
    if (auto other = FindOtherTaxNumber(before, after, request.values.tax_number())) {
      changes.push_back(*std::move(other));
    }
  }
  return changes;
}

// What a restore changed besides what it was to write.
std::vector<OtherChange> ChangesBesides(const std::vector<RestoreItem>& plan,
                                        const XmlElement& before, const XmlElement& after,
                                        const Tenant& tenant) {
  std::vector<OtherChange> changes =
      FindOtherChanges(before, after, tenant, /*tax_number_written=*/false);
  std::erase_if(changes, [&](const OtherChange& c) { return IsPlanned(plan, c.element); });
  return changes;
}

}  // namespace

XpmConnector::XpmConnector(std::unique_ptr<XpmApi> api, std::unique_ptr<Authoriser> authoriser,
                           PartyKinds kinds, Options options)
    : api_(std::move(api)),
      authoriser_(std::move(authoriser)),
      kinds_(std::move(kinds)),
      options_(std::move(options)),
      description_(
          DescribeXpm(options_.display_name, options_.writes_shown_within, options_.call_limits)) {}

bool XpmConnector::CanWrite(const Tenant& tenant, std::string_view field) const {
  return CanWriteField(tenant, field);
}

bool XpmConnector::CanClear(const Tenant& tenant, std::string_view field) const {
  return CanClearField(tenant, field);
}

std::string XpmConnector::CanonicalId(std::string_view client_id) const {
  std::string uuid = ParseUuid(client_id);
  return uuid.empty() ? std::string(client_id) : uuid;
}

http::HttpRequest XpmConnector::ReadRequest(std::string path, http::Query query,
                                            const CallOptions& options) const {
  return {.path = std::move(path),
          .query = std::move(query),
          .timeout = options_.read_timeout,
          .deadline = options.deadline,
          .max_body_bytes = options_.max_body_bytes};
}

absl::StatusOr<SearchResult> XpmConnector::Search(const Tenant& tenant, std::string_view query,
                                                  int page_size, std::string_view page_token,
                                                  const CallOptions& options) {
  if (IsBlank(query)) {
    return ListPage(tenant, page_size, page_token, options);
  }
  std::size_t start = 0;
  if (!page_token.empty() &&
      (!absl::SimpleAtoi(AV(page_token), &start) || start >= kMaxSearchResults)) {
    return InvalidPageToken();
  }
  // XPM answers a search at once, so each page asks for all of it.
  ASSIGN_OR_RETURN(SearchResult result, SearchAll(tenant, query, options));
  std::vector<type::PracticeClient>& clients = result.clients;
  clients.erase(clients.begin(), clients.begin() + std::min(start, clients.size()));
  const auto size = static_cast<std::size_t>(page_size <= 0 ? kDefaultPageSize : page_size);
  if (clients.size() > size) {
    clients.resize(size);
    result.next_page_token = absl::StrCat(start + size);
  }
  return result;
}

absl::StatusOr<SearchResult> XpmConnector::SearchAll(const Tenant& tenant, std::string_view query,
                                                     const CallOptions& options) {
  SearchResult result;
  const absl::Status enough = absl::OutOfRangeError("enough");
  const auto receive = [&](const XmlElement& element) -> absl::Status {
    if (result.clients.size() == kMaxSearchResults) {
      result.truncated = true;
      return enough;
    }
    ASSIGN_OR_RETURN(auto client, ReadClient(element, tenant, kinds_));
    result.clients.push_back(std::move(client));
    return absl::OkStatus();
  };
  auto request = ReadRequest("client.api/search", {{"query", std::string(query)}}, options);
  request.max_body_bytes = options_.max_list_bytes;
  const absl::Status streamed = Stream(tenant, std::move(request), receive);
  if (!result.truncated) {
    RETURN_IF_ERROR(streamed);
  }
  return result;
}

absl::StatusOr<SearchResult> XpmConnector::ListPage(const Tenant& tenant, int page_size,
                                                    std::string_view page_token,
                                                    const CallOptions& options) {
  if (page_token.size() > kMaxPageToken) {
    return InvalidPageToken();
  }
  const int size = page_size <= 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
  http::Query query = {{"pageSize", absl::StrCat(size)}};
  if (!page_token.empty()) {
    query.emplace_back("pageToken", page_token);
  }
  ASSIGN_OR_RETURN(const http::HttpResult answer,
                   api_->Send(tenant, ReadRequest("client.api/paged-list", query, options)));
  if (answer.status == 400 && !page_token.empty()) {
    return InvalidPageToken();
  }
  RETURN_IF_ERROR(StatusOfAnswer(answer));
  SearchResult result;
  ResponseParser parser(
      [&](const XmlElement& element) -> absl::Status {
        ASSIGN_OR_RETURN(auto client, ReadClient(element, tenant, kinds_));
        result.clients.push_back(std::move(client));
        return absl::OkStatus();
      },
      options_.max_body_bytes);
  RETURN_IF_ERROR(parser.Feed(EscapeBareAmpersands(answer.body)));
  RETURN_IF_ERROR(parser.Finish());
  RETURN_IF_ERROR(StatusOfEnvelope(parser.envelope(), ""));
  result.next_page_token = PageTokenOf(parser.envelope().next_page);
  return result;
}

absl::StatusOr<FetchedClient> XpmConnector::Get(const Tenant& tenant, std::string_view client_id,
                                                const CallOptions& options) {
  const std::string uuid = ParseUuid(client_id);
  if (uuid.empty()) {
    return NotFound(client_id);  // and never becomes part of a URL
  }
  ASSIGN_OR_RETURN(
      const http::HttpResult answer,
      api_->Send(tenant, ReadRequest(absl::StrCat("client.api/get/", uuid), {}, options)));
  RETURN_IF_ERROR(StatusOfGet(answer, uuid));
  ASSIGN_OR_RETURN(OneClient one, ParseOneClient(tenant, uuid, answer.body));
  return std::move(one.fetched);
}

absl::StatusOr<XpmConnector::OneClient> XpmConnector::ParseOneClient(
    const Tenant& tenant, const std::string& uuid, const std::string& document,
    std::string_view tax_number) const {
  std::optional<XmlElement> element;
  ResponseParser parser(
      [&](const XmlElement& client) -> absl::Status {
        if (element) {
          return Unavailable("the practice system answered with several clients instead of one");
        }
        element = client;
        return absl::OkStatus();
      },
      options_.max_body_bytes);
  RETURN_IF_ERROR(parser.Feed(document));
  RETURN_IF_ERROR(parser.Finish());
  RETURN_IF_ERROR(StatusOfEnvelope(parser.envelope(), uuid, tax_number));
  if (!element) {
    return Unavailable("the practice system answered without a client");
  }
  OneClient one;
  ASSIGN_OR_RETURN(one.fetched.client, ReadClient(*element, tenant, kinds_));
  if (!uuid.empty() && one.fetched.client.id() != uuid) {
    return Unavailable("the practice system answered with another client");
  }
  one.fetched.client.set_web_uri(parser.envelope().web_url);
  one.fetched.document = document;
  one.element = *std::move(element);
  return one;
}

absl::Status XpmConnector::List(const Tenant& tenant, const ListRequest& request,
                                absl::FunctionRef<absl::Status(type::PracticeClient)> receive,
                                const CallOptions& options) {
  http::Query query = {{"detailed", "true"}};
  if (request.changed_since) {
    const absl::Time since = *request.changed_since - kChangedSinceMargin;
    query.emplace_back("modifiedsince",
                       absl::FormatTime("%Y-%m-%dT%H:%M:%S", since, absl::UTCTimeZone()));
  }
  auto call = ReadRequest("client.api/list", std::move(query), options);
  call.timeout = options_.read_timeout * kListTimeoutFactor;
  call.max_body_bytes = options_.max_list_bytes;
  return Stream(tenant, std::move(call), [&](const XmlElement& element) -> absl::Status {
    ASSIGN_OR_RETURN(auto client, ReadClient(element, tenant, kinds_));
    return receive(std::move(client));
  });
}

absl::Status XpmConnector::Stream(const Tenant& tenant, http::HttpRequest request,
                                  const ResponseParser::Receiver& receive) {
  ResponseParser parser(receive, options_.max_body_bytes);
  absl::Status parsed;
  request.sink = [&](std::string_view chunk) {
    parsed = parser.Feed(chunk);
    return parsed.ok();
  };
  ASSIGN_OR_RETURN(const http::HttpResult answer, api_->Send(tenant, std::move(request)));
  RETURN_IF_ERROR(parsed);
  RETURN_IF_ERROR(StatusOfAnswer(answer));
  RETURN_IF_ERROR(parser.Finish());
  return StatusOfEnvelope(parser.envelope(), "");
}

UpdateResult XpmConnector::Update(const Tenant& tenant, const UpdateRequest& request,
                                  const CallOptions& options) {
  auto body = MakeUpdateBody(tenant, request);
  if (!body.ok()) {
    return Ended(Outcome::kRefused, body.status());
  }
  const auto before =
      ParseOneClient(tenant, ParseUuid(request.client_id), request.expected.document);
  if (!before.ok()) {
    Violations violations;
    violations.Add("expected", "has no document to compare the answer with");
    return Ended(Outcome::kRefused, violations.ToStatus());
  }
  const auto answer = Put(tenant, *std::move(body), options);
  if (!answer.ok()) {
    return Ended(Outcome::kRefused, answer.status());
  }
  return ReadUpdateAnswer(
      tenant, ParseUuid(request.client_id), request.values.tax_number(), *answer,
      [&](const XmlElement& after) { return ChangesOf(request, before->element, after, tenant); });
}

absl::StatusOr<http::HttpResult> XpmConnector::Put(const Tenant& tenant, std::string body,
                                                   const CallOptions& options) {
  return api_->Send(tenant, {.method = "PUT",
                             .path = "client.api/update",
                             .body = std::move(body),
                             .is_write = true,
                             .timeout = options_.write_timeout,
                             .deadline = options.deadline,
                             .max_body_bytes = options_.max_body_bytes});
}

std::vector<OtherChange> XpmConnector::OtherChanges(const Tenant& tenant,
                                                    const UpdateRequest& request,
                                                    const FetchedClient& after) const {
  const std::string uuid = ParseUuid(request.client_id);
  const auto was = ParseOneClient(tenant, uuid, request.expected.document);
  const auto is = ParseOneClient(tenant, uuid, after.document);
  return was.ok() && is.ok() ? ChangesOf(request, was->element, is->element, tenant)
                             : std::vector<OtherChange>();
}

UpdateResult XpmConnector::ReadUpdateAnswer(
    const Tenant& tenant, const std::string& uuid, std::string_view tax_number,
    const http::HttpResult& answer,
    absl::FunctionRef<std::vector<OtherChange>(const XmlElement& after)> changes) const {
  if (ProvesRefusal(answer)) {
    return Ended(Outcome::kRefused, StatusOfGet(answer, uuid, tax_number));
  }
  if (const absl::Status status = StatusOfAnswer(answer, tax_number); !status.ok()) {
    return Ended(Outcome::kUnclear, status);
  }
  auto after = ParseOneClient(tenant, uuid, answer.body, tax_number);
  if (!after.ok()) {
    // Anything but UNAVAILABLE is what the practice system itself said, in a whole document.
    const bool said = after.status().code() != absl::StatusCode::kUnavailable;
    return Ended(said ? Outcome::kRefused : Outcome::kUnclear, after.status());
  }
  UpdateResult result = Ended(Outcome::kApplied, absl::OkStatus());
  result.other_changes = changes(after->element);
  result.after = std::move(after->fetched);
  return result;
}

absl::StatusOr<XpmConnector::RestoreImages> XpmConnector::ParseImages(
    const Tenant& tenant, const RestoreRequest& request) const {
  const std::string uuid = ParseUuid(request.client_id);
  Violations violations;
  const auto parse = [&](std::string_view name, const std::string& document) {
    auto one = ParseOneClient(tenant, uuid, document);
    if (uuid.empty() || !one.ok()) {
      violations.Add(name, "isn't a document of the client");
      return OneClient();
    }
    return *std::move(one);
  };
  RestoreImages images{.before = parse("before", request.before),
                       .after = parse("after", request.after),
                       .now = parse("now", request.now.document)};
  RETURN_IF_ERROR(violations.ToStatus());
  return images;
}

absl::StatusOr<std::vector<RestoreItem>> XpmConnector::PlanRestore(
    const Tenant& tenant, const RestoreRequest& request) const {
  ASSIGN_OR_RETURN(const RestoreImages images, ParseImages(tenant, request));
  return xpm::PlanRestore(
      tenant,
      {.before = images.before.element, .after = images.after.element, .now = images.now.element});
}

UpdateResult XpmConnector::Restore(const Tenant& tenant, const RestoreRequest& request,
                                   const CallOptions& options) {
  const auto images = ParseImages(tenant, request);
  if (!images.ok()) {
    return Ended(Outcome::kRefused, images.status());
  }
  if (const absl::Status status = CheckWritable(images->now.fetched.client); !status.ok()) {
    return Ended(Outcome::kRefused, status);
  }
  const XmlElement& now = images->now.element;
  const ClientHistory history{images->before.element, images->after.element, now};
  const std::vector<RestoreItem> plan = xpm::PlanRestore(tenant, history);
  const auto answer =
      Put(tenant, MakeRestoreBody(tenant, history, plan, request.repeat_all), options);
  if (!answer.ok()) {
    return Ended(Outcome::kRefused, answer.status());
  }
  return ReadUpdateAnswer(
      tenant, ParseUuid(request.client_id), /*tax_number=*/"", *answer,
      [&](const XmlElement& after) { return ChangesBesides(plan, now, after, tenant); });
}

std::vector<OtherChange> XpmConnector::RestoreOtherChanges(const Tenant& tenant,
                                                           const RestoreRequest& request,
                                                           const FetchedClient& after) const {
  const auto images = ParseImages(tenant, request);
  const auto is = ParseOneClient(tenant, ParseUuid(request.client_id), after.document);
  if (!images.ok() || !is.ok()) {
    return {};
  }
  const XmlElement& now = images->now.element;
  const auto plan = xpm::PlanRestore(tenant, {images->before.element, images->after.element, now});
  return ChangesBesides(plan, now, is->element, tenant);
}

CreateResult XpmConnector::Create(const Tenant& tenant, const CreateRequest& request,
                                  const CallOptions& options) {
  auto body = MakeCreateBody(tenant, request, kinds_);
  if (!body.ok()) {
    return {.outcome = Outcome::kRefused, .status = body.status()};
  }
  const auto answer = api_->Send(tenant, {.method = "POST",
                                          .path = "client.api/add",
                                          .body = *std::move(body),
                                          .is_write = true,
                                          .timeout = options_.write_timeout,
                                          .deadline = options.deadline,
                                          .max_body_bytes = options_.max_body_bytes});
  if (!answer.ok()) {
    return {.outcome = Outcome::kRefused, .status = answer.status()};
  }
  return ReadCreateAnswer(tenant, request, *answer);
}

CreateResult XpmConnector::ReadCreateAnswer(const Tenant& tenant, const CreateRequest& request,
                                            const http::HttpResult& answer) const {
  const std::string& tax_number = request.values.tax_number();
  if (const absl::Status status = StatusOfAnswer(answer, tax_number); !status.ok()) {
    return {.outcome = ProvesRefusal(answer) ? Outcome::kRefused : Outcome::kUnclear,
            .status = status};
  }
  auto one = ParseOneClient(tenant, /*uuid=*/"", answer.body, tax_number);
  if (!one.ok()) {
    // As of an update: a refusal in a whole document is what the practice system itself said.
    const bool said = one.status().code() != absl::StatusCode::kUnavailable;
    return {.outcome = said ? Outcome::kRefused : Outcome::kUnclear, .status = one.status()};
  }
  CreateResult result{
      .outcome = Outcome::kApplied, .status = absl::OkStatus(), .created = std::move(one->fetched)};
  if (!tax_number.empty()) {
    if (auto other = FindOtherTaxNumber(/*before=*/{}, one->element, tax_number)) {
      result.masked.push_back(*std::move(other));
    }
  }
  return result;
}

}  // namespace profilesync::connector::xpm
