#include "server/connector/xpm/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"

namespace profilesync::connector::xpm {
namespace {

using absl::StatusCode;
using http::HttpResult;
using ::testing::HasSubstr;
using ::testing::Not;

HttpResult Answer(int status, const std::string& body = "") {
  return {.outcome = HttpResult::Outcome::kAnswered,
          .may_have_been_sent = true,
          .status = status,
          .body = body};
}

std::string ErrorBody(const std::string& text) {
  return absl::StrCat("<Response><Status>ERROR</Status><ErrorDescription>", text,
                      "</ErrorDescription></Response>");
}

constexpr char kProblem[] = R"({"Title":"Not Found","Status":404,"Detail":"ResourceNotFound"})";

TEST(AnswerTest, MapsWhatAReadOfOneClientGot) {
  struct Row {
    int status;
    std::string body;
    StatusCode code;
    v1::ErrorReason reason;
  };
  const auto kGone = v1::PRACTICE_SYSTEM_UNAVAILABLE;
  const Row rows[] = {
      {401, kProblem, StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION},
      {401, "<html>", StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION},
      {401, "{\"Title\":", StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION},
      {403, kProblem, StatusCode::kFailedPrecondition, v1::ACCESS_DENIED},
      {404, ErrorBody("Client not found"), StatusCode::kNotFound, v1::PRACTICE_CLIENT_NOT_FOUND},
      {404, "", StatusCode::kUnavailable, kGone},
      {404, "Client not found", StatusCode::kUnavailable, kGone},
      {404, "<Error>Client not found</Error>", StatusCode::kUnavailable, kGone},
      {404, "<Response><ErrorDescription>Client not found", StatusCode::kUnavailable, kGone},
      {404, ErrorBody("No route to this resource"), StatusCode::kUnavailable, kGone},
      {404, ErrorBody(""), StatusCode::kUnavailable, kGone},
      {404, kProblem, StatusCode::kUnavailable, kGone},
      {404, "\n<!DOCTYPE html><html></html>", StatusCode::kUnavailable, kGone},
      {500, ErrorBody("Invalid client identifier"), StatusCode::kNotFound,
       v1::PRACTICE_CLIENT_NOT_FOUND},
      {500, ErrorBody("An application exception occurred"), StatusCode::kUnavailable, kGone},
      {500, "Client not found", StatusCode::kUnavailable, kGone},
      {400, ErrorBody("Bad page"), StatusCode::kFailedPrecondition, v1::REFUSED_BY_PRACTICE_SYSTEM},
      {409, ErrorBody("Conflict"), StatusCode::kFailedPrecondition, v1::REFUSED_BY_PRACTICE_SYSTEM},
      {408, "", StatusCode::kUnavailable, kGone},
      {302, "", StatusCode::kUnavailable, kGone},
      {201, ErrorBody(""), StatusCode::kUnavailable, kGone},
      {503, kProblem, StatusCode::kUnavailable, kGone},
      {429, "", StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED},
  };
  for (const Row& row : rows) {
    const absl::Status status = StatusOfGet(Answer(row.status, row.body), "id");
    EXPECT_EQ(status.code(), row.code) << row.status << row.body << status;
    EXPECT_EQ(ReasonOf(status), row.reason) << row.status << row.body << status;
  }
  EXPECT_TRUE(StatusOfGet(Answer(200), "id").ok());
}

TEST(AnswerTest, OnlyAReadOfOneClientMayFindNone) {
  EXPECT_EQ(ReasonOf(StatusOfAnswer(Answer(404, ErrorBody("Client not found")))),
            v1::REFUSED_BY_PRACTICE_SYSTEM);
  for (const char* body : {"", "404 page not found"}) {
    EXPECT_EQ(StatusOfAnswer(Answer(404, body)).code(), StatusCode::kUnavailable) << body;
  }
  const Envelope unknown{.status = "error", .error_description = "Invalid CLIENT identifier"};
  EXPECT_EQ(StatusOfEnvelope(unknown, "id").code(), StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(StatusOfEnvelope(unknown, "")), v1::REFUSED_BY_PRACTICE_SYSTEM);
  const Envelope other{.status = "ERROR", .error_description = "Invalid staff identifier"};
  EXPECT_EQ(ReasonOf(StatusOfEnvelope(other, "id")), v1::REFUSED_BY_PRACTICE_SYSTEM);
  EXPECT_TRUE(StatusOfEnvelope({.status = "OK", .error_description = "not found"}, "id").ok());
}

TEST(AnswerTest, SaysWhenToTryAgain) {
  struct Row {
    const char* header;
    absl::Duration delay;
  };
  for (const Row& row : {Row{"22", absl::Seconds(22)}, Row{"", absl::Seconds(2)},
                         Row{"0", absl::Seconds(2)}, Row{"-5", absl::Seconds(2)},
                         Row{"soon", absl::Seconds(2)}, Row{"999999999", absl::Hours(24)}}) {
    HttpResult result = Answer(429);
    result.headers.Set("retry-after", row.header);
    EXPECT_EQ(RetryAfterOf(StatusOfAnswer(result)), row.delay) << row.header;
  }
}

TEST(AnswerTest, CutsTextsAndPutsThemOnOneLine) {
  const Envelope envelope{.status = "ERROR",
                          .error_description = "a\nb\x7f" + std::string(300, '\xc3') + "tail"};
  EXPECT_THAT(std::string(StatusOfEnvelope(envelope, "").message()), Not(HasSubstr("\n")));
  std::string accents;
  for (int i = 0; i < 300; ++i) {
    accents += "\xc3\xa9";
  }
  const std::string message(
      StatusOfEnvelope({.status = "ERROR", .error_description = accents}, "").message());
  EXPECT_THAT(message, HasSubstr(accents.substr(0, 400)));
  EXPECT_THAT(message, Not(HasSubstr(accents.substr(0, 402))));
}

TEST(AnswerTest, TakesTheTaxNumberOutBeforeItCutsTheText) {
  // Were it cut first, 1234 would be left at the end.
  const std::string text = std::string(196, 'x') + "1234-567-89 is taken";
  const absl::Status statuses[] = {
      StatusOfEnvelope({.status = "ERROR", .error_description = text}, "id", "123456789"),
      StatusOfGet(Answer(409, ErrorBody(text)), "id", "123 456 789"),
      StatusOfAnswer(Answer(400, ErrorBody(text)), "123456789")};
  for (const absl::Status& status : statuses) {
    EXPECT_EQ(ReasonOf(status), v1::REFUSED_BY_PRACTICE_SYSTEM);
    EXPECT_THAT(std::string(status.message()), HasSubstr("xxx(tax"));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("1")));
  }
}

TEST(AnswerTest, KnowsWhatProvesThatAWriteWasRefused) {
  for (const int status : {400, 401, 403, 404, 405, 409, 429}) {
    EXPECT_TRUE(ProvesRefusal(Answer(status))) << status;
  }
  for (const int status : {200, 201, 302, 408, 500, 502, 503, 504}) {
    EXPECT_FALSE(ProvesRefusal(Answer(status))) << status;
  }
  EXPECT_TRUE(ProvesRefusal({.outcome = HttpResult::Outcome::kNoConnection}));
  EXPECT_TRUE(ProvesRefusal({.outcome = HttpResult::Outcome::kDeadlineExceeded}));
  for (const auto outcome : {HttpResult::Outcome::kTimedOut, HttpResult::Outcome::kDeadlineExceeded,
                             HttpResult::Outcome::kBroken, HttpResult::Outcome::kTooLarge}) {
    // A status line alone proves nothing.
    EXPECT_FALSE(ProvesRefusal({.outcome = outcome, .may_have_been_sent = true, .status = 400}));
  }
}

}  // namespace
}  // namespace profilesync::connector::xpm
