#pragma once

#include "google/longrunning/operations.grpc.pb.h"
#include "server/operation/get_operation.h"
#include "server/rpc/roles.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// google.longrunning.Operations: what each method needs and which verb it runs.
class OperationsService final : public google::longrunning::Operations::CallbackService {
 public:
  explicit OperationsService(const Unary& unary) : unary_(unary) {}

  Reactor* GetOperation(Context* c, const google::longrunning::GetOperationRequest* q,
                        google::longrunning::Operation* r) override {
    return unary_.Read(c, q, r, kViewer, operation::GetOperation);
  }
  Reactor* ListOperations(Context* c, const google::longrunning::ListOperationsRequest* q,
                          google::longrunning::ListOperationsResponse*) override {
    return unary_.NotYet(c, q, kViewer);
  }
  Reactor* WaitOperation(Context* c, const google::longrunning::WaitOperationRequest* q,
                         google::longrunning::Operation*) override {
    return unary_.NotYet(c, q, kViewer);
  }
  Reactor* CancelOperation(Context* c, const google::longrunning::CancelOperationRequest* q,
                           google::protobuf::Empty*) override {
    return unary_.NotYet(c, q, kEditor);
  }
  Reactor* DeleteOperation(Context* c, const google::longrunning::DeleteOperationRequest* q,
                           google::protobuf::Empty*) override {
    return unary_.NotYet(c, q, kEditor);
  }

 private:
  const Unary& unary_;
};

}  // namespace profilesync::rpc
