#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/xpm/test_clients.h"

// The reference's rules as a table: a raw request, and what must come back.
namespace profilesync::xpm_sandbox {

struct Rule {
  std::string section;
  std::string what;
  std::string method = "GET";
  std::string target;
  std::string headers = kAuth;
  std::string body = "";
  int status = 200;
  std::vector<std::pair<std::string, std::string>> has_headers = {};
  std::vector<std::string> lacks_headers = {};
  std::vector<std::string> has = {};
  std::vector<std::string> lacks = {};
  // The whole body.
  std::optional<std::string> exact = {};
  // What holds before the call: switches, limits, calls of the same target, a fault.
  Behaviour behaviour = {};
  LimitConfig limits = {0, 0, 0, 0};
  int calls_before = 0;
  std::optional<Fault> fault = {};
  // What get of `then_uuid` shows afterwards.
  std::string then_uuid = "";
  std::vector<std::string> then_has = {};
};

inline std::string Error(const std::string& method, const std::string& text) {
  return "<Response api-method=\"" + method + "\"><Status>ERROR</Status><ErrorDescription>" + text +
         "</ErrorDescription></Response>";
}

// `<Client>` with the UUID, a Name and `rest`.
inline std::string Body(const std::string& uuid, const std::string& rest) {
  return "<Client><UUID>" + uuid + "</UUID><Name>Some Name</Name>" + rest + "</Client>";
}

inline void Check(const Rule& rule) {
  SCOPED_TRACE("reference " + rule.section + ": " + rule.what);
  TestSandbox sandbox(rule.behaviour, rule.limits);
  for (int i = 0; i < rule.calls_before; ++i) sandbox.Call("GET", rule.target);
  if (rule.fault) {
    EXPECT_TRUE(sandbox.xpm.InjectFault(*rule.fault).ok());
  }
  const RawReply reply = sandbox.Call(rule.method, rule.target, rule.body, rule.headers);
  EXPECT_EQ(reply.status, rule.status) << reply.body;
  for (const auto& [name, value] : rule.has_headers) EXPECT_EQ(reply.Header(name), value) << name;
  for (const std::string& name : rule.lacks_headers) EXPECT_EQ(reply.Header(name), std::nullopt);
  for (const std::string& part : rule.has) EXPECT_THAT(reply.body, ::testing::HasSubstr(part));
  for (const std::string& part : rule.lacks) {
    EXPECT_THAT(reply.body, ::testing::Not(::testing::HasSubstr(part)));
  }
  EXPECT_EQ(reply.body, rule.exact.value_or(reply.body));
  EXPECT_TRUE(reply.Header("Xero-Correlation-Id").has_value());
  EXPECT_TRUE(reply.Header("Date").has_value());
  if (rule.then_uuid.empty()) return;
  const RawReply then = sandbox.Get(rule.then_uuid);
  for (const std::string& part : rule.then_has) EXPECT_THAT(then.body, ::testing::HasSubstr(part));
}

inline void CheckAll(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) Check(rule);
}

}  // namespace profilesync::xpm_sandbox
