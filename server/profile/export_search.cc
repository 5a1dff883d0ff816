#include "server/profile/export_search.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/catalogue.h"
#include "common/name_form.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_sides.h"
#include "server/model/side_forms.h"
#include "server/profile/export_plan.h"

namespace profilesync::profile {
namespace {

constexpr int kPage = 500;
constexpr int kMost = 20;
constexpr int kMostNamed = 5;
// A shorter word, such as "Jr", is in too many names to be searched for.
constexpr std::size_t kShortestWord = 3;

// What the practice system is searched for first: part of the name, however it is written.
std::string SearchTextOf(const v1::Profile& profile) {
  std::string name = CollapseWhiteSpace(profile.fields().name());
  if (!HasPersonName(profile.kind())) {
    return name;
  }
  const auto comma = name.find(',');
  const std::string family = comma != std::string::npos
                                 ? CollapseWhiteSpace(std::string_view(name).substr(0, comma))
                                 : name.substr(name.rfind(' ') + 1);
  return family.size() < kShortestWord ? name : family;
}

absl::StatusOr<Lookalikes> Search(connector::Connector& connector, const connector::Tenant& tenant,
                                  std::string text, const connector::CallOptions& options) {
  ASSIGN_OR_RETURN(connector::SearchResult found,
                   connector.Search(tenant, text, kPage, /*page_token=*/"", options));
  return Lookalikes{.text = std::move(text),
                    .clients = std::move(found.clients),
                    .truncated = found.truncated || !found.next_page_token.empty()};
}

bool HasClient(const std::vector<type::PracticeClient>& clients, std::string_view id) {
  return std::any_of(clients.begin(), clients.end(),
                     [&](const type::PracticeClient& client) { return client.id() == id; });
}

absl::Status NotToBeTold(std::string_view why) { return absl::FailedPreconditionError(AV(why)); }

}  // namespace

absl::StatusOr<Lookalikes> SearchLookalikes(connector::Connector& connector,
                                            const connector::Tenant& tenant,
                                            const v1::Profile& profile,
                                            const connector::CallOptions& options) {
  const std::string text = SearchTextOf(profile);
  ASSIGN_OR_RETURN(Lookalikes found, Search(connector, tenant, text, options));
  std::string name = CollapseWhiteSpace(profile.fields().name());
  if (found.truncated && name != text) {
    return Search(connector, tenant, std::move(name), options);
  }
  return found;
}

absl::Status AddLinkedLookalikes(const v1::Firm& firm, const v1::Profile& profile,
                                 std::string_view add_on, const store::Reader& reader,
                                 std::vector<type::PracticeClient>* clients) {
  const std::string_view firm_id = LastId(firm.name());
  const model::SideForms forms =
      model::SideForms::Make(model::NormaliserOf(firm, profile), profile.fields());
  ASSIGN_OR_RETURN(
      const std::vector<store::ProfileRow> of_that_name,
      reader.ListProfilesByNameForm(firm_id, forms.Of(*Catalogue::Get().Find("name")), kMost));
  for (const store::ProfileRow& row : of_that_name) {
    ASSIGN_OR_RETURN(const auto link,
                     reader.FindLinkOfProfile(firm_id, LastId(row.profile.name()), LastId(add_on)));
    if (!link || link->link.state() == v1::Link::DELETED ||
        link->link.state() == v1::Link::MISSING ||
        HasClient(*clients, link->link.practice_client_id())) {
      continue;
    }
    ASSIGN_OR_RETURN(auto snapshot, reader.FindSnapshot(firm_id, LastId(link->link.name())));
    if (snapshot) {
      clients->push_back(std::move(*snapshot->mutable_client()));
    }
  }
  return absl::OkStatus();
}

storage::v1::ExportJournal ToJournal(const connector::Tenant& tenant,
                                     const Lookalikes& lookalikes) {
  storage::v1::ExportJournal journal;
  journal.set_tenant_id(tenant.tenant_id);
  journal.set_search_text(lookalikes.text);
  for (const type::PracticeClient& client : lookalikes.clients) {
    journal.add_known_client_ids(client.id());
  }
  journal.set_truncated(lookalikes.truncated);
  return journal;
}

bool IsNew(const storage::v1::SyncJournal& journal, const type::PracticeClient& client) {
  const auto& known = journal.export_journal().known_client_ids();
  return std::find(known.begin(), known.end(), client.id()) == known.end();
}

absl::StatusOr<type::PracticeClient> FindCreated(connector::Connector& connector,
                                                 const connector::Tenant& tenant,
                                                 const Normaliser& normaliser,
                                                 const storage::v1::SyncJournal& journal,
                                                 const connector::CallOptions& options) {
  if (journal.export_journal().tenant_id() != tenant.tenant_id) {
    return NotToBeTold("the add-on has been connected to another tenant since");
  }
  ASSIGN_OR_RETURN(Lookalikes found,
                   Search(connector, tenant, journal.export_journal().search_text(), options));
  if (found.truncated || journal.export_journal().truncated()) {
    return NotToBeTold("the practice system has too many clients of that name");
  }
  std::vector<type::PracticeClient> created;
  for (type::PracticeClient& client : found.clients) {
    if (client.state() != type::PracticeClient::DELETED && IsNew(journal, client) &&
        MayBeCreated(normaliser, journal, client)) {
      created.push_back(std::move(client));
    }
  }
  if (created.empty()) {
    return NotToBeTold("no client is found that can be the new one");
  }
  if (created.size() > 1) {
    const auto append_id = [](std::string* out, const type::PracticeClient& client) {
      out->append(client.id());
    };
    const auto end = created.begin() + std::min<std::ptrdiff_t>(kMostNamed, created.size());
    return NotToBeTold(absl::StrCat(created.size(), " clients are found that can be the new one: ",
                                    absl::StrJoin(created.begin(), end, ", ", append_id)));
  }
  return std::move(created.front());
}

}  // namespace profilesync::profile
