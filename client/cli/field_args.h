#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/field_mask.pb.h"
#include "profilesync/v1/profile.pb.h"

namespace profilesync::cli {

// Sets fields of a profile from arguments:
//   email=a@example.org                    a text field
//   postal_address.lines="PO Box 12"       a line of an address, top to bottom
//   postal_address.city=Nelson             another part: city, region, postal_code, country
// An address that is named at all is set whole, from what the arguments say of it. The path of each
// field that is set goes to `mask`, once. A usage error for anything else.
absl::Status SetFields(const std::vector<std::string>& arguments, v1::Profile* profile,
                       google::protobuf::FieldMask* mask);

// Makes fields blank: only their paths go to `mask`.
absl::Status ClearFields(const std::vector<std::string>& fields, google::protobuf::FieldMask* mask);

// Reads a party kind, in any letter case.
absl::Status SetKind(const std::string& kind, type::PartyKind* out);

// "email, primary_phone, …": every field that can be synced.
std::string FieldNames();

}  // namespace profilesync::cli
