#include "tests/robustness/model/step.h"

namespace profilesync::robustness {
namespace {

struct Weight {
  StepKind kind;
  const char* name;
  int weight;
};

constexpr Weight kWeights[] = {
    {StepKind::kSave, "save", 140},
    {StepKind::kStaffEdit, "staff edit", 110},
    {StepKind::kSync, "sync", 260},
    {StepKind::kSuggestions, "suggestions", 50},
    {StepKind::kRevert, "revert", 60},
    {StepKind::kRestore, "restore", 40},
    {StepKind::kResolve, "resolve", 30},
    {StepKind::kResume, "resume writes", 25},
    {StepKind::kRefreshLink, "refresh link", 60},
    {StepKind::kRefreshFirm, "refresh firm", 15},
    {StepKind::kLink, "link", 60},
    {StepKind::kUnlink, "unlink", 24},
    {StepKind::kNewProfile, "new profile", 8},
    {StepKind::kNewClient, "new client", 8},
    {StepKind::kExport, "export", 24},
    {StepKind::kRepeat, "repeat", 40},
    {StepKind::kRace, "race", 12},
    {StepKind::kRelease, "release", 60},
    {StepKind::kTime, "time", 80},
    {StepKind::kBackground, "background", 70},
    {StepKind::kKill, "kill", 4},
    {StepKind::kRestart, "restart", 2},
    {StepKind::kBehaviour, "behaviour", 12},
    {StepKind::kApplyLate, "apply late", 10},
};

StepKind KindAt(int at) {
  for (const Weight& weight : kWeights) {
    if (at < weight.weight) {
      return weight.kind;
    }
    at -= weight.weight;
  }
  return StepKind::kSave;
}

}  // namespace

std::string NameOf(StepKind kind) {
  for (const Weight& weight : kWeights) {
    if (weight.kind == kind) {
      return weight.name;
    }
  }
  return "?";
}

// SplitMix64.
std::uint64_t Draw::Next() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::vector<Step> StepsOf(std::uint64_t seed, int count) {
  int total = 0;
  for (const Weight& weight : kWeights) {
    total += weight.weight;
  }
  Draw draw(seed);
  std::vector<Step> steps;
  for (int i = 0; i < count; ++i) {
    steps.push_back({.kind = KindAt(draw.Below(total)), .number = i, .seed = draw.Next()});
  }
  return steps;
}

}  // namespace profilesync::robustness
