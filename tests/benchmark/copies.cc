#include "tests/benchmark/copies.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::benchmark {
namespace {

// A link in sync as a server stored it.
struct Original {
  store::LinkRow link;
  store::DiffRow row;
  v1::Diff diff;
};

absl::StatusOr<Original> Find(store::Store& store, const std::string& name) {
  Original original;
  RETURN_IF_ERROR(store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(auto link, reader.FindLink(FirmOf(name), LastId(name)));
    ASSIGN_OR_RETURN(auto row, reader.FindDiff(FirmOf(name), LastId(name)));
    if (!link || !row || !row->differing.empty() || !original.diff.ParseFromString(row->diff)) {
      return absl::InternalError(name + " isn't stored as a link in sync");
    }
    original.link = *std::move(link);
    original.row = *std::move(row);
    return absl::OkStatus();
  }));
  return original;
}

absl::Status PutCopy(const std::string& firm, int number, Original* original,
                     store::Transaction& transaction) {
  const std::string id = absl::StrFormat("%026d", number);  // as long as real ones are
  v1::Link& link = original->link.link;
  link.set_name(LinkName(firm, id));
  link.set_profile(ProfileName(firm, id));
  link.set_practice_client_id(absl::StrFormat("%08x-0000-4000-8000-%012x", number, number));
  RETURN_IF_ERROR(transaction.PutLink(original->link));
  v1::Diff& diff = original->diff;
  diff.set_name(DiffName(firm, id));
  diff.set_link(link.name());
  diff.set_profile(link.profile());
  diff.set_practice_client_id(link.practice_client_id());
  ASSIGN_OR_RETURN(const std::int64_t sequence, transaction.NextDiffSequence(firm));
  diff.set_sequence(sequence);
  original->row.link_id = id;
  original->row.sequence = sequence;
  original->row.diff = diff.SerializeAsString();
  return transaction.PutDiff(firm, original->row);
}

}  // namespace

absl::Status CopyLink(store::Store& store, const std::string& link, int copies) {
  constexpr int kBatch = 5000;
  const std::string firm(FirmOf(link));
  ASSIGN_OR_RETURN(Original original, Find(store, link));
  for (int done = 0; done < copies; done += kBatch) {
    const int end = std::min(copies, done + kBatch);
    RETURN_IF_ERROR(store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
      for (int number = done; number < end; ++number) {
        RETURN_IF_ERROR(PutCopy(firm, number, &original, transaction));
      }
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

}  // namespace profilesync::benchmark
