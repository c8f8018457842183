// The judgement: ledger against store, and against dead letters where a scenario has lines refused.
//
//   lost       written, and neither stored nor (with dead letters) dead-lettered
//   twice      more than one document for one line
//   foreign    a document for a line that nobody wrote
//   dead_*     refused lines without a dead letter; dead letters of lines that were not refused;
//   lines with two of them
//
// Threads   Stateless.
// Bounds    At most kMaxExamples examples of each kind are kept, in the order of (file, seq).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tests/judge/core/ledger.h"
#include "tests/judge/core/line_counts.h"

namespace tailrace {

// One kind of finding.
struct Findings {
  uint64_t count = 0;
  std::vector<std::pair<uint64_t, uint64_t>> lines;  // (file, seq)
};

struct TallyResult {
  uint64_t written = 0;
  Findings lost, twice, foreign;
  Findings dead_missing, dead_extra, dead_twice;
  uint64_t lost_in_removed = 0;  // of the lost, those in files that the writer removed
};

struct TallyOptions {
  size_t max_examples = 10;
  const LineCounts* dead_letters = nullptr;  // null: every line must be stored
};

TallyResult Tally(const Ledger& ledger, const LineCounts& store, const TallyOptions& options);

}  // namespace tailrace
