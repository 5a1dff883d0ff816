#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/robustness/load/audit.h"
#include "tests/robustness/load/requests.h"
#include "tests/robustness/load/world.h"

namespace profilesync::testing {

// The links that all clients of a session sync and refresh.
using Links = std::vector<std::string>;

// One caller, who makes requests of every kind at random and keeps a record of what was
// acknowledged. It saves its own profiles alone, so that it knows what they are. A request that
// got no answer is repeated, with the same request_id, before another is made.
class LoadClient {
 public:
  LoadClient(World& world, unsigned seed, int index);

  // Makes its profiles and links; the practice has clients for them then, with these values.
  void SetUp(Links* links, Elements* first);
  // Makes requests until `stop`, or until one gets no answer. `links` must outlive it.
  void Run(const Links& links, const std::atomic<bool>& stop);
  // Asks again what got no answer. False when it still has none.
  bool AskAgain();
  // Everything acknowledged is there.
  void ExpectKept(const Held& held);
  // What is told of exports and imports in the end is true.
  void ExpectOnce(const Held& held) const;

  bool answered() const { return !unanswered_; }
  int acknowledged() const { return acknowledged_; }

 private:
  // A value that is saved: the number in it only rises.
  struct Saved {
    int acknowledged = 0;
    int asked = 0;
    std::int64_t revision = 0;  // of the acknowledged one
  };
  // What to do once the answer is known.
  using Then = std::function<void(const Told&)>;

  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  std::string NextId();
  // Whether it goes on: false when the request got no answer.
  bool Make(Ask ask, Then then);
  void Note(const Told& told);

  bool Step(const Links& links);
  bool Save();
  void Edit(const std::string& link);
  bool Sync(const std::string& link);
  bool Suggest(const std::string& link);
  bool Undo();
  bool Refresh(const std::string& link);
  bool Relink();
  bool Export();
  bool ResolveExport();
  bool Import();

  World& world_;
  const unsigned seed_;
  const int index_;
  std::mt19937 random_;
  int requests_ = 0;
  int values_ = 0;
  std::atomic<int> acknowledged_ = 0;
  std::map<std::string, std::map<std::string, Saved>> saved_;  // by profile and field
  std::map<std::string, std::string> clients_;                 // of this one's links
  std::map<std::string, v1::SyncOperation::State> operations_;
  std::map<std::string, std::string> texts_;     // of operations that were acknowledged as over
  std::map<std::string, absl::Time> refreshed_;  // by link, when the newest refresh began
  std::vector<std::string> undoable_;
  std::string spare_client_;
  std::optional<bool> linked_ = false;  // the spare profile; nullopt: not known now
  std::vector<std::string> exported_;   // names of profiles that were exported
  std::vector<std::pair<std::string, std::string>> imported_;  // clients and operations
  std::string last_id_;                                        // the request_id of the last request
  Ask unanswered_;
  Then then_;
  std::string begun_;  // the operation that the unanswered request has begun, as the store shows
};

}  // namespace profilesync::testing
