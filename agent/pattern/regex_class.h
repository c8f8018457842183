// What stands in square brackets in a regular expression.
//
// Threads  Any.
// Bounds   Classes within classes, which Oniguruma has: 20 levels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/pattern/byte_set.h"
#include "agent/pattern/regex_cursor.h"
#include "agent/pattern/regex_escape.h"

namespace tailrace {

struct RegexClass {
  ByteSet set;          // Of all bytes from 0x80 on, or none.
  std::string unicode;  // As RE2 spells it, when the class names characters beyond ASCII.
};

// Reads what follows the "[" that was just read, to its "]". `fold`: without regard to case.
RegexClass ReadClass(RegexCursor& cursor, RegexFlavour flavour, bool fold);

// `set` with the other case of each of its letters.
ByteSet FoldCase(ByteSet set);

// `set` in square brackets, as RE2 spells it. REQUIRES: the same as of RegexClass::set.
std::string SpellClass(const ByteSet& set);

}  // namespace tailrace
