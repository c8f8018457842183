// Bridges between std::string_view, which our signatures use, and the absl::string_view of Debian
// 12's absl, which is a type of its own; and hash and equality for maps that are searched by view.
//
// Threads    Any.
// Cost       The conversions are free.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace tailrace {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view FromAbsl(absl::string_view text) { return {text.data(), text.size()}; }

// For absl::flat_hash_map<std::string, V, StringHash, StringEqual>: find(std::string_view) works.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
struct StringEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

// The pieces one after the other: Concat({"open ", path}).
std::string Concat(std::initializer_list<std::string_view> pieces);

// The name in `known` that is nearest to `name` by edit distance, or "" when none is close enough
// to be what was meant (distance over a third of the length, and over 2).
std::string_view NearestName(std::string_view name, std::initializer_list<std::string_view> known);
std::string_view NearestName(std::string_view name, const std::string_view* known, size_t count);

}  // namespace tailrace
