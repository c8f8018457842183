// A syntax error in a small language (selectors, templates) as a Status that knows at which byte of
// the text it stands, so that a caret can be put there.
//
// Threads    Any.
// Units      Offsets are bytes from the start of the text that was parsed.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "absl/status/status.h"

namespace tailrace {

// kInvalidArgument; the message is the pieces one after the other.
absl::Status SyntaxError(size_t offset, std::initializer_list<std::string_view> message);

// Where a Status made by SyntaxError points; 0 for any other.
size_t SyntaxErrorOffset(const absl::Status& status);

}  // namespace tailrace
