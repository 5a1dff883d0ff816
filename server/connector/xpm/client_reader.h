#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "profilesync/type/practice_client.pb.h"
#include "server/connector/connector.h"
#include "server/connector/xpm/field_mapping.h"
#include "server/connector/xpm/party_kinds.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {

// `text` as XPM's ids are written, in lower case; "" where it isn't a UUID.
std::string ParseUuid(std::string_view text);

// The value of a field in a `<Client>`; not set where it is blank or isn't there.
type::FieldValue ReadValue(const XmlElement& client, const FieldMapping& mapping);

// Which source feeds other_phone for the tenant's add-on.
std::string_view OtherPhoneSource(const Tenant& tenant);

// The client in an XPM `<Client>`. UNAVAILABLE (PRACTICE_SYSTEM_UNAVAILABLE) where it has no UUID
// or no Name, the only elements that XPM promises.
absl::StatusOr<type::PracticeClient> ReadClient(const XmlElement& client, const Tenant& tenant,
                                                const PartyKinds& kinds);

}  // namespace profilesync::connector::xpm
