#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/connector/connector.h"
#include "server/connector/xpm/party_kinds.h"
#include "server/connector/xpm/response_parser.h"
#include "server/connector/xpm/xpm_api.h"

namespace profilesync::connector::xpm {

// Xero Practice Manager over its HTTP API 3.1, in XML. Reads are not repeated, but for one whose
// kept connection turns out to be closed before any answer; see HttpClient.
class XpmConnector final : public Connector {
 public:
  struct Options {
    std::string display_name;
    absl::Duration read_timeout = absl::Seconds(30);
    absl::Duration write_timeout = absl::Seconds(30);
    std::int64_t max_body_bytes = 8 << 20;
    std::int64_t max_list_bytes = 1 << 30;
    absl::Duration writes_shown_within = absl::ZeroDuration();
    CallLimits call_limits;
  };

  // `authoriser` is nullptr where the operator configured a token.
  XpmConnector(std::unique_ptr<XpmApi> api, std::unique_ptr<Authoriser> authoriser,
               PartyKinds kinds, Options options);

  const Description& Describe() const override { return description_; }
  Authoriser* authoriser() const override { return authoriser_.get(); }
  bool CanWrite(const Tenant& tenant, std::string_view field) const override;
  bool CanClear(const Tenant& tenant, std::string_view field) const override;
  std::string CanonicalId(std::string_view client_id) const override;

  absl::StatusOr<SearchResult> Search(const Tenant& tenant, std::string_view query, int page_size,
                                      std::string_view page_token,
                                      const CallOptions& options) override;
  absl::StatusOr<FetchedClient> Get(const Tenant& tenant, std::string_view client_id,
                                    const CallOptions& options) override;
  absl::Status List(const Tenant& tenant, const ListRequest& request,
                    absl::FunctionRef<absl::Status(type::PracticeClient)> receive,
                    const CallOptions& options) override;
  UpdateResult Update(const Tenant& tenant, const UpdateRequest& request,
                      const CallOptions& options) override;
  CreateResult Create(const Tenant& tenant, const CreateRequest& request,
                      const CallOptions& options) override;
  std::vector<OtherChange> OtherChanges(const Tenant& tenant, const UpdateRequest& request,
                                        const FetchedClient& after) const override;
  absl::StatusOr<std::vector<RestoreItem>> PlanRestore(
      const Tenant& tenant, const RestoreRequest& request) const override;
  UpdateResult Restore(const Tenant& tenant, const RestoreRequest& request,
                       const CallOptions& options) override;
  std::vector<OtherChange> RestoreOtherChanges(const Tenant& tenant, const RestoreRequest& request,
                                               const FetchedClient& after) const override;

 private:
  // The one client of an answer to get, update or add.
  struct OneClient {
    FetchedClient fetched;
    XmlElement element;
  };

  http::HttpRequest ReadRequest(std::string path, http::Query query,
                                const CallOptions& options) const;
  absl::StatusOr<SearchResult> SearchAll(const Tenant& tenant, std::string_view query,
                                         const CallOptions& options);
  absl::StatusOr<SearchResult> ListPage(const Tenant& tenant, int page_size,
                                        std::string_view page_token, const CallOptions& options);
  // Sends a list, whose answer goes to `receive` as it arrives.
  absl::Status Stream(const Tenant& tenant, http::HttpRequest request,
                      const ResponseParser::Receiver& receive);
  // The answer's only client, which must be that of `uuid` unless it is "".
  absl::StatusOr<OneClient> ParseOneClient(const Tenant& tenant, const std::string& uuid,
                                           const std::string& document,
                                           std::string_view tax_number = "") const;
  // A restore's client at its three times. INVALID_ARGUMENT where one can't be read.
  struct RestoreImages {
    OneClient before;
    OneClient after;
    OneClient now;
  };
  absl::StatusOr<RestoreImages> ParseImages(const Tenant& tenant,
                                            const RestoreRequest& request) const;
  // Sends a `<Client>` to update.
  absl::StatusOr<http::HttpResult> Put(const Tenant& tenant, std::string body,
                                       const CallOptions& options);
  // What the answer to an update says. `changes` finds what nobody asked for in the client in it.
  UpdateResult ReadUpdateAnswer(
      const Tenant& tenant, const std::string& uuid, std::string_view tax_number,
      const http::HttpResult& answer,
      absl::FunctionRef<std::vector<OtherChange>(const XmlElement& after)> changes) const;
  CreateResult ReadCreateAnswer(const Tenant& tenant, const CreateRequest& request,
                                const http::HttpResult& answer) const;

  const std::unique_ptr<XpmApi> api_;
  const std::unique_ptr<Authoriser> authoriser_;
  const PartyKinds kinds_;
  const Options options_;
  const Description description_;
};

}  // namespace profilesync::connector::xpm
