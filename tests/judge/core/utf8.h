// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
//
// Threads  Stateless.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tailrace {

// Bytes of the sequence at the front of `text` (not empty), 0 when it is none.
size_t Utf8Length(std::string_view text);

void AppendUtf8(char32_t code, std::string* out);

// `text` with every byte that begins no sequence made U+FFFD, cut to `max_bytes` before: something
// to show.
std::string ShowText(std::string_view text, size_t max_bytes);

}  // namespace tailrace
