// IndexNewlines finds the end of every line of a block.
//
// Threads    Any.
// Cost       About 3 ns a line of 400 bytes with AVX2, which is used where the processor has it;
//            one memchr a line elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tailrace {

// Writes the offsets of the newlines of `block` to `out` and returns how many there are.
// REQUIRES: room for one a byte of `block`.
size_t IndexNewlines(std::string_view block, uint32_t* out) noexcept;

}  // namespace tailrace
