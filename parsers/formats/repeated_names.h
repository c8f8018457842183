// RepeatedNames notices that a text gives a name more than one value, and then makes an array of
// the values, since no document may hold a name twice:
//
//   tags=dev tags=dummy   ->  tags: ["dev","dummy"]
//   cc cc=bob             ->  cc: "bob"            a name without a value adds nothing
//
// Threads    Not thread-safe; a plain value during one text.
// Bounds     At most kFieldsMax fields a text: more are no log line, and no index takes them.
// Cost       About 1 ns a field while no name is repeated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"

namespace tailrace {

class RepeatedNames {
 public:
  static constexpr size_t kFieldsMax = 1000;

  // The fields that `fields` has now are not looked at.
  explicit RepeatedNames(const FieldList& fields) : first_(fields.size()) {}

  // Appends a field of kind kText or kTrue; false when there are too many.
  // REQUIRES: its name is not empty.
  [[nodiscard]] bool Add(FieldList& fields, const Field& field) {
    if (fields.size() - first_ >= kFieldsMax) return false;
    const uint64_t bit = uint64_t{1} << Slot(field.name);
    if ((seen_ & bit) != 0 && !repeated_) repeated_ = Holds(fields, field.name);
    seen_ |= bit;
    fields.push_back(field);
    return true;
  }

  bool repeated() const { return repeated_; }
  // Call once, behind the last field.
  void Finish(FieldList& fields, ByteArena& arena) const {
    if (repeated_) Merge(fields, arena);
  }

 private:
  // Of 64, by what differs most between the names of one line.
  static uint32_t Slot(std::string_view name) {
    const auto byte = [&](size_t i) {
      return static_cast<uint32_t>(static_cast<uint8_t>(name[i]));
    };
    const uint32_t mix = byte(0) * 7 + byte(name.size() - 1) * 31 + byte(name.size() / 2) * 13;
    return (mix + static_cast<uint32_t>(name.size()) * 5) & 63;
  }
  bool Holds(const FieldList& fields, std::string_view name) const;
  void Merge(FieldList& fields, ByteArena& arena) const;

  size_t first_;
  uint64_t seen_ = 0;
  bool repeated_ = false;
};

}  // namespace tailrace
