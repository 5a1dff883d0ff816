#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "profilesync/type/client_fields.pb.h"
#include "profilesync/type/practice_client.pb.h"
#include "server/connector/connector.h"

namespace profilesync::connector {

// What a practice system does in its own way, and a connector can't help.
struct Ways {
  // An emptied value is gone; else it stays, and the connector says so.
  bool empties = true;
  // An update leaves alone what it doesn't name; else it empties that, and the connector says so.
  bool keeps_unnamed = true;
  // A read of a client that isn't there can be told from a failure.
  bool tells_unknown = true;
  // It takes an update of a client that was archived, or deleted, since it was read.
  bool updates_archived = false;
  bool updates_deleted = false;
  // It stores dates as they are written.
  bool stores_dates = true;
  // The fields that aren't reported of a client with nothing but a name. Others are known blank.
  std::set<std::string> unreported_when_bare;
};

enum class Operation { kGet, kSearch, kPage, kList, kUpdate, kCreate };

// What the network, or the practice system itself, can do to a call.
enum class Trouble {
  kNoAnswer,
  kSilence,  // until the connector gives up
  kNothing,  // an empty body
  kHtml,
  kHalfDocument,
  kClosedMidway,
  kResetMidway,
  kTooLarge,
  kRedirect,
  kServerError,
  kServerPage,
  kUnavailable,
  kUnauthorised,
  kForbidden,
  kConflict,
  kRateLimit,  // with a Retry-After of 22 s
  kConcurrencyLimit,
  kRefusal,  // with the text "Because of <this> & that"
};

// A practice system with one tenant, seen from behind: what its staff see and change, and what can
// be done to the connector's calls. Each test has one of its own.
class PracticeSide {
 public:
  virtual ~PracticeSide() = default;

  virtual Connector& connector() = 0;
  virtual Tenant tenant() const = 0;
  virtual Ways ways() const = 0;

  // Adds a client of the kind and state, with the fields; returns its id.
  virtual std::string Add(const type::PracticeClient& client) = 0;
  // A client of which the practice system reports as little as it ever does.
  virtual std::string AddBare(const std::string& name) = 0;
  // As its staff would; fields that are absent in `fields` stay.
  virtual void Edit(const std::string& id, const type::ClientFields& fields) = 0;
  // Archives or deletes the client, which can still be read.
  virtual void SetState(const std::string& id, type::PracticeClient::State state) = 0;
  // As if the client had never been there.
  virtual void Remove(const std::string& id) = 0;
  // What the practice system holds, tax number included; blank fields are absent.
  virtual type::ClientFields Stored(const std::string& id) const = 0;
  // An id of the right form that no client has.
  virtual std::string UnknownId() const = 0;

  // Troubles the next `times` calls. `applied`: a write takes effect nevertheless.
  void Break(Operation operation, Trouble trouble, bool applied = false, int times = 1) {
    BreakNext(operation, trouble, applied, times);
  }
  // Somebody else changes something that isn't a field of ours within the next update.
  virtual void MeddleWithNextUpdate(const std::string& value) = 0;
  // Makes connector() another one, which waits for longer than any machine is slow. To be called
  // before it is used.
  virtual void BePatient() = 0;
  // Calls hang from now on, as many as `times`, until Release().
  virtual void HangNext(int times) = 0;
  virtual void Release() = 0;
  virtual int hanging() const = 0;

  // Calls so far; those that write.
  virtual int calls() const = 0;
  virtual int writes() const = 0;

 private:
  virtual void BreakNext(Operation operation, Trouble trouble, bool applied, int times) = 0;
};

using PracticeSideFactory = std::function<std::unique_ptr<PracticeSide>()>;

}  // namespace profilesync::connector
