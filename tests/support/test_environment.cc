#include "tests/support/test_environment.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace profilesync::testing {

TestEnvironment::TestEnvironment()
    : folder_(::testing::TempDir() + absl::StrCat("/verb-", getpid(), "-", random())),
      sealer_(store::SealingKey::Random()),
      page_tokens_(std::string(32, 'p')) {
  std::filesystem::create_directories(folder_);
  auto opened =
      store::SqliteStore::Open({.path = (folder_ / "test.db").string(), .sealer = &sealer_});
  if (!opened.ok()) {
    ADD_FAILURE() << opened.status().ToString();
    std::abort();
  }
  store_ = *std::move(opened);
  budgets_ = std::make_unique<budget::Budgets>(*store_, clock_);
  environment_ =
      std::make_unique<Environment>(Environment{.store = *store_,
                                                .connectors = connectors_,
                                                .budgets = *budgets_,
                                                .clock = clock_,
                                                .ids = ids_,
                                                .page_tokens = page_tokens_,
                                                .etag_key = std::string(32, 'e'),
                                                .post = [](const std::function<void()>& job) {
                                                  job();
                                                  return true;
                                                }});
}

TestEnvironment::~TestEnvironment() {
  environment_ = nullptr;
  store_ = nullptr;
  std::filesystem::remove_all(folder_);
}

access::Call TestEnvironment::Call() const {
  return {.caller = {.service = "test", .role = config::v1::OPERATOR},
          .id = "call",
          .now = clock_.Now()};
}

std::string TestEnvironment::CountingIds::NewId() {
  MutexLock lock(&mutex_);
  return absl::StrCat("id", ++count_);
}

// As long as a code verifier has to be.
std::string TestEnvironment::CountingIds::NewSecret() {
  const std::string id = NewId();
  return std::string(43 - id.size(), 's') + id;
}

}  // namespace profilesync::testing
