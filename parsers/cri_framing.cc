#include "parsers/cri_framing.h"

#include "parsers/cri_line.h"
#include "parsers/line_framing.h"

namespace tailrace {
namespace {

void TakePiece(const PhysicalLine& line, const CriLine& cri, std::string_view time,
               LineTarget& target) {
  Piece piece;
  piece.content = cri.ends_record ? LineFraming::WithoutReturn(line, cri.content) : cri.content;
  piece.time = time;
  piece.offset = line.offset;
  piece.source_bytes = line.source_bytes();
  piece.tail_bytes = line.rest_bytes + line.newline_bytes +
                     static_cast<int64_t>(cri.content.size() - piece.content.size());
  piece.flags =
      static_cast<uint16_t>((cri.stream == 1 ? kFlagStderr : kFlagStdout) | line.partial_flag());
  piece.stream = cri.stream;
  piece.ends_record = cri.ends_record;
  piece.whole = line.whole();
  piece.strip_return = line.ended() && cri.content.empty();
  PieceJoiner::Take(piece, target);
}

}  // namespace

size_t CriFraming::TextBytesMax(uint32_t max_line_bytes) {
  return size_t{max_line_bytes} + kCriHeaderBytesMax + 1;
}

void CriFraming::Take(const PhysicalLine& line, LineTarget& target) {
  if (target.held.any_open()) [[unlikely]] {
    PieceJoiner::SendExpired(line.offset, target);
  }
  CriLine cri;
  char utc[kUtcTimeBytes];
  TimeForm form = TimeForm::kInvalid;
  if (ParseCriLine(line.text, cri)) [[likely]] {
    form = target.times.Normalize(cri.time, utc);
  }
  if (form == TimeForm::kInvalid) [[unlikely]] {
    LineFraming::AddLine(line, kFlagMalformed, target);
    return;
  }
  const std::string_view time =
      form == TimeForm::kUtcNanos ? cri.time : std::string_view(utc, kUtcTimeBytes);
  const std::string_view body = LineFraming::WithoutReturn(line, cri.content);
  if (!cri.ends_record || target.held.streams[cri.stream].open || !line.whole() ||
      body.size() > target.max_line_bytes) [[unlikely]] {
    TakePiece(line, cri, time, target);
    return;
  }
  const Span time_span =
      form == TimeForm::kUtcNanos ? target.SpanOf(line, cri.time) : target.batch.AddToArena(time);
  target.batch.Add(
      target.SpanOf(line, body), time_span, line.offset, static_cast<uint32_t>(line.source_bytes()),
      static_cast<uint16_t>((cri.stream == 1 ? kFlagStderr : kFlagStdout) | line.partial_flag()));
}

}  // namespace tailrace
