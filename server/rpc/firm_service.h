#pragma once

#include "profilesync/v1/firm_service.grpc.pb.h"
#include "server/firm/create_firm.h"
#include "server/firm/get_firm.h"
#include "server/firm/list_firms.h"
#include "server/firm/update_firm.h"
#include "server/rpc/roles.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// FirmService: what each method needs and which verb it runs.
class FirmService final : public v1::FirmService::CallbackService {
 public:
  explicit FirmService(const Unary& unary) : unary_(unary) {}

  Reactor* CreateFirm(Context* c, const v1::CreateFirmRequest* q, v1::Firm* r) override {
    return unary_.Write(c, q, r, kOperator, firm::CreateFirm);
  }
  Reactor* GetFirm(Context* c, const v1::GetFirmRequest* q, v1::Firm* r) override {
    return unary_.Read(c, q, r, kViewer, firm::GetFirm);
  }
  Reactor* ListFirms(Context* c, const v1::ListFirmsRequest* q, v1::ListFirmsResponse* r) override {
    return unary_.Read(c, q, r, kViewer, firm::ListFirms);
  }
  Reactor* UpdateFirm(Context* c, const v1::UpdateFirmRequest* q, v1::Firm* r) override {
    return unary_.Write(c, q, r, kOperator, firm::UpdateFirm);
  }

 private:
  const Unary& unary_;
};

}  // namespace profilesync::rpc
