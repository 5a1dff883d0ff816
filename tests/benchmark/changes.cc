#include "tests/benchmark/changes.h"

#include "absl/strings/str_format.h"
#include "common/status.h"

namespace profilesync::benchmark {

std::string PhoneOf(int variant) { return absl::StrFormat("04 499 %04d", variant); }

std::string RequestId(std::uint64_t number) {
  return absl::StrFormat("%08x-0000-4000-8000-%012x", number >> 32, number);
}

v1::UpdateProfileRequest PhoneSave(const std::string& profile, int variant) {
  v1::UpdateProfileRequest request;
  request.mutable_profile()->set_name(profile);
  request.mutable_profile()->mutable_fields()->set_primary_phone(PhoneOf(variant));
  request.mutable_update_mask()->add_paths("fields.primary_phone");
  return request;
}

absl::Status ChangeProfiles(const Bed& bed, const std::vector<Pair>& pairs) {
  v1::ProfileService::Stub profiles(bed.Channels(1).front());
  for (const Pair& pair : pairs) {
    v1::UpdateProfileRequest request = PhoneSave(pair.profile, 1);
    request.mutable_profile()->mutable_fields()->set_website("https://new.example/");
    request.mutable_update_mask()->add_paths("fields.website");
    v1::Profile saved;
    RETURN_IF_ERROR(bed.Call(profiles, &v1::ProfileService::Stub::UpdateProfile, request, &saved));
  }
  return absl::OkStatus();
}

}  // namespace profilesync::benchmark
