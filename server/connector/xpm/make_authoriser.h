#pragma once

#include <memory>

#include "common/clock.h"
#include "common/error.h"
#include "profilesync/config/v1/config.pb.h"
#include "server/connector/authoriser.h"
#include "server/connector/http/http_client.h"

namespace profilesync::connector::xpm {

// The authorisation server that `config` describes; nullptr where something is wrong with it, which
// is added to `violations` under "oauth.…", among it a client id or secret that can't be had now.
// `clock` outlives it.
std::unique_ptr<Authoriser> MakeAuthoriser(const config::v1::XeroOAuthConfig& config,
                                           const http::HttpClient::Options& http,
                                           const Clock& clock, Violations* violations);

}  // namespace profilesync::connector::xpm
