#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/client_elements.h"
#include "tests/sandbox/xpm/client_record.h"
#include "tests/sandbox/xpm/store.h"
#include "tests/sandbox/xpm/xml_reader.h"

namespace profilesync::xpm_sandbox {

// The rules of add and update. All status codes are those of ReplyFor() in replies.h. Nothing of
// `client` counts when a status isn't OK. The store is only read, and may be locked for writing.

// The `Client` element of a request body. As ReplyFor has it for bodies that aren't XML, by the
// switch malformed_xml; INVALID_ARGUMENT for another root.
absl::StatusOr<XmlElement> ReadClientBody(const std::string& body, const Behaviour& behaviour);

// The text of its UUID; INVALID_ARGUMENT when that is missing, empty or there twice.
absl::StatusOr<std::string> UuidOf(const XmlElement& body);

// Puts what `body` says into `client`. `adding` allows Contacts and asks for a Name.
absl::Status WriteClient(const XmlElement& body, bool adding, const Behaviour& behaviour,
                         const Store& store, ClientRecord& client);

}  // namespace profilesync::xpm_sandbox
