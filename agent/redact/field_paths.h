// FieldPaths are the fields that redaction is limited to, each with all that lies below it.
//
// Threads    Immutable; any.
// Cost       Linear in the paths: for a few of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailrace {

class FieldPaths {
 public:
  // None at all: every field.
  explicit FieldPaths(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  bool all() const { return paths_.empty(); }

  // Whether the field `path` is one of them, or lies below one.
  bool Covers(std::string_view path) const {
    if (all()) return true;
    for (const std::string& known : paths_) {
      if (path.starts_with(known) && (path.size() == known.size() || path[known.size()] == '.')) {
        return true;
      }
    }
    return false;
  }
  // Whether one of them lies below the field `path`.
  bool ReachInto(std::string_view path) const {
    for (const std::string& known : paths_) {
      if (known.size() > path.size() && known[path.size()] == '.' && known.starts_with(path)) {
        return true;
      }
    }
    return false;
  }

 private:
  const std::vector<std::string> paths_;
};

}  // namespace tailrace
