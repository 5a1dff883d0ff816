#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "profilesync/v1/profile_service.pb.h"
#include "tests/benchmark/bed.h"

namespace profilesync::benchmark {

// How many fields ChangeProfiles makes differ.
inline constexpr int kChangedFields = 2;

// A phone number; two variants differ.
std::string PhoneOf(int variant);

// The request_id of that number, as the thin clients send them.
std::string RequestId(std::uint64_t number);

// A save of the profile that sets primary_phone. Two saves with different variants differ.
v1::UpdateProfileRequest PhoneSave(const std::string& profile, int variant);

// Changes two fields of each profile, which differ from the practice client's from then on.
absl::Status ChangeProfiles(const Bed& bed, const std::vector<Pair>& pairs);

}  // namespace profilesync::benchmark
