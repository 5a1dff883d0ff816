#pragma once

#include <string>
#include <string_view>

#include "profilesync/type/client_fields.pb.h"

namespace profilesync::model {

// What a field's etag stands for.
struct EtagInput {
  std::string_view link;                // its resource name
  std::string_view practice_client_id;  // a link may be made anew under the same name
  std::string_view field;
  type::FieldValue profile_value;
  bool practice_known = false;  // there is a snapshot, and it reports the field
  type::FieldValue practice_value;
  int mapping_revision = 0;
  std::string_view pending_operation;  // of the field, or ""
};

// How an etag that a caller gave stands to the one that the field has now.
enum class EtagMatch { kSame, kMoved, kForeign };

// FieldDiff.etag: names one pair of values of one field of one link. Made with a key, so that it
// gives nothing away of a sensitive value. `key` is 32 bytes, the same for the store's whole life.
std::string MakeFieldEtag(std::string_view key, const EtagInput& input);

// kForeign: `etag` is damaged, or was made for another link or field.
EtagMatch MatchFieldEtag(std::string_view etag, std::string_view current);

}  // namespace profilesync::model
