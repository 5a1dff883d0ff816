#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "server/store/store.h"

namespace profilesync::store {

// What every Store must do. An implementation's test links the library profilesync_store_contract,
// and says
//   INSTANTIATE_TEST_SUITE_P(Mine, StoreContract, ::testing::Values(StoreMaker{"mine", MakeMine}),
//                            StoreMaker::NameOf);
//
// A store under test, with nothing in it at first.
class StoreHarness {
 public:
  virtual ~StoreHarness() = default;
  virtual Store& store() = 0;
  // Closes the store and opens it again. False where nothing outlives closing.
  virtual bool Reopen() = 0;
  // Opens it again, allowing this many writes to wait. False where there is no bound.
  virtual bool ReopenWithQueue(int max_queued) = 0;
};

struct StoreMaker {
  std::string name;
  std::function<std::unique_ptr<StoreHarness>()> make;

  static std::string NameOf(const ::testing::TestParamInfo<StoreMaker>& info) {
    return info.param.name;
  }
  friend void PrintTo(const StoreMaker& maker, std::ostream* out) { *out << maker.name; }
};

class StoreContract : public ::testing::TestWithParam<StoreMaker> {
 protected:
  StoreContract() : harness_(GetParam().make()) {}

  StoreHarness& harness() { return *harness_; }
  Store& store() { return harness_->store(); }

  absl::Status Write(Store::WriteBody body) { return store().WriteAndWait(std::move(body)); }

  // What `get` reads; a test failure when it can't be read.
  template <typename Get>
  auto Read(Get get) {
    decltype(get(std::declval<const Reader&>())) result = absl::UnknownError("not read");
    const absl::Status status = store().Read([&](const Reader& reader) {
      result = get(reader);
      return result.status();
    });
    EXPECT_TRUE(status.ok()) << status;
    return result.ok() ? *std::move(result) : typename std::decay_t<decltype(result)>::value_type();
  }

 private:
  std::unique_ptr<StoreHarness> harness_;
};

MATCHER_P(HasCode, code, "") { return arg.code() == code; }

// Rows to store. Times are seconds since 1970.
v1::Firm MakeFirm(const std::string& firm);
v1::AddOn MakeAddOn(const std::string& firm, const std::string& id, const std::string& system,
                    const std::string& tenant);
v1::FieldRule MakeFieldRule(const std::string& firm, const std::string& add_on,
                            const std::string& field);
ProfileRow MakeProfile(const std::string& firm, const std::string& id,
                       const std::string& display_name = "Name", int create_time = 0,
                       int update_time = 0);
LinkRow MakeLink(const std::string& firm, const std::string& id, const std::string& profile,
                 const std::string& add_on, const std::string& client);
SyncOperationRow MakeOperation(const std::string& firm, const std::string& id,
                               const std::string& profile, const std::string& link,
                               v1::SyncOperation::State state, int create_time = 0);
// Of a link of add-on "a" whose field 1 differs, in state 7, since then.
DiffRow MakeDiff(const std::string& link, std::int64_t sequence, const std::string& diff = "diff",
                 int differ_time = 1);
v1::ProfileChange MakeChange(const std::string& firm, const std::string& profile);

// The message as text, to compare by.
std::string TextOf(const google::protobuf::Message& message);
std::string IdOf(const std::string& name);

}  // namespace profilesync::store
