// ReservedNames knows which top-level names of an application's JSON would pose as ours, or would
// make Elasticsearch refuse the document. They are moved below `app.` (see safe_members.h).
//
// Reserved are, as they are and as dotted prefixes: `@timestamp`, `kubernetes`, `log`, the names of
// Elasticsearch's metadata fields (`_id`, `_index`, ...), and the roots that are given; and, by
// their values: `message` unless it is a string, `event` unless it is an object, `event.id`.
//
// Threads    Immutable; any.
// Cost       About 1 ns for a name whose first byte no reserved name has, 3 ns for others.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/json_fields.h"

namespace tailrace {

class ReservedNames {
 public:
  explicit ReservedNames(std::vector<std::string> roots = {});

  // Whether a member of that name (unescaped) and kind of value must be moved.
  bool MustMove(std::string_view name, JsonKind kind) const noexcept;

  // Whether any member must be moved, or is an `event` object, which must be looked into for an
  // `id` of its own. False for nearly every line.
  bool AnyInTheWay(std::string_view text, const JsonFields& fields) const noexcept;

 private:
  bool InTheWay(std::string_view name, JsonKind kind) const noexcept;

  std::vector<std::string> roots_;
  std::array<bool, 256> first_bytes_{};  // Of reserved names, and of those that depend on values.
};

}  // namespace tailrace
