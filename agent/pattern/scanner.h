// A Scanner matches lines by a ScanProgram: by the bytes that delimit their fields, not byte by
// byte. It finds the match that RE2 would find, or says that it is not sure.
//
// Invariants  kMatch and kNoMatch, and what is captured, are as of RE2.
// Threads     Immutable; any number of threads may match at once.
// Ownership   Captures are views of the text.
// Bounds      Gives up (kUnsure) after a number of operations that grows with the text, beyond 192
//             ways that are left to try, and on texts of 4 GiB. Needs 3 KiB of stack.
// Cost        1 to 5 ns an operation; a field and the literal behind it are one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "agent/pattern/scan_program.h"

namespace tailrace {

enum class ScanVerdict : uint8_t { kMatch, kNoMatch, kUnsure };

class Scanner {
 public:
  static constexpr size_t kMaxCaptures = 250;

  // REQUIRES: program.slots <= 2 * kMaxCaptures.
  explicit Scanner(ScanProgram program) : program_(std::move(program)) {}

  // Fills in the first captures; one that takes no part gets a null view. They are left alone
  // unless it is a match. REQUIRES: as many at most as the program has.
  ScanVerdict Match(std::string_view text, std::span<std::string_view> captures) const;

 private:
  ScanProgram program_;
};

}  // namespace tailrace
