#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::xpm_sandbox {

// The practice's clients, in the order in which they were added. Thread-safe; what it hands out
// never changes.
class Store {
 public:
  using Client = std::shared_ptr<const ClientRecord>;
  using Change = std::function<absl::Status(ClientRecord& client)>;

  Store(Practice practice, std::function<std::string()> new_uuid)
      : practice_(std::move(practice)), new_uuid_(std::move(new_uuid)) {}

  // Returns the client as kept, with a UUID and a number. ALREADY_EXISTS for a UUID that is in use.
  absl::StatusOr<Client> Add(ClientRecord client);

  // nullptr when there is none; UUIDs compare in any case.
  Client Find(const std::string& uuid) const;
  std::vector<Client> All() const;
  // The `most` that come after the client with that number, which need not be there any more.
  std::vector<Client> After(int64_t number, size_t most) const;

  // Applies `change` to a copy and keeps it if `change` answers OK; nothing else changes meanwhile.
  // NOT_FOUND, or the status of `change`.
  absl::StatusOr<Client> Update(const std::string& uuid, const Change& change);

  // The client as Update() would leave it; nothing is kept.
  absl::StatusOr<Client> Preview(const std::string& uuid, const Change& change) const;

  // Update() of them all in one: readers see all changes or none, and so does the store when one
  // fails. `change` gets a client's place in `uuids` too.
  using ChangeOfMany = std::function<absl::Status(size_t index, ClientRecord& client)>;
  absl::Status UpdateAll(const std::vector<std::string>& uuids, const ChangeOfMany& change);

  // As if the client had never been there. NOT_FOUND.
  absl::Status Remove(const std::string& uuid);

  // Whether a client other than `uuid` that isn't deleted has this tax number (digits only).
  bool TaxNumberTaken(const std::string& digits, const std::string& uuid) const;

  const Practice& practice() const { return practice_; }
  // Empty when unknown.
  std::string StaffName(const std::string& uuid) const;
  std::string ClientName(const std::string& uuid) const;

 private:
  // Of the client's number; end() when there is none. Needs mutex_.
  std::map<int64_t, Client>::const_iterator Locate(const std::string& uuid) const;

  const Practice practice_;
  const std::function<std::string()> new_uuid_;
  mutable std::mutex mutex_;
  std::mutex writer_;                  // held for a whole Update, taken before mutex_
  std::map<int64_t, Client> clients_;  // by number
  std::unordered_map<std::string, int64_t> numbers_;  // by UUID in lower case
  int64_t last_number_ = 90000;
};

// The digits of `text`.
std::string DigitsOf(const std::string& text);

}  // namespace profilesync::xpm_sandbox
