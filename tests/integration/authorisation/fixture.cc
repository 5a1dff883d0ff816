#include "tests/integration/authorisation/fixture.h"

namespace profilesync::testing {

AuthorisationTest::~AuthorisationTest() {
  for (const std::string& token : xpm_.IssuedSecrets()) {
    sweep_.AddSecret(token);
  }
}

grpc::Status AuthorisationTest::TryCreate(v1::AddOn* add_on, const std::string& tenant,
                                          const std::string& id) {
  v1::CreateAddOnRequest request;
  request.set_parent(kFirm);
  request.set_add_on_id(id);
  request.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  request.mutable_add_on()->set_tenant_id(tenant);
  return Call(*add_ons_, &v1::AddOnService::Stub::CreateAddOn, request, add_on);
}

v1::AddOn AuthorisationTest::Create() {
  v1::AddOn add_on;
  const grpc::Status status = TryCreate(&add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return add_on;
}

grpc::Status AuthorisationTest::TryReauthorise(v1::AddOn* add_on, const std::string& name) {
  v1::ReauthoriseAddOnRequest request;
  request.set_name(name);
  return Call(*add_ons_, &v1::AddOnService::Stub::ReauthoriseAddOn, request, add_on);
}

v1::AddOn AuthorisationTest::Reauthorise() {
  v1::AddOn add_on;
  const grpc::Status status = TryReauthorise(&add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return add_on;
}

v1::AddOn AuthorisationTest::Get(const std::string& name) {
  v1::GetAddOnRequest request;
  request.set_name(name);
  v1::AddOn add_on;
  const grpc::Status status = Call(*add_ons_, &v1::AddOnService::Stub::GetAddOn, request, &add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return add_on;
}

v1::AuthoriseAddOnRequest AuthorisationTest::Consent(const v1::AddOn& add_on) {
  v1::AuthoriseAddOnRequest request;
  request.set_name(add_on.name());
  const auto redirect = xpm_.Authorise(add_on.authorise_uri());
  EXPECT_TRUE(redirect.ok()) << redirect.status();
  if (redirect.ok()) {
    EXPECT_TRUE(redirect->location.starts_with(kRedirectUri)) << redirect->location;
    request.set_state(redirect->state);
    request.set_code(redirect->code);
  }
  return request;
}

grpc::Status AuthorisationTest::TryAuthorise(const v1::AuthoriseAddOnRequest& request,
                                             v1::AddOn* add_on) {
  return Call(*add_ons_, &v1::AddOnService::Stub::AuthoriseAddOn, request, add_on);
}

v1::AddOn AuthorisationTest::Authorise(const v1::AddOn& add_on) {
  v1::AddOn authorised;
  const grpc::Status status = TryAuthorise(Consent(add_on), &authorised);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(authorised.state(), v1::AddOn::ACTIVE);
  return authorised;
}

std::string AuthorisationTest::MakeALink() {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  return MakeLinked("p", fields, {{"Name", "A Ltd"}});
}

grpc::Status AuthorisationTest::Search() {
  v1::SearchPracticeClientsRequest request;
  request.set_parent(kAddOn);
  request.set_query("anybody");
  v1::SearchPracticeClientsResponse response;
  return Call(*links_, &v1::LinkService::Stub::SearchPracticeClients, request, &response);
}

void AuthorisationTest::SetTenants(const std::vector<xpm_sandbox::Tenant>& tenants) {
  const absl::Status status = xpm_.SetTenants(tenants);
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace profilesync::testing
