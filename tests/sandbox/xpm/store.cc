#include "tests/sandbox/xpm/store.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "tests/sandbox/xpm/client_elements.h"

namespace profilesync::xpm_sandbox {
namespace {

// What follows from the values of a client that is about to be kept.
void Complete(const std::function<std::string()>& new_uuid, ClientRecord& client) {
  for (ElementMap& contact : client.contacts) {
    if (contact["UUID"].empty()) contact["UUID"] = new_uuid();
  }
  for (const auto& [name, value] : client.values) {
    const ClientElement* element = FindByReadName(name);
    if (element != nullptr && InTaxBlock(*element)) client.opened_for_tax = true;
  }
}

}  // namespace

std::map<int64_t, Store::Client>::const_iterator Store::Locate(const std::string& uuid) const {
  auto it = numbers_.find(absl::AsciiStrToLower(uuid));
  return it == numbers_.end() ? clients_.end() : clients_.find(it->second);
}

absl::StatusOr<Store::Client> Store::Add(ClientRecord client) {
  Complete(new_uuid_, client);
  std::lock_guard<std::mutex> lock(mutex_);
  if (client.uuid.empty()) client.uuid = new_uuid_();
  if (Locate(client.uuid) != clients_.end()) {
    return absl::AlreadyExistsError("there is a client " + client.uuid);
  }
  const int64_t number = ++last_number_;
  client.number = number;
  numbers_[absl::AsciiStrToLower(client.uuid)] = number;
  return clients_[number] = std::make_shared<const ClientRecord>(std::move(client));
}

Store::Client Store::Find(const std::string& uuid) const {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = Locate(uuid);
  return it == clients_.end() ? nullptr : it->second;
}

std::vector<Store::Client> Store::All() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Client> out;
  out.reserve(clients_.size());
  for (const auto& [number, client] : clients_) out.push_back(client);
  return out;
}

std::vector<Store::Client> Store::After(int64_t number, size_t most) const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Client> out;
  for (auto it = clients_.upper_bound(number); it != clients_.end() && out.size() < most; ++it) {
    out.push_back(it->second);
  }
  return out;
}

absl::StatusOr<Store::Client> Store::Update(const std::string& uuid, const Change& change) {
  std::lock_guard<std::mutex> writing(writer_);
  const Client before = Find(uuid);
  if (before == nullptr) return absl::NotFoundError("no client " + uuid);
  ClientRecord after = *before;
  const absl::Status status = change(after);
  if (!status.ok()) return status;
  Complete(new_uuid_, after);
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = Locate(uuid);
  if (it == clients_.end()) return absl::NotFoundError("no client " + uuid);
  return clients_[it->first] = std::make_shared<const ClientRecord>(std::move(after));
}

absl::StatusOr<Store::Client> Store::Preview(const std::string& uuid, const Change& change) const {
  const Client before = Find(uuid);
  if (before == nullptr) return absl::NotFoundError("no client " + uuid);
  ClientRecord after = *before;
  const absl::Status status = change(after);
  if (!status.ok()) return status;
  Complete(new_uuid_, after);
  return std::make_shared<const ClientRecord>(std::move(after));
}

absl::Status Store::UpdateAll(const std::vector<std::string>& uuids, const ChangeOfMany& change) {
  std::lock_guard<std::mutex> writing(writer_);
  std::vector<Client> changed;
  for (const std::string& uuid : uuids) {
    const Client before = Find(uuid);
    if (before == nullptr) return absl::NotFoundError("no client " + uuid);
    ClientRecord after = *before;
    const absl::Status status = change(changed.size(), after);
    if (!status.ok()) return status;
    Complete(new_uuid_, after);
    changed.push_back(std::make_shared<const ClientRecord>(std::move(after)));
  }
  std::lock_guard<std::mutex> lock(mutex_);
  for (const Client& client : changed) {
    auto it = clients_.find(client->number);
    if (it != clients_.end()) it->second = client;  // else it has been removed since
  }
  return absl::OkStatus();
}

absl::Status Store::Remove(const std::string& uuid) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = Locate(uuid);
  if (it == clients_.end()) return absl::NotFoundError("no client " + uuid);
  clients_.erase(it);
  numbers_.erase(absl::AsciiStrToLower(uuid));
  return absl::OkStatus();
}

bool Store::TaxNumberTaken(const std::string& digits, const std::string& uuid) const {
  const std::vector<Client> clients = All();
  return std::any_of(clients.begin(), clients.end(), [&](const Client& client) {
    return !absl::EqualsIgnoreCase(client->uuid, uuid) && !client->deleted() &&
           DigitsOf(client->Get("TaxNumber")) == digits;
  });
}

std::string Store::StaffName(const std::string& uuid) const {
  for (const Staff& staff : practice_.staff) {
    if (absl::EqualsIgnoreCase(staff.uuid, uuid)) return staff.name;
  }
  return "";
}

std::string Store::ClientName(const std::string& uuid) const {
  const Client client = Find(uuid);
  return client == nullptr ? "" : client->Get("Name");
}

std::string DigitsOf(const std::string& text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](unsigned char c) { return absl::ascii_isdigit(c); });
  return out;
}

}  // namespace profilesync::xpm_sandbox
