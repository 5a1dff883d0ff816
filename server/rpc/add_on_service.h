#pragma once

#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "server/addon/authorise_add_on.h"
#include "server/addon/create_add_on.h"
#include "server/addon/deactivate_add_on.h"
#include "server/addon/delete_add_on.h"
#include "server/addon/get_add_on.h"
#include "server/addon/get_practice_system.h"
#include "server/addon/list_add_ons.h"
#include "server/addon/list_practice_systems.h"
#include "server/addon/reauthorise_add_on.h"
#include "server/addon/resume_add_on_writes.h"
#include "server/addon/update_add_on.h"
#include "server/rpc/roles.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// AddOnService: what each method needs and which verb it runs.
class AddOnService final : public v1::AddOnService::CallbackService {
 public:
  explicit AddOnService(const Unary& unary) : unary_(unary) {}

  Reactor* GetPracticeSystem(Context* c, const v1::GetPracticeSystemRequest* q,
                             v1::PracticeSystem* r) override {
    return unary_.Read(c, q, r, kViewer, addon::GetPracticeSystem);
  }
  Reactor* ListPracticeSystems(Context* c, const v1::ListPracticeSystemsRequest* q,
                               v1::ListPracticeSystemsResponse* r) override {
    return unary_.Read(c, q, r, kViewer, addon::ListPracticeSystems);
  }
  Reactor* CreateAddOn(Context* c, const v1::CreateAddOnRequest* q, v1::AddOn* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::CreateAddOn);
  }
  Reactor* AuthoriseAddOn(Context* c, const v1::AuthoriseAddOnRequest* q, v1::AddOn* r) override {
    return unary_.Practice(c, q, r, kFirmAdministrator, addon::AuthoriseAddOn,
                           addon::CheckAuthoriseAddOn);
  }
  Reactor* ReauthoriseAddOn(Context* c, const v1::ReauthoriseAddOnRequest* q,
                            v1::AddOn* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::ReauthoriseAddOn);
  }
  Reactor* GetAddOn(Context* c, const v1::GetAddOnRequest* q, v1::AddOn* r) override {
    return unary_.Read(c, q, r, kViewer, addon::GetAddOn);
  }
  Reactor* ListAddOns(Context* c, const v1::ListAddOnsRequest* q,
                      v1::ListAddOnsResponse* r) override {
    return unary_.Read(c, q, r, kViewer, addon::ListAddOns);
  }
  Reactor* UpdateAddOn(Context* c, const v1::UpdateAddOnRequest* q, v1::AddOn* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::UpdateAddOn);
  }
  Reactor* DeactivateAddOn(Context* c, const v1::DeactivateAddOnRequest* q, v1::AddOn* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::DeactivateAddOn);
  }
  Reactor* DeleteAddOn(Context* c, const v1::DeleteAddOnRequest* q,
                       google::protobuf::Empty* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::DeleteAddOn);
  }
  Reactor* ResumeAddOnWrites(Context* c, const v1::ResumeAddOnWritesRequest* q,
                             v1::AddOn* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::ResumeAddOnWrites);
  }

 private:
  const Unary& unary_;
};

}  // namespace profilesync::rpc
