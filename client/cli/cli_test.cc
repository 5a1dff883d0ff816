#include "client/cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <streambuf>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "profilesync/v1/field_rule_service.grpc.pb.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::cli {
namespace {

using testing::HasSubstr;

class Firms final : public v1::FirmService::Service {
 public:
  grpc::Status GetFirm(grpc::ServerContext* context, const v1::GetFirmRequest* request,
                       v1::Firm* firm) override {
    if (request->name() != "firms/acme") {
      return grpc::Status(grpc::StatusCode::NOT_FOUND, "there is no such firm");
    }
    const auto found = context->client_metadata().find("authorization");
    authorization = found == context->client_metadata().end()
                        ? ""
                        : std::string(found->second.data(), found->second.size());
    firm->set_name(request->name());
    firm->set_display_name("Acme");
    return grpc::Status::OK;
  }

  std::string authorization;
};

// One profile under one add-on, with as many differing fields as the test says.
class Syncs final : public v1::SyncService::Service {
 public:
  grpc::Status GetProfileDiffs(grpc::ServerContext*, const v1::GetProfileDiffsRequest* request,
                               v1::ProfileDiffs* diffs) override {
    diffs->set_name(request->name());
    auto* entry = diffs->add_add_on_diffs();
    entry->set_add_on("firms/acme/addOns/xpm");
    if (differing < 0) {
      entry->set_missing_prerequisite(v1::AddOnDiff::LINK_REQUIRED);
      return grpc::Status::OK;
    }
    entry->mutable_diff()->set_differing_count(differing);
    if (fetched) {
      entry->mutable_diff()->mutable_refresh_time()->set_seconds(1'795'422'301);
    }
    auto* field = entry->mutable_diff()->add_fields();
    field->set_field("website");
    field->set_state(field_state);
    field->set_etag("etag-1");
    entry->mutable_diff()->set_add_on("firms/acme/addOns/xpm");
    return grpc::Status::OK;
  }
  grpc::Status SyncProfile(grpc::ServerContext*, const v1::SyncProfileRequest* request,
                           v1::SyncOperation* operation) override {
    synced = *request;
    operation->set_name("firms/acme/syncOperations/1");
    operation->set_state(state);
    operation->add_field_results()->set_field("website");
    return grpc::Status::OK;
  }
  grpc::Status RevertSyncOperation(grpc::ServerContext*,
                                   const v1::RevertSyncOperationRequest* request,
                                   v1::SyncOperation* operation) override {
    reverted = *request;
    operation->set_name("firms/acme/syncOperations/2");
    operation->set_state(state);
    return grpc::Status::OK;
  }
  grpc::Status ResolveSyncOperation(grpc::ServerContext*,
                                    const v1::ResolveSyncOperationRequest* request,
                                    v1::SyncOperation* operation) override {
    resolved = *request;
    operation->set_name(request->name());
    operation->set_state(v1::SyncOperation::FAILED);
    return grpc::Status::OK;
  }
  // As many entries as the page is big, and always more.
  grpc::Status ListFieldHistoryEntries(grpc::ServerContext*,
                                       const v1::ListFieldHistoryEntriesRequest* request,
                                       v1::ListFieldHistoryEntriesResponse* response) override {
    listed = *request;
    for (int i = 0; i < request->page_size(); ++i) {
      v1::FieldHistoryEntry* entry = response->add_field_history_entries();
      entry->set_field("website");
      entry->set_direction(v1::TO_PRACTICE);
      entry->mutable_new_value()->set_text("https://acme.example");
      entry->set_reason("a sync");
    }
    response->set_next_page_token("more");
    return grpc::Status::OK;
  }

  int differing = 0;
  bool fetched = true;
  v1::FieldDiff::State field_state = v1::FieldDiff::IN_SYNC;
  v1::SyncOperation::State state = v1::SyncOperation::DONE;
  v1::SyncProfileRequest synced;
  v1::RevertSyncOperationRequest reverted;
  v1::ResolveSyncOperationRequest resolved;
  v1::ListFieldHistoryEntriesRequest listed;
};

class Rules final : public v1::FieldRuleService::Service {
 public:
  grpc::Status GetFieldRule(grpc::ServerContext*, const v1::GetFieldRuleRequest* request,
                            v1::FieldRule* rule) override {
    rule->set_name(request->name());
    rule->set_preference(v1::FieldRule::ASK);
    return grpc::Status::OK;
  }
  // Two, one a page.
  grpc::Status ListFieldRules(grpc::ServerContext*, const v1::ListFieldRulesRequest* request,
                              v1::ListFieldRulesResponse* response) override {
    const bool first = request->page_token().empty();
    v1::FieldRule* rule = response->add_field_rules();
    rule->set_name(request->parent() + (first ? "/fieldRules/email" : "/fieldRules/website"));
    if (first) {
      rule->set_preference(v1::FieldRule::PROFILE);
      rule->add_allowed_directions(v1::TO_PRACTICE);
      rule->add_allowed_directions(v1::TO_PROFILE);
      response->set_next_page_token("more");
    }
    return grpc::Status::OK;
  }
  grpc::Status UpdateFieldRule(grpc::ServerContext*, const v1::UpdateFieldRuleRequest* request,
                               v1::FieldRule* rule) override {
    updated = *request;
    *rule = request->field_rule();
    return grpc::Status::OK;
  }
  grpc::Status DeleteFieldRule(grpc::ServerContext*, const v1::DeleteFieldRuleRequest* request,
                               google::protobuf::Empty*) override {
    deleted = *request;
    return grpc::Status::OK;
  }

  v1::UpdateFieldRuleRequest updated;
  v1::DeleteFieldRuleRequest deleted;
};

class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&firms_);
    builder.RegisterService(&rules_);
    builder.RegisterService(&syncs_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    address_ = absl::StrCat("127.0.0.1:", port);
  }

  int Run(std::vector<const char*> arguments) {
    out_.str("");
    err_.str("");
    arguments.insert(arguments.begin(), {"profilesync", "--address", address_.c_str()});
    Context context(out_, err_, {}, {}, absl::FromUnixSeconds(1'795'422'301));
    return cli::Run(static_cast<int>(arguments.size()), arguments.data(), context);
  }

  Firms firms_;
  Rules rules_;
  Syncs syncs_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CliTest, ShowsAResource) {
  EXPECT_EQ(Run({"firm", "get", "acme"}), kOk);
  EXPECT_EQ(out_.str(), "Field         Value\nname          firms/acme\ndisplay_name  Acme\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CliTest, TakesGlobalFlagsAfterTheVerb) {
  EXPECT_EQ(Run({"firm", "get", "--firm", "acme", "--output", "json"}), kOk);
  v1::Firm firm;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(out_.str(), &firm).ok()) << out_.str();
  EXPECT_THAT(out_.str(), HasSubstr("\"display_name\": \"Acme\""));
}

TEST_F(CliTest, EndsWith1OnAnError) {
  EXPECT_EQ(Run({"firm", "get", "nope"}), kError);
  EXPECT_EQ(err_.str(), "error: NOT_FOUND: there is no such firm\n");
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CliTest, EndsWith2OnABadCommandLine) {
  const std::vector<std::vector<const char*>> bad = {
      {},
      {"nope"},
      {"firm"},
      {"firm", "get"},
      {"firm", "get", "a", "b"},
      {"firm", "update", "acme"},
      {"profile", "update", "p1", "--firm", "acme"},
      {"diff", "p1"},
      {"diff", "p1", "--link", "l1", "--firm", "acme"},
      {"refresh", "--firm", "acme"},
      {"sync", "p1", "--firm", "acme"},
      {"sync", "p1", "--firm", "acme", "--to-practice", "nope"},
      {"sync", "p1", "--firm", "acme", "--from-diff", "/nowhere"},
      {"firm", "list", "--output", "xml"},
      {"firm", "list", "--timeout", "-1"},
      {"firm", "list", "--ca-file", "/nowhere"},
      {"firm", "list", "--token-file", "/nowhere"},
      {"import", "--firm", "acme"},
      {"profile", "list", "--firm", "acme", "--limit", "-1"},
      {"link", "list", "--firm", "acme", "--limit", "0"},
      {"diff", "--firm", "acme", "--limit", "-1"},
      {"operation", "list", "--firm", "acme", "--limit", "-1"},
      {"operation", "revert", "--firm", "acme"},
      {"operation", "resolve", "1", "--firm", "acme", "--applied"},
      {"operation", "resolve", "1", "--firm", "acme", "--note", "seen"},
      {"operation", "resolve", "1", "--firm", "acme", "--note", "x", "--applied", "--not-applied"},
      {"link", "history", "l1", "--firm", "acme", "--limit", "0"},
      {"rule", "set", "email", "--add-on", "xpm", "--firm", "acme"},
      {"rule", "set", "email", "--add-on", "xpm", "--firm", "acme", "--allow", "both"},
      {"rule", "set", "email", "--add-on", "xpm", "--firm", "acme", "--allow", "none,to-profile"},
      {"rule", "set", "email", "--add-on", "xpm", "--firm", "acme", "--prefer", "both"},
      {"rule", "get", "--add-on", "xpm", "--firm", "acme"},
      {"call", "NoSuchMethod"},
      {"call", "GetFirm", "{\"nope\": 1}"},
      {"call", "GetFirm", "not json"}};
  for (const auto& arguments : bad) {
    EXPECT_EQ(Run(arguments), kUsage) << testing::PrintToString(arguments);
    EXPECT_NE(err_.str(), "");
  }
}

TEST_F(CliTest, SaysWhatIsWrongWithACommandLine) {
  EXPECT_EQ(Run({"profile", "list", "--limit", "-1"}), kUsage);
  EXPECT_EQ(
      err_.str(),
      "error: --limit: -1 isn't a whole number above 0\nSee `profilesync profile list --help`.\n");
  EXPECT_EQ(Run({"frim", "list"}), kUsage);
  EXPECT_EQ(err_.str(),
            "error: there is no verb frim; did you mean firm?\nSee `profilesync --help`.\n");
}

TEST_F(CliTest, ShowsHelpWhereTheVerbIsMissing) {
  EXPECT_EQ(Run({"link"}), kUsage);
  EXPECT_THAT(err_.str(), HasSubstr("Usage: profilesync link"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CliTest, SendsTheTokenOfItsOwnVariableAndNotTheServers) {
  const std::string path = testing::TempDir() + "/cli_test_token";
  std::ofstream(path) << "secret\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  setenv("PROFILESYNC_TOKEN_FILE", path.c_str(), 1);
  EXPECT_EQ(Run({"firm", "get", "acme"}), kOk);
  EXPECT_EQ(firms_.authorization, "");
  setenv("PROFILESYNC_CLIENT_TOKEN_FILE", path.c_str(), 1);
  EXPECT_EQ(Run({"firm", "get", "acme"}), kOk);
  EXPECT_EQ(firms_.authorization, "Bearer secret");
  unsetenv("PROFILESYNC_TOKEN_FILE");
  unsetenv("PROFILESYNC_CLIENT_TOKEN_FILE");
  std::filesystem::remove(path);
}

TEST_F(CliTest, CallsTheServersOwnDefaultAddress) {
  EXPECT_EQ(Run({"--help"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("--address TEXT=127.0.0.1:7443"));
}

TEST_F(CliTest, EndsWith1WhenTheOutputCannotBeWritten) {
  // As a full disk: what is buffered can't be flushed.
  class Full : public std::streambuf {
    int sync() override { return -1; }
    int_type overflow(int_type c) override { return c; }
  } full;
  std::ostream out(&full);
  Context context(out, err_, {}, {}, absl::FromUnixSeconds(1'795'422'301));
  const std::vector<const char*> arguments = {"profilesync", "--address", address_.c_str(),
                                              "firm",        "get",       "acme"};
  EXPECT_EQ(cli::Run(static_cast<int>(arguments.size()), arguments.data(), context), kError);
  EXPECT_EQ(err_.str(), "error: the output couldn't be written\n");
}

TEST_F(CliTest, FitsTablesInTheWidthThatIsAskedFor) {
  EXPECT_EQ(Run({"firm", "get", "acme", "--width", "18"}), kOk);
  EXPECT_EQ(out_.str(),
            "Field     Value\n"
            "name      firms/ac\n"
            "          me\n"
            "display_  Acme\n"
            "name\n");
}

TEST_F(CliTest, ColoursWhereItIsToldTo) {
  constexpr char kRed[] = "\x1b[31merror:";
  struct Row {
    bool terminal;
    std::vector<const char*> flags;
    bool red;
  };
  for (const Row& row : {Row{false, {}, false}, Row{false, {"--color", "always"}, true},
                         Row{false, {"--color=auto"}, false}, Row{true, {}, true},
                         Row{true, {"--color=never"}, false}, Row{true, {"--color=auto"}, true}}) {
    std::vector<const char*> arguments = {"profilesync", "--address", address_.c_str(),
                                          "firm",        "get",       "nobody"};
    arguments.insert(arguments.end(), row.flags.begin(), row.flags.end());
    std::ostringstream err;
    const Style style = row.terminal ? Style{80, true} : Style{0, false};
    Context context(out_, err, style, style, absl::FromUnixSeconds(1'795'422'301));
    EXPECT_EQ(cli::Run(static_cast<int>(arguments.size()), arguments.data(), context), kError);
    EXPECT_EQ(err.str().find(kRed) != std::string::npos, row.red)
        << testing::PrintToString(arguments) << err.str();
    // It would stay in a file, whatever the colours.
    EXPECT_EQ(context.shows_progress(), row.terminal && row.red);
  }
  EXPECT_EQ(Run({"firm", "list", "--color", "red"}), kUsage);
}

TEST_F(CliTest, TakesOneWordForEachFlagOfAList) {
  EXPECT_EQ(Run({"--firm", "acme", "sync", "--to-practice", "website", "p1"}), kOk);
  EXPECT_EQ(syncs_.synced.name(), "firms/acme/profiles/p1");
}

TEST_F(CliTest, EndsWith0OnHelp) {
  EXPECT_EQ(Run({"--help"}), kOk);
  EXPECT_EQ(Run({"sync", "--help"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("--to-practice"));
}

TEST_F(CliTest, DiffEndsWith3WhereFieldsDiffer) {
  EXPECT_EQ(Run({"--firm", "acme", "diff", "p1"}), kOk);
  syncs_.differing = 2;
  EXPECT_EQ(Run({"--firm", "acme", "diff", "p1"}), kDifferences);
  EXPECT_EQ(Run({"--firm", "acme", "diff", "p1", "--output", "json"}), kDifferences);
  EXPECT_EQ(Run({"diff", "firms/acme/profiles/p1"}), kDifferences);
  EXPECT_EQ(Run({"--firm", "acme", "diff", "p1", "--add-on", "other"}), kUsage);
  syncs_.differing = -1;
  EXPECT_EQ(Run({"--firm", "acme", "diff", "p1"}), kError);
}

TEST_F(CliTest, DiffOfAPendingWriteIsNoAgreement) {
  syncs_.field_state = v1::FieldDiff::PENDING;
  EXPECT_EQ(Run({"--firm", "acme", "diff", "p1"}), kDifferences);
}

TEST_F(CliTest, DiffOfWhatWasNeverFetchedIsNoAgreement) {
  syncs_.fetched = false;
  EXPECT_EQ(Run({"--firm", "acme", "diff", "p1"}), kError);
}

TEST_F(CliTest, SyncOfWhatIsSuggestedIsDoneWhereNothingIs) {
  EXPECT_EQ(Run({"--firm", "acme", "sync", "p1", "--suggested"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("there is nothing to sync"));
  EXPECT_EQ(syncs_.synced.fields_size(), 0);
}

TEST_F(CliTest, SyncSendsWhatTheDiffShowed) {
  EXPECT_EQ(Run({"--firm", "acme", "sync", "p1", "--to-practice", "website", "--clear", "website"}),
            kOk);
  EXPECT_EQ(syncs_.synced.name(), "firms/acme/profiles/p1");
  EXPECT_EQ(syncs_.synced.add_on(), "firms/acme/addOns/xpm");
  ASSERT_EQ(syncs_.synced.fields_size(), 1);
  EXPECT_EQ(syncs_.synced.fields(0).etag(), "etag-1");
  EXPECT_EQ(syncs_.synced.fields(0).direction(), v1::TO_PRACTICE);
  EXPECT_TRUE(syncs_.synced.fields(0).clear());
  EXPECT_THAT(out_.str(), HasSubstr("firms/acme/syncOperations/1 is DONE"));
}

TEST_F(CliTest, SyncEndsWith1UnlessDone) {
  syncs_.state = v1::SyncOperation::UNKNOWN;
  EXPECT_EQ(Run({"--firm", "acme", "sync", "p1", "--to-profile", "website"}), kError);
  EXPECT_THAT(out_.str(), HasSubstr("firms/acme/syncOperations/1 is UNKNOWN"));
  EXPECT_THAT(err_.str(), HasSubstr("error: UNKNOWN"));
}

TEST_F(CliTest, RevertsAnOperation) {
  EXPECT_EQ(Run({"--firm", "acme", "operation", "revert", "1", "--allow-partial", "--dry-run"}),
            kOk);
  EXPECT_EQ(syncs_.reverted.name(), "firms/acme/syncOperations/1");
  EXPECT_TRUE(syncs_.reverted.allow_partial());
  EXPECT_TRUE(syncs_.reverted.validate_only());
  EXPECT_THAT(out_.str(), HasSubstr("firms/acme/syncOperations/2 is DONE"));
  syncs_.state = v1::SyncOperation::NEEDS_ATTENTION;
  EXPECT_EQ(Run({"--firm", "acme", "operation", "revert", "1"}), kError);
  EXPECT_FALSE(syncs_.reverted.allow_partial());
  EXPECT_FALSE(syncs_.reverted.validate_only());
  EXPECT_THAT(out_.str(), HasSubstr("profilesync operation resolve firms/acme/syncOperations/2 "
                                    "--applied|--not-applied --note TEXT"));
}

TEST_F(CliTest, RecordsWhatAPersonFoundOut) {
  using Request = v1::ResolveSyncOperationRequest;
  EXPECT_EQ(Run({"--firm", "acme", "operation", "resolve", "1", "--not-applied", "--note",
                 "isn't there"}),
            kOk)
      << "FAILED is what was found, and no error";
  EXPECT_EQ(syncs_.resolved.name(), "firms/acme/syncOperations/1");
  EXPECT_EQ(syncs_.resolved.resolution(), Request::NOT_APPLIED);
  EXPECT_EQ(syncs_.resolved.note(), "isn't there");
  EXPECT_FALSE(syncs_.resolved.validate_only());
  EXPECT_THAT(out_.str(), HasSubstr("firms/acme/syncOperations/1 is FAILED"));
  EXPECT_EQ(Run({"--firm", "acme", "operation", "resolve", "1", "--applied", "--note", "it is",
                 "--dry-run"}),
            kOk);
  EXPECT_EQ(syncs_.resolved.resolution(), Request::APPLIED);
  EXPECT_TRUE(syncs_.resolved.validate_only());
}

TEST_F(CliTest, ListsTheHistoryOfAField) {
  EXPECT_EQ(Run({"--firm", "acme", "--width", "200", "link", "history", "l1", "--field", "website",
                 "--limit", "3"}),
            kOk);
  EXPECT_EQ(syncs_.listed.parent(), "firms/acme/links/l1");
  EXPECT_EQ(syncs_.listed.filter(), "field = \"website\"");
  const std::string table = out_.str();
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 4) << table;
  EXPECT_THAT(table, HasSubstr("TO_PRACTICE"));
  EXPECT_THAT(table, HasSubstr("https://acme.example"));
  EXPECT_EQ(Run({"--firm", "acme", "link", "history", "l1"}), kOk);
  EXPECT_EQ(syncs_.listed.filter(), "");
  EXPECT_EQ(syncs_.listed.page_size(), 50);
}

TEST_F(CliTest, ListsAndShowsRulesInTheWordsThatSetThem) {
  EXPECT_EQ(Run({"--firm", "acme", "rule", "list", "--add-on", "xpm"}), kOk);
  EXPECT_EQ(out_.str(),
            "Field    Allowed                 Preferred\n"
            "email    to-practice,to-profile  profile\n"
            "website  none                    ask\n");
  EXPECT_EQ(Run({"rule", "get", "firms/acme/addOns/xpm/fieldRules/website"}), kOk);
  EXPECT_EQ(out_.str(), "Field    Allowed  Preferred\nwebsite  none     ask\n");
  EXPECT_EQ(Run({"--firm", "acme", "rule", "get", "email", "--add-on", "xpm", "--output", "json"}),
            kOk);
  EXPECT_THAT(out_.str(), HasSubstr("firms/acme/addOns/xpm/fieldRules/email"));
}

TEST_F(CliTest, SetsWhatIsGivenOfARule) {
  EXPECT_EQ(Run({"--firm", "acme", "rule", "set", "--add-on", "xpm", "--allow",
                 "to-practice,to-profile", "--prefer", "practice", "email"}),
            kOk);
  const v1::FieldRule& rule = rules_.updated.field_rule();
  EXPECT_EQ(rule.name(), "firms/acme/addOns/xpm/fieldRules/email");
  EXPECT_THAT(rule.allowed_directions(), testing::ElementsAre(v1::TO_PRACTICE, v1::TO_PROFILE));
  EXPECT_EQ(rule.preference(), v1::FieldRule::PRACTICE);
  EXPECT_THAT(rules_.updated.update_mask().paths(),
              testing::ElementsAre("allowed_directions", "preference"));
  EXPECT_TRUE(rules_.updated.allow_missing());
  EXPECT_FALSE(rules_.updated.validate_only());
  EXPECT_EQ(Run({"--firm", "acme", "rule", "set", "email", "--add-on", "xpm", "--allow", "none",
                 "--dry-run"}),
            kOk);
  EXPECT_THAT(rules_.updated.field_rule().allowed_directions(), testing::IsEmpty());
  EXPECT_THAT(rules_.updated.update_mask().paths(), testing::ElementsAre("allowed_directions"));
  EXPECT_TRUE(rules_.updated.validate_only());
  EXPECT_EQ(Run({"--firm", "acme", "rule", "set", "email", "--add-on", "xpm", "--prefer", "ask"}),
            kOk);
  EXPECT_EQ(rules_.updated.field_rule().preference(), v1::FieldRule::ASK);
  EXPECT_THAT(rules_.updated.update_mask().paths(), testing::ElementsAre("preference"));
}

TEST_F(CliTest, DeletesARule) {
  EXPECT_EQ(Run({"--firm", "acme", "rule", "delete", "email", "--add-on", "xpm", "--dry-run"}),
            kOk);
  EXPECT_EQ(rules_.deleted.name(), "firms/acme/addOns/xpm/fieldRules/email");
  EXPECT_TRUE(rules_.deleted.validate_only());
  EXPECT_EQ(out_.str(), "would delete firms/acme/addOns/xpm/fieldRules/email\n");
}

TEST_F(CliTest, CallsAnyMethodWithJson) {
  EXPECT_EQ(Run({"call", "getfirm", "{\"name\": \"firms/acme\"}"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("\"display_name\": \"Acme\""));
  EXPECT_EQ(Run({"call", "GetLink"}), kError);
  EXPECT_THAT(err_.str(), HasSubstr("UNIMPLEMENTED"));
  EXPECT_EQ(Run({"call"}), kOk);
  EXPECT_THAT(out_.str(), HasSubstr("profilesync.v1.SyncService.WatchDiffs(WatchDiffsRequest)"));
}

}  // namespace
}  // namespace profilesync::cli
