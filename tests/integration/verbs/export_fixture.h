#pragma once

#include <string>
#include <vector>

#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {

// Calls of ExportProfile, and what XPM saw of them.
class ExportTest : public VerbsTest {
 protected:
  v1::ExportProfileRequest RequestFor(const std::string& profile) {
    v1::ExportProfileRequest request;
    request.set_name(std::string(kFirm) + "/profiles/" + profile);
    request.set_add_on(kAddOn);
    return request;
  }

  grpc::Status TryExport(const v1::ExportProfileRequest& request,
                         v1::ExportProfileResponse* response) {
    return Call(*profiles_, &v1::ProfileService::Stub::ExportProfile, request, response);
  }
  // The same, expected to be refused.
  grpc::Status TryExport(const v1::ExportProfileRequest& request) {
    v1::ExportProfileResponse response;
    const grpc::Status status = TryExport(request, &response);
    EXPECT_FALSE(status.ok()) << response.DebugString();
    return status;
  }
  // The same, expected to answer OK.
  v1::ExportProfileResponse Exported(const v1::ExportProfileRequest& request) {
    v1::ExportProfileResponse response;
    const grpc::Status status = TryExport(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static std::vector<std::string> DuplicatesIn(const v1::ExportProfileResponse& response) {
    std::vector<std::string> ids;
    for (const type::PracticeClient& client : response.possible_duplicates()) {
      ids.push_back(client.id());
    }
    return ids;
  }

  // Of all calls that XPM saw, in order.
  std::vector<std::string> Endpoints() const {
    std::vector<std::string> endpoints;
    for (const xpm_sandbox::CallRecord& call : xpm_.calls()) {
      endpoints.push_back(call.endpoint);
    }
    return endpoints;
  }

  // By a write that empties what nobody asked to empty.
  void SuspendWrites() {
    const std::string link =
        MakeLinked("suspending", Fields("name: 'S' website: 's.example'"),
                   {{"Name", "S"}, {"Phone", "04 555 0100"}, {"Email", "s@s.example"}});
    xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
    Sync(Request(link, {{"website", v1::TO_PRACTICE}}));
    xpm_.SetBehaviour({});
  }
};

}  // namespace profilesync::testing
