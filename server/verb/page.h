#pragma once

#include <string>
#include <utility>
#include <vector>

namespace profilesync::verb {

// Cuts `rows`, of which one more than the page holds was asked for, to the page. Returns the last
// row kept when there are more, else nullptr.
template <typename Row>
const Row* CutToPage(std::vector<Row>* rows, int page_size) {
  if (static_cast<int>(rows->size()) <= page_size) {
    return nullptr;
  }
  rows->resize(page_size);
  return &rows->back();
}

}  // namespace profilesync::verb
