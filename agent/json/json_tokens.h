// Steps over the parts of JSON that is known to be valid, for the slow paths, which have no token
// offsets at hand.
//
// Bounds     All REQUIRE valid JSON, as a JsonWalker accepted it: they look for the end of a string
//            or value that must be there, and check nothing. Up to 16 bytes after it are read.
// Cost       About 1 ns for 16 bytes of a string, 1 ns a byte of all else.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "agent/json/json_fields.h"

namespace tailrace {

constexpr std::array<JsonKind, 256> MakeJsonKinds() {
  std::array<JsonKind, 256> kinds{};
  kinds.fill(JsonKind::kNumber);
  kinds['"'] = JsonKind::kString;
  kinds['t'] = JsonKind::kTrue;
  kinds['f'] = JsonKind::kFalse;
  kinds['n'] = JsonKind::kNull;
  kinds['{'] = JsonKind::kObject;
  kinds['['] = JsonKind::kArray;
  return kinds;
}

inline constexpr std::array<JsonKind, 256> kJsonKinds = MakeJsonKinds();

// By the first byte of a valid value.
inline JsonKind KindOfValue(char first) { return kJsonKinds[static_cast<unsigned char>(first)]; }

// Each returns the first byte after what stands at `at`.
const char* SkipJsonSpace(const char* at) noexcept;
const char* SkipString(const char* at) noexcept;  // At the opening quote.
const char* SkipScalar(const char* at) noexcept;  // A number or literal.
const char* SkipValue(const char* at) noexcept;

// Walks over the members of one object:
//
//   for (JsonMembers members(object); members.Next();) Use(members.name(), members.value());
class JsonMembers {
 public:
  // `object` begins with '{' and ends with '}'.
  explicit JsonMembers(std::string_view object) : at_(object.data() + 1) {}

  bool Next() noexcept;
  std::string_view name() const { return name_; }    // As written, without its quotes.
  std::string_view value() const { return value_; }  // As written, with its quotes.

 private:
  const char* at_;
  std::string_view name_;
  std::string_view value_;
};

}  // namespace tailrace
