// A PendingLine collects a line that spans segments, and takes the prefix of lines apart: a byte
// order mark at the beginning of the file, and a run of NUL bytes such as a truncation leaves
// before the next line. What is not needed of a line is counted instead of kept.
//
// Invariants
//   (1) Collecting a line in any pieces makes the same PhysicalLine as StripPrefix of all of it.
//
// Threads    Not thread-safe; part of a framer.
// Bounds     At most LineRules::text_bytes_max bytes; kKeptBytes when nothing is pending.
// Cost       One allocation for each segment that ends inside a line longer than kKeptBytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/physical_line.h"

namespace tailrace {

// A shorter run of NUL bytes is content.
inline constexpr size_t kNulRunBytesMin = 64;

struct LinePrefix {
  uint32_t bom_bytes = 0;
  int64_t nul_run_bytes = 0;

  int64_t bytes() const { return bom_bytes + nul_run_bytes; }
  void CountIn(FramerSkips& skips) const {
    skips.bom_bytes += bom_bytes;
    skips.nul_run_bytes += static_cast<uint64_t>(nul_run_bytes);
  }
};

// Removes the prefix from a whole line that begins at `offset`.
LinePrefix StripPrefix(std::string_view& line, int64_t offset, const LineRules& rules);

class PendingLine {
 public:
  static constexpr size_t kKeptBytes = 512;

  // Source bytes of the line so far.
  int64_t bytes() const {
    return prefix_.bytes() + static_cast<int64_t>(carry_.size()) + rest_bytes_;
  }
  bool empty() const { return carry_.empty() && prefix_.bytes() == 0; }
  size_t carry_bytes() const { return carry_.size(); }

  // More of the line that begins at `offset`: whole units, none of them a newline.
  void Append(std::string_view text, int64_t offset, const LineRules& rules);
  const LinePrefix& prefix() const { return prefix_; }
  // Valid until the next call.
  PhysicalLine Line(int64_t offset, uint32_t newline_bytes, const LineRules& rules) const;
  void Clear();

 private:
  std::string_view AppendPrefix(std::string_view text, int64_t offset, const LineRules& rules);

  std::string carry_;
  LinePrefix prefix_;
  int64_t rest_bytes_ = 0;
  bool begun_ = false;  // No further prefix can come.
};

}  // namespace tailrace
