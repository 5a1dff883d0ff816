#pragma once

#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace profilesync::access {

// The ids of firms, in order. An immutable value whose copies share what they hold: one is made for
// every call.
class Firms {
 public:
  using Ids = std::set<std::string, std::less<>>;

  Firms() = default;
  Firms(std::initializer_list<std::string> ids) : Firms(ids.begin(), ids.end()) {}
  template <typename Iterator>
  Firms(Iterator begin, Iterator end) : ids_(std::make_shared<const Ids>(begin, end)) {}

  bool contains(std::string_view id) const { return ids().contains(id); }
  Ids::const_iterator begin() const { return ids().begin(); }
  Ids::const_iterator end() const { return ids().end(); }
  // The first id that comes after `id`.
  Ids::const_iterator upper_bound(std::string_view id) const { return ids().upper_bound(id); }

 private:
  const Ids& ids() const {
    static const Ids none;
    return ids_ == nullptr ? none : *ids_;
  }

  std::shared_ptr<const Ids> ids_;  // nullptr: none
};

}  // namespace profilesync::access
