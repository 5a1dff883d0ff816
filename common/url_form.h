#pragma once

#include <string_view>

#include "common/normal_form.h"

namespace profilesync {

// A web address. http, https and no scheme are equal, for people write them at will; so are the
// scheme's own port and none, the case of the host, an internationalised host and its ASCII form,
// and a trailing slash or none. "www." counts: with and without it are two hosts, which may serve
// different sites. Path, query and fragment are kept as they are, case too. Any other scheme, a
// user name or a host without a dot makes it text.
NormalForm UrlForm(std::string_view text);

}  // namespace profilesync
