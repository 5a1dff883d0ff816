#pragma once

#include <string>

#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/fault.h"

namespace profilesync::xpm_sandbox {

// Whether a fault of the kind changes the text of the document and nothing else.
bool DamagesDocument(FaultKind kind);

// Does to an XML document of the sandbox's own what `fault` says. All but kCutInClient and
// kCutAfterClient leave it well-formed, and all but kAbsent, kDuplicate and kDuplicateBefore leave
// it saying the same. Works client by client: a list may have thousands.
void DamageDocument(const Fault& fault, const Behaviour& behaviour, std::string& document);

}  // namespace profilesync::xpm_sandbox
