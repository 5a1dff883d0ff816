#include "client/cli/render_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/context.h"
#include "client/cpp/error.h"
#include "common/error.h"

namespace profilesync::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RenderError, ShowsCodeAndMessage) {
  EXPECT_EQ(RenderError({}, absl::NotFoundError("no such\nthing\x1b[31m")),
            "error: NOT_FOUND: no such\nthing\uFFFD[31m\n");
}

TEST(RenderError, ListsEachViolation) {
  Violations violations;
  violations.Add("profile.fields.email", "isn't an e-mail address");
  violations.Add("profile.fields.name", "must not be blank");
  EXPECT_EQ(RenderError({}, violations.ToStatus()),
            "error: INVALID_ARGUMENT: the request isn't valid\n"
            "  profile.fields.email: isn't an e-mail address\n"
            "  profile.fields.name: must not be blank\n"
            "  reason: INVALID_REQUEST\n");
}

TEST(RenderError, SaysWhatToDoNext) {
  EXPECT_EQ(
      RenderError({}, MakeError(absl::StatusCode::kAlreadyExists, v1::LINK_EXISTS,
                                "the profile is linked already", {{"link", "firms/a/links/b"}})),
      "error: ALREADY_EXISTS: the profile is linked already\n"
      "  reason: LINK_EXISTS (link firms/a/links/b)\n"
      "  next: look at it: profilesync link get firms/a/links/b\n");
}

TEST(RenderError, TakesTheAdviceWhereTheErrorHasNone) {
  EXPECT_EQ(RenderError({}, absl::UnavailableError("Socket closed"), "is it running?"),
            "error: UNAVAILABLE: Socket closed\n  next: is it running?\n");
  EXPECT_THAT(RenderError({},
                          MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                                    "no answer"),
                          "is it running?"),
              Not(HasSubstr("is it running?")));
}

// An operation may have written something, whatever the error that ended it.
TEST(RenderError, PointsToTheOperationThatIsNotDone) {
  for (const auto state : {v1::SyncOperation::UNKNOWN, v1::SyncOperation::PARTLY_DONE}) {
    v1::SyncOperation operation;
    operation.set_name("firms/a/syncOperations/b");
    operation.set_state(state);
    google::rpc::ErrorInfo info;
    info.set_domain("profilesync");
    info.set_reason("PRACTICE_SYSTEM_UNAVAILABLE");
    operation.mutable_error()->set_message("no answer");
    operation.mutable_error()->add_details()->PackFrom(info);
    const std::string text = RenderError({}, client::RequireDone(operation).status());
    EXPECT_THAT(text, HasSubstr("  reason: PRACTICE_SYSTEM_UNAVAILABLE\n"));
    EXPECT_THAT(text, HasSubstr("  next: see what was done: profilesync operation get "
                                "firms/a/syncOperations/b\n"));
    EXPECT_THAT(text, Not(HasSubstr("try again")));
  }
}

TEST(RenderError, LeavesAdviceOutThatItCannotComplete) {
  EXPECT_EQ(RenderError({}, MakeError(absl::StatusCode::kAlreadyExists, v1::LINK_EXISTS, "x")),
            "error: ALREADY_EXISTS: x\n  reason: LINK_EXISTS\n");
}

TEST(RenderError, SaysWhenToTryAgain) {
  EXPECT_EQ(RenderError({}, WithRetryAfter(absl::ResourceExhaustedError("used up"),
                                           absl::Milliseconds(11'200))),
            "error: RESOURCE_EXHAUSTED: used up\n  try again in 12 s\n");
}

TEST(RenderError, KeepsUsageErrorsShort) {
  EXPECT_EQ(RenderError({80, true}, UsageError("which firm?")),
            "\x1b[31merror:\x1b[0m which firm?\n");
}

}  // namespace
}  // namespace profilesync::cli
