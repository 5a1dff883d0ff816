#pragma once

#include <string>
#include <string_view>

namespace profilesync::connector::oauth {

// The S256 code challenge of a code verifier (RFC 7636, section 4.2).
std::string CodeChallenge(std::string_view code_verifier);

}  // namespace profilesync::connector::oauth
