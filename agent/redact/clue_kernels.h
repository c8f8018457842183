// The pass over every byte of a text that looks for clues, once for each instruction set; the best
// that the processor has is chosen once, at run time.
//
// Threads    Any; the tables are constant.
// Bounds     Nothing beyond the text is read.
// Cost       One indirect call a text and about 4 ns for 32 bytes with AVX2, beside what the clues
//            cost that are found (bench/redact_bench).
#pragma once

#include <span>
#include <string_view>

#include "agent/redact/clue.h"

namespace tailrace {

struct ClueKernel {
  const char* name;
  Clues (*find)(std::string_view text) noexcept;
};

const ClueKernel& ActiveClueKernel() noexcept;

// All that this processor can run, the best first; the last one is portable. They find the same.
std::span<const ClueKernel* const> SupportedClueKernels() noexcept;

}  // namespace tailrace
