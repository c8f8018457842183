// Looks into the first bytes of base64, to tell tokens from what only has their letters.
//
// Threads    Any.
#pragma once

#include <cstddef>
#include <string_view>

namespace tailrace {

// Decodes both alphabets (RFC 4648 sections 4 and 5) up to the first byte that belongs to neither,
// and at most `room` bytes. Returns how many there are.
size_t DecodeBase64(std::string_view text, char* out, size_t room);

}  // namespace tailrace
