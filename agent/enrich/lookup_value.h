// What a lookup finds: one value of a row or of a network's entry.
//
// Threads    A plain value.
// Ownership  A view of the table, or of the arena that Find was given.
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/event/field.h"

namespace tailrace {

struct LookupValue {
  std::string_view text;
  FieldKind kind = FieldKind::kText;
  bool found = false;
};

enum class TableResult : uint8_t {
  kFound,
  kUnknown,  // The table has nothing at this key.
  kBadKey,   // It can have nothing there: no address.
};

}  // namespace tailrace
