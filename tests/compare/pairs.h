#pragma once

#include <string>
#include <vector>

#include "common/catalogue.h"
#include "common/normalise.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// One row of pairs.tsv.
struct Pair {
  // Its line in the file, from 1.
  int line = 0;
  const Field* field = nullptr;
  type::PartyKind kind = type::PARTY_KIND_UNSPECIFIED;
  std::string region;
  type::FieldValue left;
  type::FieldValue right;
  bool equal = false;
  // "" where the file has "-".
  std::string rule;

  Normaliser normaliser() const { return Normaliser(region, kind); }
  // The line and both sides, for failure messages.
  std::string Describe() const;
};

// The rows of the file at `path`; what is wrong with the file itself is appended to `faults`.
std::vector<Pair> ReadPairs(const std::string& path, std::vector<std::string>* faults);

}  // namespace profilesync
