#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "server/connector/connector.h"
#include "server/connector/xpm/party_kinds.h"

namespace profilesync::connector::xpm {

// The `<Client>` that writes what `request` asks and can touch nothing else: UUID, Name (the
// current one unless it is to change), and the elements of the fields that are named, all five for
// an address. An element is empty only where the caller clears it, or in an address written whole.
//
// Where that can't be had nothing must be sent: INVALID_ARGUMENT (INVALID_REQUEST) for a request
// that contradicts itself, FAILED_PRECONDITION with UNSUPPORTED_BY_PRACTICE_SYSTEM for a field that
// can't be written or cleared here, PRACTICE_CLIENT_NOT_WRITABLE for an archived or deleted client.
absl::StatusOr<std::string> MakeUpdateBody(const Tenant& tenant, const UpdateRequest& request);

// The `<Client>` that creates what `request` asks for: Name, BusinessStructure where `kinds` has a
// name for the kind, and the elements of the fields that are set, of an address those of its parts
// that are. None is empty. Errors as MakeUpdateBody.
absl::StatusOr<std::string> MakeCreateBody(const Tenant& tenant, const CreateRequest& request,
                                           const PartyKinds& kinds);

// FAILED_PRECONDITION (PRACTICE_CLIENT_NOT_WRITABLE) for an archived or deleted client.
absl::Status CheckWritable(const type::PracticeClient& client);

// As Connector has them.
bool CanWriteField(const Tenant& tenant, std::string_view field);
bool CanClearField(const Tenant& tenant, std::string_view field);

}  // namespace profilesync::connector::xpm
