// What stands behind a backslash in a regular expression.
//
// Threads  Any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/pattern/byte_set.h"
#include "agent/pattern/regex_cursor.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

// Where the two differ: in Oniguruma (as Ruby and Logstash use it) `^` and `$` stand at every line
// and `(?m)` lets "." match "\n"; `\xE9` is a byte, not a character; classes may be nested; an
// escaped letter without a meaning is that letter.
enum class RegexFlavour : uint8_t { kRe2, kOniguruma };

enum class EscapeKind : uint8_t { kCharacter, kByte, kSet, kUnicode, kAssertion, kFailed };

struct RegexEscape {
  EscapeKind kind = EscapeKind::kFailed;
  uint32_t character = 0;  // Of kCharacter and kByte.
  ByteSet set = {};
  std::string unicode = {};  // As RE2 spells it.
  RegexAssertion assertion = RegexAssertion::kTextBegin;
};

// Reads what follows the backslash that was just read; `in_class`: within square brackets.
RegexEscape ReadEscape(RegexCursor& cursor, RegexFlavour flavour, bool in_class);

// Of `alpha` in `[:alpha:]`; nullptr when there is no such class.
const ByteSet* PosixClass(std::string_view name);

// The bytes of a character in UTF-8. REQUIRES: at most 0x10ffff.
std::string EncodeUtf8(uint32_t character);

// Reads one character; fails where the text is no UTF-8. REQUIRES: !cursor.done().
uint32_t ReadCharacter(RegexCursor& cursor);

}  // namespace tailrace
