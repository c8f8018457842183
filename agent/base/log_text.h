// Makes text of any origin fit for one line of the log, as JSON and on a terminal.
//
// Threads    Any.
// Bounds     2 KiB of a text, with "..." behind what is cut.
#pragma once

#include <string>
#include <string_view>

namespace tailrace {

// As inside a JSON string: quotes, backslashes and control characters are escaped, so that content
// can forge neither a line nor a field; bytes that are no UTF-8 become U+FFFD.
void AppendLogText(std::string& out, std::string_view text);

}  // namespace tailrace
