// What is wrong with a regular expression or grok pattern, and at which byte, as a Status.
//
// Threads  Any.
// Units    Offsets are bytes from the start of the pattern as its author wrote it.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "absl/status/status.h"

namespace tailrace {

// kInvalidArgument; the message is the pieces and " at byte OFFSET". SyntaxErrorOffset
// (agent/lang/syntax_error.h) finds the offset.
absl::Status PatternError(size_t offset, std::initializer_list<std::string_view> message);

}  // namespace tailrace
