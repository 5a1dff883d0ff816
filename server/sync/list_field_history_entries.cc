#include "server/sync/list_field_history_entries.h"

#include <string>
#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/verb/errors.h"
#include "server/verb/filter.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::sync {
namespace {

// The field that is asked for; "" for all.
std::string ParseWanted(std::string_view filter, Violations* violations) {
  std::string wanted;
  for (const verb::FilterTerm& term : verb::ParseFilter(filter, violations)) {
    if (!term.Is("field") || !wanted.empty()) {
      violations->Add("filter", verb::NotKnown(term, "field, once"));
    } else if (Catalogue::Get().Find(term.value) == nullptr) {
      violations->Add("filter", "there is no field " + term.value);
    } else {
      wanted = term.value;
    }
  }
  return wanted;
}

// Up to `limit` entries below `before`, of the field or of all.
absl::StatusOr<std::vector<v1::FieldHistoryEntry>> Collect(const store::Reader& reader,
                                                           const std::string& link,
                                                           const std::string& field,
                                                           std::string before, std::size_t limit) {
  constexpr std::size_t kBatch = 500;
  std::vector<v1::FieldHistoryEntry> found;
  while (true) {
    ASSIGN_OR_RETURN(std::vector<v1::FieldHistoryEntry> batch,
                     reader.ListFieldHistory(FirmOf(link), LastId(link), before, kBatch));
    for (v1::FieldHistoryEntry& entry : batch) {
      before = entry.name();
      if (field.empty() || entry.field() == field) {
        found.push_back(std::move(entry));
      }
      if (found.size() == limit) {
        return found;
      }
    }
    if (batch.size() < kBatch) {
      return found;
    }
  }
}

}  // namespace

absl::StatusOr<v1::ListFieldHistoryEntriesResponse> ListFieldHistoryEntries(
    const Environment& environment, const access::Call& call,
    const v1::ListFieldHistoryEntriesRequest& request, const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  const std::string wanted = ParseWanted(request.filter(), &violations);
  ASSIGN_OR_RETURN(const std::string position,
                   verb::TakePosition(environment, call, request, violations));
  ASSIGN_OR_RETURN(
      std::vector<v1::FieldHistoryEntry> entries,
      Collect(reader, request.parent(), wanted, position, static_cast<std::size_t>(page_size) + 1));
  if (entries.empty()) {
    const std::string_view firm = FirmOf(request.parent());
    const std::string_view link = LastId(request.parent());
    ASSIGN_OR_RETURN(const auto there, reader.FindLink(firm, link));
    ASSIGN_OR_RETURN(const auto any, reader.ListFieldHistory(firm, link, "", /*limit=*/1));
    if (!there && any.empty()) {
      return verb::NotFound(request.parent());
    }
  }
  v1::ListFieldHistoryEntriesResponse response;
  if (const v1::FieldHistoryEntry* last = verb::CutToPage(&entries, page_size)) {
    response.set_next_page_token(environment.page_tokens.Give(call, request, last->name()));
  }
  for (v1::FieldHistoryEntry& entry : entries) {
    *response.add_field_history_entries() = std::move(entry);
  }
  return response;
}

}  // namespace profilesync::sync
