#pragma once

#include <string>
#include <string_view>

namespace profilesync::connector::xpm {

// The `pageToken` in the URL of a next page, decoded; "" where there is none. The rest of the URL
// is never used: the next page is asked for at the configured address.
std::string PageTokenOf(std::string_view next_page_url);

// `document` with every `&` that begins no entity escaped. Xero's own sample of a paged list has
// bare ones in its links.
std::string EscapeBareAmpersands(std::string_view document);

}  // namespace profilesync::connector::xpm
