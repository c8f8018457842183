// The loops over every byte of a text, once for each instruction set; the best that the processor
// has is chosen once, at run time.
//
// Threads    Any; the tables are constant.
// Bounds     Stated at each entry.
// Cost       One indirect call a text; about 1 ns for 64 bytes with AVX2 where nothing is found.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace tailrace {

// What stands in a text beside plain bytes.
struct TextMarks {
  bool well_formed = true;  // False: a malformed escape; the other flags then mean nothing.
  bool escapes = false;
  bool newlines = false;  // Raw \n or \r.
  bool lone_surrogates = false;
};

struct ByteKernels {
  const char* name;

  // Checks every escape of `text`. May read 31 bytes beyond it.
  TextMarks (*scan)(std::string_view text) noexcept;

  // Escapes `text` (valid UTF-8) for a JSON string and returns the end of what it wrote. May write
  // up to 6 * size + 64 bytes, also where the result is shorter.
  char* (*escape)(char* out, std::string_view text) noexcept;

  // How many bytes at the begin of `text` need no escaping.
  size_t (*clean_prefix)(std::string_view text) noexcept;
};

const ByteKernels& ActiveByteKernels() noexcept;

// All that this processor can run, the best first; the last one is portable.
std::span<const ByteKernels* const> SupportedByteKernels() noexcept;

}  // namespace tailrace
