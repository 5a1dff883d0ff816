#pragma once

#include "profilesync/v1/link_service.grpc.pb.h"
#include "server/link/create_link.h"
#include "server/link/delete_link.h"
#include "server/link/get_link.h"
#include "server/link/list_links.h"
#include "server/link/search_practice_clients.h"
#include "server/rpc/roles.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// LinkService: what each method needs and which verb it runs.
class LinkService final : public v1::LinkService::CallbackService {
 public:
  explicit LinkService(const Unary& unary) : unary_(unary) {}

  Reactor* CreateLink(Context* c, const v1::CreateLinkRequest* q, v1::Link* r) override {
    return unary_.Practice(c, q, r, kEditor, link::CreateLink, link::CheckCreateLink);
  }
  Reactor* GetLink(Context* c, const v1::GetLinkRequest* q, v1::Link* r) override {
    return unary_.Read(c, q, r, kViewer, link::GetLink);
  }
  Reactor* ListLinks(Context* c, const v1::ListLinksRequest* q, v1::ListLinksResponse* r) override {
    return unary_.Read(c, q, r, kViewer, link::ListLinks);
  }
  Reactor* DeleteLink(Context* c, const v1::DeleteLinkRequest* q,
                      google::protobuf::Empty* r) override {
    return unary_.Write(c, q, r, kEditor, link::DeleteLink);
  }
  Reactor* SearchPracticeClients(Context* c, const v1::SearchPracticeClientsRequest* q,
                                 v1::SearchPracticeClientsResponse* r) override {
    return unary_.Practice(c, q, r, kViewer, link::SearchPracticeClients,
                           link::CheckSearchPracticeClients);
  }

 private:
  const Unary& unary_;
};

}  // namespace profilesync::rpc
