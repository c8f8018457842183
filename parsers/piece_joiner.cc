#include "parsers/piece_joiner.h"

#include <algorithm>

#include "agent/base/check.h"

namespace tailrace {
namespace {

// A piece is 8 or 16 KiB, so its buffer is not worth keeping for the next record; a file that is
// idle must hold no memory.
constexpr size_t kKeptBytes = 512;

void Open(const Piece& piece, LineTarget& target, HeldPiece& held) {
  held.time.assign(piece.time);
  held.file = target.file;
  held.last_file = target.file;
  held.offset = piece.offset;
  held.last_file_offset = piece.offset;
  held.held_since_nanos = target.batch.read_wall_nanos;
  held.covered = 0;
  held.flags = piece.flags;
  held.open = true;
}

void Close(HeldPiece& held) {
  if (held.text.capacity() > kKeptBytes) {
    held.text = std::string();
  } else {
    held.text.clear();
  }
  held.open = false;
  held.cut = false;
  held.ranges.clear();
}

// Appends what fits of a piece that does not fit as a whole.
void AppendCut(const Piece& piece, LineTarget& target, HeldPiece& held) {
  held.cut = true;
  const std::string_view fits =
      CutUtf8(piece.content,
              std::min<size_t>(piece.content.size(), target.max_line_bytes - held.text.size()));
  const int64_t covered = piece.source_bytes - piece.tail_bytes -
                          static_cast<int64_t>(piece.content.size() - fits.size());
  if (fits.empty() && !held.text.empty()) {
    // The last piece filled the record to the byte, maybe in the middle of a character.
    const size_t torn = TornUtf8Bytes(held.text);
    held.text.resize(held.text.size() - torn);
    held.covered -= static_cast<uint32_t>(torn);
    target.skips.line_rest_bytes += static_cast<uint64_t>(piece.source_bytes) + torn;
    return;
  }
  if (held.covered + covered > kCoveredBytesMax) {
    target.skips.line_rest_bytes += static_cast<uint64_t>(piece.source_bytes);
    return;
  }
  held.text.append(fits);
  held.covered += static_cast<uint32_t>(covered);
  target.skips.line_rest_bytes += static_cast<uint64_t>(piece.source_bytes - covered);
}

void Append(const Piece& piece, LineTarget& target, HeldPiece& held) {
  if (held.last_file != target.file) {
    held.last_file = target.file;
    held.last_file_offset = piece.offset;
  }
  if (held.cut) {
    target.skips.line_rest_bytes += static_cast<uint64_t>(piece.source_bytes);
    return;
  }
  if (!piece.whole || held.text.size() + piece.content.size() > target.max_line_bytes ||
      held.covered + piece.source_bytes > kCoveredBytesMax) {
    AppendCut(piece, target, held);
    return;
  }
  held.text.append(piece.content);
  held.covered += static_cast<uint32_t>(piece.source_bytes);
}

// References go over to the caller with the record.
void HandOverRanges(const HeldPiece& held, LineTarget& target) {
  const auto record = static_cast<uint32_t>(target.batch.size() - 1);
  for (const RangeRef& range : held.ranges) {
    target.batch.joined.push_back({record, range, held.file});
  }
}

}  // namespace

void PieceJoiner::Take(const Piece& piece, LineTarget& target) {
  HeldPiece& held = target.held.streams[piece.stream];
  if (!held.open) Open(piece, target, held);
  Append(piece, target, held);
  if (!piece.ends_record) return;
  if (piece.strip_return && !held.cut && held.text.ends_with('\r')) held.text.pop_back();
  Send(piece.stream, piece.flags, piece.offset + piece.source_bytes, target);
}

void PieceJoiner::SendExpired(int64_t offset, LineTarget& target) {
  for (size_t stream = 0; stream < target.held.streams.size(); ++stream) {
    const HeldPiece& held = target.held.streams[stream];
    if (!held.open) continue;
    const bool long_held =
        held.last_file == target.file && offset - held.last_file_offset > kHeldSpanBytesMax;
    const bool many_generations =
        held.ranges.size() >= kHeldGenerationsMax && held.ranges.back().file != target.file;
    if (long_held || many_generations) Send(stream, kFlagPartial, offset, target);
  }
}

void PieceJoiner::Send(size_t stream, uint16_t flag_bits, int64_t end_bytes, LineTarget& target) {
  HeldPiece& held = target.held.streams[stream];
  CHECK(held.open);
  // A piece of another generation was framed by a call whose range has been opened since.
  CHECK(!held.ranges.empty() || held.file == target.file);
  const Span body = target.batch.AddToArena(held.text);
  const Span time = held.time.empty() ? Span{} : target.batch.AddToArena(held.time);
  flag_bits |= held.flags;
  if (held.cut) flag_bits |= kFlagCut;
  target.batch.Add(body, time, held.offset, held.covered, flag_bits);
  target.batch.ends.back() = end_bytes;
  HandOverRanges(held, target);
  Close(held);
}

}  // namespace tailrace
