#pragma once

#include "profilesync/v1/profile_service.grpc.pb.h"
#include "server/profile/batch_create_profiles.h"
#include "server/profile/create_profile.h"
#include "server/profile/delete_profile.h"
#include "server/profile/export_profile.h"
#include "server/profile/get_profile.h"
#include "server/profile/import_practice_clients.h"
#include "server/profile/list_profile_changes.h"
#include "server/profile/list_profiles.h"
#include "server/profile/update_profile.h"
#include "server/rpc/roles.h"
#include "server/rpc/stream.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// ProfileService: what each method needs and which verb it runs.
class ProfileService final : public v1::ProfileService::CallbackService {
 public:
  ProfileService(const Unary& unary, const Streams& streams) : unary_(unary), streams_(streams) {}

  Reactor* CreateProfile(Context* c, const v1::CreateProfileRequest* q, v1::Profile* r) override {
    return unary_.Write(c, q, r, kEditor, profile::CreateProfile);
  }
  Reactor* GetProfile(Context* c, const v1::GetProfileRequest* q, v1::Profile* r) override {
    return unary_.Read(c, q, r, kViewer, profile::GetProfile);
  }
  Reactor* ListProfiles(Context* c, const v1::ListProfilesRequest* q,
                        v1::ListProfilesResponse* r) override {
    return unary_.Read(c, q, r, kViewer, profile::ListProfiles);
  }
  Reactor* UpdateProfile(Context* c, const v1::UpdateProfileRequest* q, v1::Profile* r) override {
    return unary_.Write(c, q, r, kEditor, profile::UpdateProfile);
  }
  Reactor* DeleteProfile(Context* c, const v1::DeleteProfileRequest* q,
                         google::protobuf::Empty* r) override {
    return unary_.Write(c, q, r, kEditor, profile::DeleteProfile);
  }
  Reactor* BatchCreateProfiles(Context* c, const v1::BatchCreateProfilesRequest* q,
                               v1::BatchCreateProfilesResponse* r) override {
    return unary_.Write(c, q, r, kEditor, profile::BatchCreateProfiles);
  }
  Reactor* ImportPracticeClients(Context* c, const v1::ImportPracticeClientsRequest* q,
                                 google::longrunning::Operation* r) override {
    return unary_.Practice(c, q, r, kEditor, profile::ImportPracticeClients,
                           profile::CheckImportPracticeClients);
  }
  Reactor* ExportProfile(Context* c, const v1::ExportProfileRequest* q,
                         v1::ExportProfileResponse* r) override {
    return unary_.Practice(c, q, r, kEditor, profile::ExportProfile);
  }
  Reactor* ListProfileChanges(Context* c, const v1::ListProfileChangesRequest* q,
                              v1::ListProfileChangesResponse* r) override {
    return unary_.Read(c, q, r, kViewer, profile::ListProfileChanges);
  }
  grpc::ServerWriteReactor<v1::WatchProfileChangesResponse>* WatchProfileChanges(
      Context* c, const v1::WatchProfileChangesRequest* q) override {
    return streams_.NotYet<v1::WatchProfileChangesResponse>(c, q, kViewer);
  }

 private:
  const Unary& unary_;
  const Streams& streams_;
};

}  // namespace profilesync::rpc
