#include "tests/robustness/load/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace profilesync::testing {

std::string SeedVariable(unsigned seed, unsigned last) {
  return seed > last ? absl::StrCat(" PROFILESYNC_MORE_SEEDS=", seed - last) : "";
}

Session::Session(unsigned seed, int clients) : random_(seed) {
  EXPECT_TRUE(world_.Start());
  world_.MakeFirm();
  for (int i = 0; i < clients; ++i) {
    clients_.push_back(std::make_unique<LoadClient>(world_, seed, i));
    clients_.back()->SetUp(&links_, &first_);
  }
}

void Session::WorkUntilEnd(int requests, absl::Duration longest, const std::function<void()>& end) {
  const int enough = acknowledged() + requests;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (const auto& client : clients_) {
    threads.emplace_back([&, client = client.get()] { client->Run(links_, stop); });
  }
  WaitUntil([&] { return acknowledged() >= enough || world_.Ends(absl::ZeroDuration()); }, longest);
  end();
  stop = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
}

void Session::Work(int requests, absl::Duration longest) {
  WorkUntilEnd(requests, longest, [] {});
}

void Session::ExpectKept() {
  ExpectSoundDatabase(world_);
  Held held = ReadAll(world_.api());
  ExpectWholeFeed(held);
  ExpectFeedGrew(held_, held);
  ExpectOneOperationARequest(held);
  ExpectNoWriteTwice(world_, held);
  for (const auto& client : clients_) {
    client->ExpectKept(held);
  }
  held_ = std::move(held);
}

void Session::ExpectSettled() {
  for (const auto& client : clients_) {
    EXPECT_TRUE(WaitUntil([&] { return client->AskAgain() && client->answered(); }))
        << "a request gets no answer";
  }
  EXPECT_TRUE(WaitUntilSettled(world_.api()));
  ExpectKept();
  ExpectHistoryOfOperations(held_);
  profilesync::testing::ExpectSettled(world_, held_, first_);
  for (const auto& [name, operation] : held_.operations) {
    // A restore writes the phone too, which the practice's staff may have changed since.
    if (operation.kind() != v1::SyncOperation::EXPORT &&
        operation.kind() != v1::SyncOperation::RESTORE) {
      EXPECT_NE(operation.state(), v1::SyncOperation::NEEDS_ATTENTION)
          << "a read must tell: " << operation.DebugString();
    }
  }
  for (const auto& client : clients_) {
    client->ExpectOnce(held_);
  }
}

int Session::acknowledged() const {
  int sum = 0;
  for (const auto& client : clients_) {
    sum += client->acknowledged();
  }
  return sum;
}

std::string Session::Summary() const {
  std::map<std::string, int> counts;
  for (const auto& [name, operation] : held_.operations) {
    ++counts[absl::StrCat(v1::SyncOperation::Kind_Name(operation.kind()), " ",
                          v1::SyncOperation::State_Name(operation.state()))];
  }
  std::string text = absl::StrCat(acknowledged(), " requests acknowledged, operations: ");
  for (const auto& [what, count] : counts) {
    absl::StrAppend(&text, count, " ", what, ", ");
  }
  return absl::StrCat(text, held_.changes.size(), " changes of profiles");
}

}  // namespace profilesync::testing
