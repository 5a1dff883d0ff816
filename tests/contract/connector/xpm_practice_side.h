#pragma once

#include <memory>
#include <string>

#include "common/clock.h"
#include "tests/contract/connector/practice_side.h"
#include "tests/sandbox/xpm/xpm_sandbox.h"

namespace profilesync::connector {

// The XPM connector on an XPM sandbox that behaves as it is told, over HTTP.
class XpmPracticeSide final : public PracticeSide {
 public:
  explicit XpmPracticeSide(const xpm_sandbox::Behaviour& behaviour = {});
  ~XpmPracticeSide() override;

  Connector& connector() override { return *connector_; }
  Tenant tenant() const override { return {.tenant_id = sandbox_.tenant_id()}; }
  Ways ways() const override;
  std::string Add(const type::PracticeClient& client) override;
  std::string AddBare(const std::string& name) override;
  void Edit(const std::string& id, const type::ClientFields& fields) override;
  void SetState(const std::string& id, type::PracticeClient::State state) override;
  void Remove(const std::string& id) override;
  type::ClientFields Stored(const std::string& id) const override;
  std::string UnknownId() const override { return "ffffffff-0000-4000-8000-000000000000"; }
  void MeddleWithNextUpdate(const std::string& value) override;
  void BePatient() override { Connect(60); }
  void HangNext(int times) override;
  void Release() override { sandbox_.Release(); }
  int hanging() const override { return sandbox_.hanging(); }
  int calls() const override { return static_cast<int>(sandbox_.calls().size()); }
  int writes() const override;

  xpm_sandbox::XpmSandbox& sandbox() { return sandbox_; }
  const std::string& token_file() const { return token_file_; }

 private:
  void BreakNext(Operation operation, Trouble trouble, bool applied, int times) override;
  void Connect(int read_timeout_seconds);

  const std::string token_file_;
  const SystemClock clock_;
  xpm_sandbox::XpmSandbox sandbox_;
  std::unique_ptr<Connector> connector_;
};

}  // namespace profilesync::connector
