#include "parsers/encoded_framing.h"

#include <algorithm>
#include <string_view>

#include "parsers/held_pieces.h"

namespace tailrace {

size_t EncodedFraming::TextBytesMax(uint32_t max_line_bytes, const Transcoder& transcoder) {
  // Two bytes of GB18030 or of a stateful encoding may make one; four of UTF-32 do.
  const size_t growth = std::max<size_t>(2, transcoder.unit_bytes());
  const size_t bytes = growth * max_line_bytes + transcoder.unit_bytes();
  return std::min<size_t>(bytes, kCoveredBytesMax - transcoder.unit_bytes());
}

void EncodedFraming::Take(const PhysicalLine& line, Transcoder& transcoder, LineTarget& target) {
  std::string_view text = line.text;
  if (line.ended() && line.whole() && text.ends_with(transcoder.carriage_return())) {
    text.remove_suffix(transcoder.unit_bytes());
  }
  // A line that begins behind a flush may begin in the middle of a unit: that is one broken
  // character, and the units behind it are in step again.
  const size_t unit = transcoder.unit_bytes();
  const size_t torn =
      std::min((unit - static_cast<size_t>(line.offset) % unit) % unit, text.size());
  Span body;
  body.offset = static_cast<uint32_t>(target.batch.arena.size());
  body.base = static_cast<uint32_t>(SpanBase::kArena);
  std::string& arena = target.batch.arena;
  Transcoder::Converted head;
  if (torn > 0) head = transcoder.Convert(text.substr(0, torn), target.max_line_bytes, arena);
  const size_t head_bytes = arena.size() - body.offset;
  const Transcoder::Converted rest =
      transcoder.Convert(text.substr(head.source_bytes), target.max_line_bytes - head_bytes, arena);
  body.length = static_cast<uint32_t>(arena.size() - body.offset);
  arena.reserve(arena.size() + kArenaPaddingBytes);

  uint16_t flags = line.partial_flag();
  if (head.malformed || rest.malformed) flags |= kFlagMalformed;
  int64_t covered = line.source_bytes();
  const size_t converted = head.source_bytes + rest.source_bytes;
  if (converted < text.size() || !line.whole()) {
    flags |= kFlagCut;
    target.skips.line_rest_bytes += static_cast<uint64_t>(covered) - converted;
    covered = static_cast<int64_t>(converted);
  }
  target.batch.Add(body, {}, line.offset, static_cast<uint32_t>(covered), flags);
}

}  // namespace tailrace
