// Quoted texts within a line, as logfmt, klog and key=value pairs have them: what is between two
// quotes, in which a backslash escapes.
//
//   \n \t \r \a \b \f \v   control characters      \" \' \\ \/   the character itself
//   \xHH  one byte            \uHHHH \UHHHHHHHH       a code point, surrogate pairs included
//
// Every other backslash is one. This is what Go's %q, JSON and Python's repr write.
//
// Threads    Any.
// Failure    An escape that is malformed stays as it is.
#pragma once

#include <string_view>

#include "agent/event/byte_arena.h"

namespace tailrace {

// What stands between the `quote` before `begin` and the next one that is not escaped.
struct QuotedText {
  std::string_view raw;    // Escapes included.
  bool escaped = false;    // It has a backslash.
  bool terminated = true;  // False: there is no second quote; `raw` is the rest.
};

// REQUIRES: up to 15 bytes after `end` may be read.
QuotedText ReadQuoted(const char* begin, const char* end, char quote) noexcept;

// `raw` without its escapes, made in `arena`.
std::string_view Unescaped(std::string_view raw, ByteArena& arena);

// What a quoted text stands for: a view of the line when nothing is escaped.
inline std::string_view ValueOf(const QuotedText& quoted, ByteArena& arena) {
  return quoted.escaped ? Unescaped(quoted.raw, arena) : quoted.raw;
}

}  // namespace tailrace
