#include "tests/judge/core/tally.h"

#include <algorithm>

namespace tailrace {
namespace {

int Documents(const LineCounts* counts, uint64_t file, uint64_t seq) {
  return counts == nullptr ? 0 : counts->At(file, seq) & LineCounts::kCountMask;
}

// Calls visit(file, seq, byte) for every non-zero byte.
template <typename Visit>
void ForEach(const LineCounts::Files& files, const Visit& visit) {
  for (const auto& [file, slots] : files) {
    for (uint64_t seq = 0; seq < slots.size(); ++seq) {
      if (slots[seq] != 0) visit(file, seq, slots[seq]);
    }
  }
}

void Note(uint64_t file, uint64_t seq, Findings* findings) {
  ++findings->count;
  findings->lines.emplace_back(file, seq);
}

void Trim(size_t max_examples, Findings* findings) {
  std::sort(findings->lines.begin(), findings->lines.end());
  if (findings->lines.size() > max_examples) findings->lines.resize(max_examples);
}

void JudgeStore(const Ledger& ledger, const LineCounts& store, TallyResult* result) {
  ForEach(store.files(), [&](uint64_t file, uint64_t seq, uint8_t slot) {
    const int documents = slot & LineCounts::kCountMask;
    if (documents == 0) return;
    if (!ledger.Has(file, seq)) Note(file, seq, &result->foreign);
    if (documents > 1) Note(file, seq, &result->twice);
  });
}

void JudgeDeadLetters(const Ledger& ledger, const LineCounts& store, const LineCounts& dead,
                      TallyResult* result) {
  ForEach(store.files(), [&](uint64_t file, uint64_t seq, uint8_t slot) {
    const bool refused = (slot & LineCounts::kRefusedBit) != 0;
    if (refused && Documents(&dead, file, seq) == 0) Note(file, seq, &result->dead_missing);
  });
  ForEach(dead.files(), [&](uint64_t file, uint64_t seq, uint8_t slot) {
    const uint8_t stored = store.At(file, seq);
    if (!ledger.Has(file, seq)) Note(file, seq, &result->foreign);
    if ((stored & LineCounts::kRefusedBit) == 0 || (stored & LineCounts::kCountMask) != 0) {
      Note(file, seq, &result->dead_extra);
    }
    if ((slot & LineCounts::kCountMask) > 1) Note(file, seq, &result->dead_twice);
  });
}

}  // namespace

TallyResult Tally(const Ledger& ledger, const LineCounts& store, const TallyOptions& options) {
  TallyResult result;
  result.written = ledger.lines();
  ForEach(ledger.files(), [&](uint64_t file, uint64_t seq, uint8_t) {
    if (Documents(&store, file, seq) > 0) return;
    if (Documents(options.dead_letters, file, seq) > 0) return;
    Note(file, seq, &result.lost);
    result.lost_in_removed += ledger.removed().contains(file);
  });
  JudgeStore(ledger, store, &result);
  if (options.dead_letters != nullptr) {
    JudgeDeadLetters(ledger, store, *options.dead_letters, &result);
  }
  for (Findings* findings : {&result.lost, &result.twice, &result.foreign, &result.dead_missing,
                             &result.dead_extra, &result.dead_twice}) {
    Trim(options.max_examples, findings);
  }
  return result;
}

}  // namespace tailrace
