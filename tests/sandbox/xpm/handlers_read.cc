#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/sandbox/xpm/api.h"
#include "tests/sandbox/xpm/client_xml.h"
#include "tests/sandbox/xpm/replies.h"
#include "tests/sandbox/xpm/xml_writer.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;
constexpr char kTokenPrefix[] = "after:";

NameLookup LookupIn(const Store& store) {
  return {.staff = [&store](const std::string& uuid) { return store.StaffName(uuid); },
          .client = [&store](const std::string& uuid) { return store.ClientName(uuid); }};
}

// Whether a fault has it that the client isn't there for lists.
bool IsHidden(const ApiCall& call, const ClientRecord& client) {
  return !call.hidden.empty() && absl::EqualsIgnoreCase(call.hidden, client.uuid);
}

// Those that `wanted` takes. No lock is held meanwhile.
std::vector<Store::Client> Select(const ApiCall& call,
                                  const std::function<bool(const ClientRecord&)>& wanted) {
  std::vector<Store::Client> clients = call.store.All();
  std::erase_if(clients, [&](const Store::Client& client) {
    return IsHidden(call, *client) || !wanted(*client);
  });
  return clients;
}

// The first `most` behind the client of that number that paged lists have.
std::vector<Store::Client> SelectPage(const ApiCall& call, int64_t after, size_t most) {
  std::vector<Store::Client> page;
  while (page.size() < most) {
    const std::vector<Store::Client> next = call.store.After(after, most);
    for (const Store::Client& client : next) {
      const bool listed = !client->archived() && !client->deleted() && !IsHidden(call, *client);
      if (listed && page.size() < most) page.push_back(client);
    }
    if (next.size() < most) break;
    after = next.back()->number;
  }
  return page;
}

std::string ClientsXml(const ApiCall& call, std::vector<Store::Client> clients, Detail detail) {
  const Store::Client unasked = call.store.Find(call.unasked);
  if (unasked != nullptr) clients.push_back(unasked);
  XmlWriter xml;
  if (clients.empty()) {
    xml.EmptyCollection("Clients");
    return xml.Take();
  }
  const NameLookup names = LookupIn(call.store);
  xml.Open("Clients");
  for (const Store::Client& client : clients) {
    xml.Raw(ClientXml(*client, detail, call.behaviour, names));
  }
  xml.Close("Clients");
  return xml.Take();
}

Detail DetailAskedFor(const ApiCall& call) {
  const std::string detailed = call.request.Parameter("detailed").value_or("");
  return absl::EqualsIgnoreCase(detailed, "true") ? Detail::kDetailed : Detail::kPlain;
}

// UTC, to the second, no zone (reference 4.1).
std::optional<absl::Time> ParseModifiedSince(const std::string& text) {
  constexpr char kFormat[] = "%E4Y-%m-%dT%H:%M:%S";
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(kFormat, text, &time, &error)) return std::nullopt;
  if (absl::FormatTime(kFormat, time, absl::UTCTimeZone()) != text) return std::nullopt;
  return time;
}

bool IsModifiedSince(const ClientRecord& client, absl::Time since, const Behaviour& behaviour) {
  const absl::Time modified = absl::FromUnixSeconds(absl::ToUnixSeconds(client.modified));
  return behaviour.modifiedsince_bound == ModifiedSinceBound::kInclusive ? modified >= since
                                                                         : modified > since;
}

std::string PageLink(const ApiCall& call, const std::string& query) {
  return absl::StrCat(call.base_url, kBasePath, "client.api/paged-list?", query);
}

std::string TokenFor(const ClientRecord& last) {
  return absl::WebSafeBase64Escape(absl::StrCat(kTokenPrefix, last.number));
}

// The number of the last client of the page before.
std::optional<int64_t> ReadToken(const std::string& token) {
  std::string plain;
  if (!absl::WebSafeBase64Unescape(token, &plain)) return std::nullopt;
  int64_t number = 0;
  if (!absl::StartsWith(plain, kTokenPrefix) ||
      !absl::SimpleAtoi(plain.substr(sizeof(kTokenPrefix) - 1), &number)) {
    return std::nullopt;
  }
  return number;
}

std::string LinksXml(const ApiCall& call, int page_size, const ClientRecord* last_of_page) {
  XmlWriter xml;
  xml.Open("Pagination");
  xml.Open("Links");
  const std::string size = absl::StrCat("pageSize=", page_size);
  xml.Scalar("First", PageLink(call, size));
  if (last_of_page != nullptr) {
    xml.Scalar("Next",
               PageLink(call, absl::StrCat("pageToken=", TokenFor(*last_of_page), "&", size)));
  }
  xml.Close("Links");
  xml.Close("Pagination");
  return xml.Take();
}

}  // namespace

std::string ClientAnswer(const ApiCall& call, const ClientRecord& client) {
  return ClientXml(client, Detail::kDetailed, call.behaviour, LookupIn(call.store));
}

HttpReply ListClients(ApiCall& call) {
  std::optional<absl::Time> since;
  if (const auto text = call.request.Parameter("modifiedsince")) {
    since = ParseModifiedSince(*text);
    if (!since) return ErrorReply(400, "List", "modifiedsince must be yyyy-MM-ddTHH:mm:ss");
  }
  std::vector<Store::Client> clients = Select(call, [&](const ClientRecord& client) {
    return !since || IsModifiedSince(client, *since, call.behaviour);
  });
  return OkReply("List", ClientsXml(call, std::move(clients), DetailAskedFor(call)));
}

HttpReply PagedListClients(ApiCall& call) {
  int page_size = kDefaultPageSize;
  if (const auto text = call.request.Parameter("pageSize")) {
    if (!absl::SimpleAtoi(*text, &page_size) || page_size < 1 || page_size > kMaxPageSize) {
      return ErrorReply(400, "PagedList", "pageSize must be between 1 and 500");
    }
  }
  std::optional<int64_t> after = 0;
  if (const auto token = call.request.Parameter("pageToken")) after = ReadToken(*token);
  if (!after) return ErrorReply(400, "PagedList", "Invalid pageToken");

  const auto size = static_cast<size_t>(page_size);
  std::vector<Store::Client> clients = SelectPage(call, *after, size + 1);
  const bool more = clients.size() > size;
  if (more) clients.pop_back();
  const std::string links = LinksXml(call, page_size, more ? clients.back().get() : nullptr);
  return OkReply("PagedList",
                 absl::StrCat(ClientsXml(call, std::move(clients), Detail::kPaged), links));
}

HttpReply SearchClients(ApiCall& call) {
  const std::string query = absl::AsciiStrToLower(call.request.Parameter("query").value_or(""));
  if (query.empty()) return ErrorReply(400, "Search", "query is required");
  static constexpr std::array<const char*, 6> kSearched = {"Name", "Email",      "Phone",
                                                           "City", "ExportCode", "ClientCode"};
  std::vector<Store::Client> clients = Select(call, [&](const ClientRecord& client) {
    return std::any_of(kSearched.begin(), kSearched.end(), [&](const char* element) {
      return absl::StrContains(absl::AsciiStrToLower(client.Get(element)), query);
    });
  });
  return OkReply("Search", ClientsXml(call, std::move(clients), DetailAskedFor(call)));
}

HttpReply GetClient(ApiCall& call) {
  const std::string uuid = call.unasked.empty() ? UrlDecode(call.identifier) : call.unasked;
  const Store::Client client = call.store.Find(uuid);
  if (client == nullptr) return ReplyFor(absl::NotFoundError(""), "Get", call.behaviour);
  call.client_uuid = client->uuid;
  XmlWriter url;
  url.Scalar("WebUrl",
             absl::StrCat("https://practicemanager.xero.com/Client/", client->number, "/Detail"));
  return OkReply("Get", url.Take() + ClientAnswer(call, *client));
}

}  // namespace profilesync::xpm_sandbox
