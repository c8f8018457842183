#include "parsers/line_framing.h"

namespace tailrace {

void LineFraming::AddCut(const PhysicalLine& line, uint16_t flag_bits, LineTarget& target) {
  const std::string_view body = CutUtf8(line.text, target.max_line_bytes);
  target.skips.line_rest_bytes += static_cast<uint64_t>(line.source_bytes()) - body.size();
  target.batch.Add(target.SpanOf(line, body), {}, line.offset, static_cast<uint32_t>(body.size()),
                   static_cast<uint16_t>(flag_bits | kFlagCut | line.partial_flag()));
}

}  // namespace tailrace
