// String literals of LogQL and PromQL: "..." with Go's escapes, and `...` taken as it is.
//
// Threads    Any.
// Failure    A SyntaxError with the offset in the whole text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace tailrace {

struct QuotedString {
  std::string value;
  size_t end = 0;  // The offset after the closing quote.
};

// Reads the literal that begins at `offset` of `text`.
// REQUIRES: `text` has a double quote or a backtick at `offset`.
[[nodiscard]] absl::StatusOr<QuotedString> ParseQuotedString(std::string_view text, size_t offset);

// `value` in double quotes, such that it reads back to the same.
std::string QuoteString(std::string_view value);

}  // namespace tailrace
