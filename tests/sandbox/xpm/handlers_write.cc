#include "tests/sandbox/xpm/api.h"
#include "tests/sandbox/xpm/client_write.h"
#include "tests/sandbox/xpm/replies.h"
#include "tests/sandbox/xpm/xml_reader.h"

namespace profilesync::xpm_sandbox {
namespace {

// What a write to a deleted client gets, by the switch write_to_deleted.
absl::Status CheckNotDeleted(const ClientRecord& client, const Behaviour& behaviour) {
  if (!client.deleted() || behaviour.write_to_deleted == WriteToDeleted::kStored) {
    return absl::OkStatus();
  }
  if (behaviour.write_to_deleted == WriteToDeleted::kUnknownClient) return absl::NotFoundError("");
  return absl::AbortedError("The client has been deleted");
}

// What an update of an archived client gets, by the switch write_to_archived.
absl::Status CheckNotArchived(const ClientRecord& client, const Behaviour& behaviour) {
  if (!client.archived() || behaviour.write_to_archived == WriteToArchived::kStored) {
    return absl::OkStatus();
  }
  return absl::AbortedError("The client has been archived");
}

// Reads the body, applies `change` to the client that it names, and keeps both or neither.
absl::StatusOr<Store::Client> ChangeClient(
    ApiCall& call, const std::function<absl::Status(const XmlElement&, ClientRecord&)>& change) {
  absl::StatusOr<XmlElement> body = ReadClientBody(call.request.body, call.behaviour);
  if (!body.ok()) return body.status();
  absl::StatusOr<std::string> uuid = UuidOf(*body);
  if (!uuid.ok()) return uuid.status();
  const auto carry_out = [&](ClientRecord& client) {
    absl::Status status = CheckNotDeleted(client, call.behaviour);
    if (status.ok()) status = change(*body, client);
    if (status.ok()) call.meddle(client);
    return status;
  };
  absl::StatusOr<Store::Client> kept =
      call.only_answer ? call.store.Preview(*uuid, carry_out) : call.store.Update(*uuid, carry_out);
  if (kept.ok()) call.client_uuid = (*kept)->uuid;
  return kept;
}

// Archive and delete take a Client with a UUID and nothing else.
absl::Status CheckOnlyUuid(const XmlElement& body, const Behaviour& behaviour) {
  if (behaviour.unknown_elements == UnknownElements::kIgnored || body.children.size() == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("Only UUID is allowed here");
}

}  // namespace

HttpReply AddClient(ApiCall& call) {
  absl::StatusOr<XmlElement> body = ReadClientBody(call.request.body, call.behaviour);
  if (!body.ok()) return ReplyFor(body.status(), "Add", call.behaviour);
  ClientRecord client{.jurisdiction = call.store.practice().jurisdiction, .modified = call.now};
  const absl::Status status = WriteClient(*body, true, call.behaviour, call.store, client);
  if (!status.ok()) return ReplyFor(status, "Add", call.behaviour);
  call.meddle(client);
  const absl::StatusOr<Store::Client> kept = call.store.Add(std::move(client));
  if (!kept.ok()) return ReplyFor(kept.status(), "Add", call.behaviour);
  call.client_uuid = (*kept)->uuid;
  return OkReply("Add", ClientAnswer(call, **kept));
}

HttpReply UpdateClient(ApiCall& call) {
  const auto kept = ChangeClient(call, [&](const XmlElement& body, ClientRecord& client) {
    absl::Status status = CheckNotArchived(client, call.behaviour);
    if (!status.ok()) return status;
    client.modified = call.now;
    return WriteClient(body, false, call.behaviour, call.store, client);
  });
  if (!kept.ok()) return ReplyFor(kept.status(), "Update", call.behaviour);
  return OkReply("Update", ClientAnswer(call, **kept));
}

HttpReply ArchiveClient(ApiCall& call) {
  const auto kept = ChangeClient(call, [&](const XmlElement& body, ClientRecord& client) {
    if (call.behaviour.archive_bumps_modified) client.modified = call.now;
    client.Set("IsArchived", "Yes");
    return CheckOnlyUuid(body, call.behaviour);
  });
  if (!kept.ok()) return ReplyFor(kept.status(), "Archive", call.behaviour);
  return OkReply("Archive", ClientAnswer(call, **kept));
}

HttpReply DeleteClient(ApiCall& call) {
  const auto kept = ChangeClient(call, [&](const XmlElement& body, ClientRecord& client) {
    if (call.behaviour.delete_bumps_modified) client.modified = call.now;
    client.Set("IsDeleted", "Yes");
    return CheckOnlyUuid(body, call.behaviour);
  });
  if (!kept.ok()) return ReplyFor(kept.status(), "Delete", call.behaviour);
  return OkReply("Delete", "");
}

}  // namespace profilesync::xpm_sandbox
