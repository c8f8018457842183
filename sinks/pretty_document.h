// A document as a person reads it in a terminal: indented, with colours. Without the colours it is
// the same JSON still.
//
//   {
//     "@timestamp": "2026-01-02T03:04:05.678901234Z",
//     "log": {
//       "level": "info"
//     }
//   }
//
// Nothing that an application logged reaches the terminal as a command: JSON has escaped the
// control characters below U+0020, and this escapes the others (U+007F to U+009F, and what turns
// the direction of text).
//
// Threads    Any.
// Bounds     A document over kPrettyBytesMax comes out as it is, in one line: what is indented may
//            grow by a hundred times when it is all brackets. `out` takes all of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tailrace {

constexpr size_t kPrettyBytesMax = size_t{64} << 10;

// REQUIRES: `document` is valid JSON, without or with its newline.
void AppendPretty(std::string_view document, std::string& out);

}  // namespace tailrace
