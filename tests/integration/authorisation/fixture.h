#pragma once

#include <string>
#include <vector>

#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {

// Add-ons that a person has to authorise at the sandbox's identity provider.
class AuthorisationTest : public SyncTest {
 protected:
  static constexpr char kOtherTenant[] = "7d0a4a53-2f11-4a7e-9c58-0f6a1b2c3d4e";

  AuthorisationTest() : SyncTest(XpmAccess::kOAuth) {}
  ~AuthorisationTest() override;

  grpc::Status TryCreate(v1::AddOn* add_on, const std::string& tenant = "",
                         const std::string& id = "xpm");
  v1::AddOn Create();
  grpc::Status TryReauthorise(v1::AddOn* add_on, const std::string& name = kAddOn);
  v1::AddOn Reauthorise();
  v1::AddOn Get(const std::string& name = kAddOn);

  // What the person comes back with who consents at the add-on's authorise_uri.
  v1::AuthoriseAddOnRequest Consent(const v1::AddOn& add_on);
  grpc::Status TryAuthorise(const v1::AuthoriseAddOnRequest& request, v1::AddOn* add_on);
  // Consents and completes, expected to end well.
  v1::AddOn Authorise(const v1::AddOn& add_on);
  // An add-on in use.
  v1::AddOn Activate() { return Authorise(Create()); }

  // A link of the add-on, by its name.
  std::string MakeALink();
  // A call that asks XPM.
  grpc::Status Search();
  // The calls of an endpoint of the sandbox so far.
  int Calls(const std::string& endpoint) { return static_cast<int>(xpm_.calls(endpoint).size()); }
  // The user reaches these from now on; each by its id and type.
  void SetTenants(const std::vector<xpm_sandbox::Tenant>& tenants);
};

}  // namespace profilesync::testing
