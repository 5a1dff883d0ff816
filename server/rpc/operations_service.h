#pragma once

#include "google/longrunning/operations.grpc.pb.h"
#include "server/operation/cancel_operation.h"
#include "server/operation/delete_operation.h"
#include "server/operation/get_operation.h"
#include "server/operation/list_operations.h"
#include "server/rpc/operation_waits.h"
#include "server/rpc/roles.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// google.longrunning.Operations: what each method needs and which verb it runs.
class OperationsService final : public google::longrunning::Operations::CallbackService {
 public:
  OperationsService(const Unary& unary, OperationWaits& waits) : unary_(unary), waits_(waits) {}

  Reactor* GetOperation(Context* c, const google::longrunning::GetOperationRequest* q,
                        google::longrunning::Operation* r) override {
    return unary_.Read(c, q, r, kViewer, operation::GetOperation);
  }
  Reactor* ListOperations(Context* c, const google::longrunning::ListOperationsRequest* q,
                          google::longrunning::ListOperationsResponse* r) override {
    return unary_.Read(c, q, r, kViewer, operation::ListOperations);
  }
  Reactor* WaitOperation(Context* c, const google::longrunning::WaitOperationRequest* q,
                         google::longrunning::Operation* r) override {
    return waits_.Wait(c, q, r, kViewer);
  }
  Reactor* CancelOperation(Context* c, const google::longrunning::CancelOperationRequest* q,
                           google::protobuf::Empty* r) override {
    return unary_.Write(c, q, r, kEditor, operation::CancelOperation);
  }
  Reactor* DeleteOperation(Context* c, const google::longrunning::DeleteOperationRequest* q,
                           google::protobuf::Empty* r) override {
    return unary_.Write(c, q, r, kEditor, operation::DeleteOperation);
  }

 private:
  const Unary& unary_;
  OperationWaits& waits_;
};

}  // namespace profilesync::rpc
