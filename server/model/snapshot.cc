#include "server/model/snapshot.h"

#include <string>
#include <utility>

#include "common/catalogue.h"
#include "common/proto_time.h"

namespace profilesync::model {
namespace {

std::string SourceOf(const type::PracticeClient& client, const Field& field) {
  const auto found = client.field_sources().find(std::string(field.name()));
  return found == client.field_sources().end() ? "" : found->second;
}

}  // namespace

storage::v1::Snapshot MergeSnapshot(const std::optional<storage::v1::Snapshot>& before,
                                    type::PracticeClient fetched, absl::Time fetch_start) {
  storage::v1::Snapshot after;
  if (before) {
    const type::PracticeClient& known = before->client();
    if (fetched.web_uri().empty()) {
      fetched.set_web_uri(known.web_uri());  // a list doesn't say
    }
    for (const Field& field : Catalogue::Get().All()) {
      if (field.Has(fetched.fields()) || !field.Has(known.fields())) {
        continue;
      }
      const std::string source = SourceOf(fetched, field);
      if (source.empty() || source == SourceOf(known, field)) {
        field.Set(fetched.mutable_fields(), field.Get(known.fields()));
        if (!SourceOf(known, field).empty()) {
          (*fetched.mutable_field_sources())[std::string(field.name())] = SourceOf(known, field);
        }
      }
    }
  }
  *after.mutable_client() = std::move(fetched);
  *after.mutable_fetch_start_time() = ToProto(fetch_start);
  return after;
}

void Forget(const std::vector<const Field*>& fields, storage::v1::Snapshot* snapshot) {
  type::PracticeClient& client = *snapshot->mutable_client();
  for (const Field* field : fields) {
    field->Clear(client.mutable_fields());
    client.mutable_field_sources()->erase(std::string(field->name()));
  }
  snapshot->clear_forms();
}

}  // namespace profilesync::model
