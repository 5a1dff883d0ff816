// Which firm may connect to which tenant of a practice system that all reach by one token.
#include <fstream>

#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

TEST_F(SyncTest, AFirmConnectsToNoTenantButThoseGrantedToIt) {
  StopServer();
  std::fstream file(config_.practice_systems, std::ios::in | std::ios::out);
  std::string config{std::istreambuf_iterator<char>(file), {}};
  config.insert(config.rfind('}'),
                " tenant_grants { tenant_id: '" + xpm_.tenant_id() + "' firms: 'harbour' } ");
  std::ofstream(config_.practice_systems, std::ios::trunc) << config;
  StartServer();

  v1::CreateFirmRequest create;
  create.set_firm_id("beta");
  create.mutable_firm()->set_display_name("Beta");
  create.mutable_firm()->set_region_code("NZ");
  v1::Firm firm;
  ASSERT_TRUE(Call(*firms_, &v1::FirmService::Stub::CreateFirm, create, &firm).ok());
  v1::CreateAddOnRequest activate;
  activate.set_parent("firms/beta");
  activate.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  activate.mutable_add_on()->set_tenant_id(xpm_.tenant_id());
  v1::AddOn add_on;
  const grpc::Status refused =
      Call(*add_ons_, &v1::AddOnService::Stub::CreateAddOn, activate, &add_on);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(refused), "ACCESS_DENIED");
  type::ClientFields fields;
  fields.set_name("A Ltd");
  const std::string link = MakeLinked("p", fields, {{"Name", "A Ltd"}});
  EXPECT_EQ(Refresh(link).practice_client_display_name(), "A Ltd") << "the granted firm's goes on";
}

}  // namespace
}  // namespace profilesync::testing
