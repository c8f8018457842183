// Field names that Elasticsearch refuses, and with them the whole document, and how they are made
// safe. A name is a path whose parts are separated by dots, and no part may be empty or blank; each
// such part becomes "_":
//
//   ""  -> "_"        ".a" -> "_.a"      "a..b" -> "a._.b"
//   "a." -> "a._"     "."  -> "_._"      " "    -> "_"
//
// Invariants  A repaired name needs no repair. Blank means only ASCII whitespace.
#pragma once

#include <string>
#include <string_view>

namespace tailrace {

bool NameNeedsRepair(std::string_view name) noexcept;

// Appends `name`, repaired: at most 2 * size + 1 bytes.
void AppendRepairedName(std::string_view name, std::string& out);

}  // namespace tailrace
