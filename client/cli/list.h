#pragma once

#include <utility>

#include "absl/status/status.h"
#include "client/cpp/pages.h"
#include "common/status.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace profilesync::cli {

// Adds every item of `pages` to `items`; at most `limit` of them where that isn't 0.
template <typename Item>
absl::Status Collect(client::Pages<Item> pages, google::protobuf::RepeatedPtrField<Item>* items,
                     int limit = 0) {
  while (limit == 0 || items->size() < limit) {
    auto item = pages.Next();
    if (!item) {
      break;
    }
    RETURN_IF_ERROR(item->status());
    *items->Add() = **std::move(item);
  }
  return absl::OkStatus();
}

}  // namespace profilesync::cli
