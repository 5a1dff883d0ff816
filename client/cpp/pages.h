#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/status.h"

namespace profilesync::client {

template <typename Item>
struct Page {
  std::vector<Item> items;
  // "" on the last page.
  std::string next_token;
};

// All items of a list, fetched page by page as they are asked for:
//
//   for (const absl::StatusOr<v1::Profile>& profile : client.ListProfiles(request)) {
//     if (!profile.ok()) return profile.status();
//     ...
//   }
//
// An error is the last thing that it gives. Passed over once. Not thread-safe; the Client must
// outlive it.
template <typename Item>
class Pages {
 public:
  // Fetches the page of a token; "" is the first.
  using Fetch = std::function<absl::StatusOr<Page<Item>>(const std::string& token)>;

  explicit Pages(Fetch fetch) : fetch_(std::move(fetch)) {}

  // The next item, an error, or nullopt at the end. Nothing follows an error.
  std::optional<absl::StatusOr<Item>> Next() {
    while (position_ == page_.items.size()) {
      if (finished_) {
        return std::nullopt;
      }
      absl::StatusOr<Page<Item>> page = fetch_(page_.next_token);
      position_ = 0;
      if (!page.ok()) {
        finished_ = true;
        page_.items.clear();
        return page.status();
      }
      page_ = *std::move(page);
      finished_ = page_.next_token.empty();
    }
    return std::move(page_.items[position_++]);
  }

  // Everything at once.
  absl::StatusOr<std::vector<Item>> All() {
    std::vector<Item> items;
    while (auto item = Next()) {
      RETURN_IF_ERROR(item->status());
      items.push_back(**std::move(item));
    }
    return items;
  }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = absl::StatusOr<Item>;
    using difference_type = std::ptrdiff_t;
    using pointer = value_type*;
    using reference = value_type&;

    Iterator() = default;
    explicit Iterator(Pages* pages) : pages_(pages) { ++*this; }
    reference operator*() { return *item_; }
    pointer operator->() { return &*item_; }
    Iterator& operator++() {
      item_ = pages_->Next();
      return *this;
    }
    void operator++(int) { ++*this; }
    // Only the end is compared with.
    bool operator==(const Iterator& other) const {
      return item_.has_value() == other.item_.has_value();
    }

   private:
    Pages* pages_ = nullptr;
    std::optional<absl::StatusOr<Item>> item_;
  };

  Iterator begin() { return Iterator(this); }
  Iterator end() { return Iterator(); }

 private:
  Fetch fetch_;
  Page<Item> page_;
  std::size_t position_ = 0;
  bool finished_ = false;
};

}  // namespace profilesync::client
