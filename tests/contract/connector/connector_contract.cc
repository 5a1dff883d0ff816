#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {

const std::vector<WriteTrouble>& WriteTroubles() {
  using absl::StatusCode;
  using Outcome = UpdateResult::Outcome;
  static const auto* const kTroubles = new std::vector<WriteTrouble>{
      {Trouble::kNoAnswer, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kSilence, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kNothing, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kHtml, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kHalfDocument, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kClosedMidway, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kResetMidway, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kTooLarge, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kRedirect, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kServerError, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kServerPage, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kUnavailable, Outcome::kUnclear, StatusCode::kUnavailable},
      {Trouble::kUnauthorised, Outcome::kRefused, StatusCode::kFailedPrecondition},
      {Trouble::kForbidden, Outcome::kRefused, StatusCode::kFailedPrecondition},
      {Trouble::kConflict, Outcome::kRefused, StatusCode::kFailedPrecondition},
      {Trouble::kRateLimit, Outcome::kRefused, StatusCode::kResourceExhausted},
      {Trouble::kConcurrencyLimit, Outcome::kRefused, StatusCode::kResourceExhausted},
      {Trouble::kRefusal, Outcome::kRefused, StatusCode::kFailedPrecondition},
  };
  return *kTroubles;
}

type::PracticeClient ConnectorContract::Individual() {
  return Parse<type::PracticeClient>(R"pb(
    kind: INDIVIDUAL
    fields {
      email: "a.okafor@example.org"
      primary_phone: "03 5550 0142"
      other_phone: "03 5550 0143"
      website: "https://okafor.example"
      physical_address {
        lines: "Unit 4"
        lines: "17 Kauri Lane"
        city: "Ballarat"
        region: "VIC"
        postal_code: "3350"
        country: "Australia"
      }
      postal_address { lines: "PO Box 88" city: "Nelson" postal_code: "7010" }
      name: "Okafor, Adaeze"
      given_name: "Adaeze"
      middle_name: "Ngozi"
      family_name: "Okafor"
      date_of_birth: "1984-02-29"
      company_number: "004085616"
      business_number: "9429000000001"
      tax_number: "123456789"
    })pb");
}

type::PracticeClient ConnectorContract::Company() {
  return Parse<type::PracticeClient>(
      R"pb(kind: COMPANY
           fields { name: "Kauri & Pine <Holdings> Ltd" email: "it@kauri.example" })pb");
}

FetchedClient ConnectorContract::Fetch(const std::string& id) {
  auto fetched = connector().Get(tenant_, id, options_);
  EXPECT_TRUE(fetched.ok()) << fetched.status();
  return fetched.ok() ? *std::move(fetched) : FetchedClient();
}

UpdateRequest ConnectorContract::RequestFor(const std::string& id) {
  UpdateRequest request;
  request.client_id = id;
  request.expected = Fetch(id);
  return request;
}

UpdateResult ConnectorContract::Write(const std::string& id, const type::ClientFields& values,
                                      std::vector<std::string> clear) {
  UpdateRequest request = RequestFor(id);
  request.values = values;
  request.clear = std::move(clear);
  return connector().Update(tenant_, request, options_);
}

CreateRequest ConnectorContract::RequestForNew() const {
  CreateRequest request{.values = Individual().fields(), .kind = Individual().kind()};
  if (!side_->ways().stores_dates) {
    request.values.clear_date_of_birth();
  }
  return request;
}

std::size_t ConnectorContract::CountClients() {
  std::vector<type::PracticeClient> clients;
  EXPECT_TRUE(ListInto(&clients).ok());
  return clients.size();
}

absl::Status ConnectorContract::ListInto(std::vector<type::PracticeClient>* clients,
                                         const ListRequest& request) {
  return connector().List(
      tenant_, request,
      [clients](type::PracticeClient client) {
        clients->push_back(std::move(client));
        return absl::OkStatus();
      },
      options_);
}

absl::Status ConnectorContract::Read(Operation operation, const std::string& id) {
  std::vector<type::PracticeClient> clients;
  switch (operation) {
    case Operation::kGet:
      return connector().Get(tenant_, id, options_).status();
    case Operation::kSearch:
      return connector().Search(tenant_, "kafo", 10, "", options_).status();
    case Operation::kPage:
      return connector().Search(tenant_, "", 10, "", options_).status();
    case Operation::kList:
      return ListInto(&clients);
    case Operation::kUpdate:
    case Operation::kCreate:
      break;
  }
  return absl::InternalError("not a read");
}

}  // namespace profilesync::connector
