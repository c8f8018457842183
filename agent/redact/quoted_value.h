// Reads the values that stand behind names in logs, in whatever notation and nesting of quotes:
// 'hunter2', "hunter2", \"hunter2\" within a JSON string, hunter2.
//
// Threads    Any.
// Units      Offsets are bytes of the text.
#pragma once

#include <cstddef>
#include <string_view>

namespace tailrace {

struct ValueSpan {
  size_t begin = 0;
  size_t end = 0;
  bool quoted = false;
};

// Behind a closing quote, with the backslashes before it, and a closing bracket, if any:
// `"`, `\"`, `']`.
size_t SkipClosers(std::string_view text, size_t at);

// The value that begins at `at`, at its opening quote where there is one. Without quotes it ends at
// a space and at what separates values; with an opening quote that is never closed as well.
ValueSpan ReadValue(std::string_view text, size_t at);

}  // namespace tailrace
