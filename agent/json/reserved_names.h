// ReservedNames is the set of top-level names that the documents of one pipeline keep for
// themselves, so that nothing an application logs can pose as ours.
//
// A name is reserved when it equals a root or begins with a root and a dot. Always roots are
//   kubernetes  @timestamp  log  event.id  and the metadata fields of Elasticsearch (_id, _index,
//   ...)
// Two names are reserved only for values that are not what our documents hold there:
//   message     unless it is a string; `message.` and what follows always
//   event       unless it is an object, and then its member `id` is reserved, and names that begin
//               with `id.` (kEventObject)
//
// Threads    Immutable once made.
// Bounds     At most kMaxRoots roots.
// Cost       Check costs about 0.5 ns for a name whose first two bytes no root shares.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/json_fields.h"

namespace tailrace {

enum class NameUse : uint8_t {
  kFree,
  kReserved,
  kEventObject,  // An object named `event`: free but for the members that IsReservedInEvent names.
};

class ReservedNames {
 public:
  static constexpr size_t kMaxRoots = 250;

  // Those that always are, and `roots`: names of the fields that the pipeline adds.
  // REQUIRES: no root is empty or `app`; at most kMaxRoots in all.
  explicit ReservedNames(std::span<const std::string_view> roots = {});

  // `name` is unescaped. REQUIRES: 2 bytes may be read at `name`, as a quote follows it.
  NameUse Check(std::string_view name, JsonKind kind) const noexcept {
    const uint8_t first = first_[Bucket(name.data())];
    return first == kNoRoot ? NameUse::kFree : CheckRoots(first, name, kind);
  }

  static bool IsReservedInEvent(std::string_view name) noexcept;

 private:
  static constexpr size_t kBuckets = 1024;
  static constexpr uint8_t kNoRoot = 0xff;

  enum class Rule : uint8_t { kAlways, kUnlessString, kUnlessObject };
  struct Root {
    std::string name;
    Rule rule = Rule::kAlways;
    size_t bucket = 0;
  };

  static size_t Bucket(const char* name) noexcept {
    uint16_t bytes;
    std::memcpy(&bytes, name, sizeof(bytes));
    return (bytes * uint32_t{0x9e3779b1}) >> 22;
  }

  void Add(std::string_view name, Rule rule);
  NameUse CheckRoots(size_t first, std::string_view name, JsonKind kind) const noexcept;

  std::vector<Root> roots_;              // Sorted by bucket.
  std::array<uint8_t, kBuckets> first_;  // Index of the bucket's first root.
};

}  // namespace tailrace
