#include "parsers/batch_cut.h"

#include <algorithm>
#include <limits>

#include "agent/base/check.h"

namespace tailrace {
namespace {

constexpr int64_t kNothing = std::numeric_limits<int64_t>::max();
constexpr int64_t kAnotherFile = std::numeric_limits<int64_t>::min();

// The offset of the first byte that is held for the next batch.
int64_t FirstHeldByte(const HeldPieces& held, FileId file) {
  int64_t first = kNothing;
  for (const HeldPiece& piece : held.streams) {
    if (piece.open) first = std::min(first, piece.file == file ? piece.offset : kAnotherFile);
  }
  return first;
}

}  // namespace

void BatchCut::Begin(size_t lines) {
  CHECK(lines < changes_.size());
  lines_ = lines;
  open_ = 0;
  std::fill_n(changes_.begin(), lines + 1, 0);
}

void BatchCut::Join(int32_t previous, size_t line) {
  const int32_t after = previous + 1;
  ++changes_[static_cast<size_t>(after)];
  --changes_[line + 1];
}

void BatchCut::LeaveOpen(int32_t previous) {
  const int32_t after = previous + 1;
  ++changes_[static_cast<size_t>(after)];
  ++open_;
}

std::optional<BatchCut::Place> BatchCut::Find(const RecordBatch& lines, const HeldPieces& held,
                                              FileId file, int64_t begin_bytes) const {
  int64_t first_byte = FirstHeldByte(held, file);  // Of all that is behind the place.
  int32_t crossing = open_;
  size_t joined = lines.joined.size();
  for (size_t line = lines_;; --line) {
    if (line < lines_) first_byte = std::min(first_byte, lines.offsets[line]);
    for (; joined > 0 && lines.joined[joined - 1].record >= line; --joined) {
      if (lines.joined[joined - 1].file != file) first_byte = kAnotherFile;
    }
    // What is behind the batch alone has no place to name.
    const bool named = first_byte != kNothing;
    const int64_t before = line == 0 ? begin_bytes : lines.ends[line - 1];
    if (crossing == 0 && named && before <= first_byte) return Place{line, first_byte};
    if (line == 0) return std::nullopt;
    crossing -= changes_[line];
  }
}

}  // namespace tailrace
