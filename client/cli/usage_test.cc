#include "client/cli/usage.h"

#include <gtest/gtest.h>

#include <vector>

namespace profilesync::cli {
namespace {

// What is said about a command line for a program with the verbs firm get and search.
std::string Say(std::vector<const char*> arguments) {
  CLI::App app("", "profilesync");
  app.fallthrough();
  app.require_subcommand(1);
  CLI::App* firm = app.add_subcommand("firm");
  firm->require_subcommand(1);
  std::string id;
  firm->add_subcommand("get")->add_option("ID", id)->required();
  app.add_subcommand("search");
  arguments.insert(arguments.begin(), "profilesync");
  try {
    app.parse(static_cast<int>(arguments.size()), arguments.data());
  } catch (const CLI::ParseError& error) {
    return NamesNoVerb(app, error) ? "no verb" : VerbPath(app) + ": " + UsageMessage(app, error);
  }
  return "";
}

TEST(UsageMessage, SuggestsTheNearestVerb) {
  EXPECT_EQ(Say({"frim", "get"}), "profilesync: there is no verb frim; did you mean firm?");
  EXPECT_EQ(Say({"sea"}), "profilesync: there is no verb sea; did you mean search?");
  EXPECT_EQ(Say({"firm", "gets", "x"}),
            "profilesync firm: there is no firm verb gets; did you mean get?");
}

TEST(UsageMessage, ListsTheVerbsWhereNoneIsNear) {
  EXPECT_EQ(Say({"bogus"}), "profilesync: there is no verb bogus; the verbs are firm, search");
  EXPECT_EQ(Say({"x"}), "profilesync: there is no verb x; the verbs are firm, search");
}

TEST(UsageMessage, NamesWhatIsTooMuch) {
  EXPECT_EQ(Say({"--bogus"}), "profilesync: there is no flag --bogus");
  EXPECT_EQ(Say({"search", "--bogus", "1"}), "profilesync search: there is no flag --bogus");
  EXPECT_EQ(Say({"firm", "get", "a", "b"}), "profilesync firm get: unexpected argument b");
}

TEST(UsageMessage, LeavesTheRestToTheParser) {
  EXPECT_EQ(Say({"firm", "get"}), "profilesync firm get: ID is required");
}

TEST(NamesNoVerb, IsACommandLineThatEndsEarly) {
  EXPECT_EQ(Say({}), "no verb");
  EXPECT_EQ(Say({"firm"}), "no verb");
}

TEST(AboveZero, NamesTheValueThatIsNot) {
  for (const char* value : {"-1", "0", "x", "1x", "", "nan"}) {
    std::string text = value;
    EXPECT_EQ(AboveZero()(text), text + " isn't a number above 0");
  }
  std::string half = "0.5";
  EXPECT_EQ(AboveZero()(half), "");
  EXPECT_EQ(AboveZero(true)(half), "0.5 isn't a whole number above 0");
  std::string three = "3";
  EXPECT_EQ(AboveZero(true)(three), "");
}

}  // namespace
}  // namespace profilesync::cli
