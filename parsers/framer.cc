#include "parsers/framer.h"

#include <cstring>
#include <limits>
#include <utility>

#include "agent/base/check.h"
#include "parsers/cri_framing.h"
#include "parsers/docker_framing.h"
#include "parsers/encoded_framing.h"
#include "parsers/line_framing.h"

namespace tailrace {
namespace {

constexpr uint32_t kMaxLineBytesMax = 8 << 20;

size_t TextBytesMax(const FramerOptions& options) {
  switch (options.format) {
    case FileFormat::kCri:
      return CriFraming::TextBytesMax(options.max_line_bytes);
    case FileFormat::kDocker:
      return DockerFraming::TextBytesMax(options.max_line_bytes);
    case FileFormat::kRaw:
      break;
  }
  return LineFraming::TextBytesMax(options.max_line_bytes);
}

std::unique_ptr<Transcoder> TranscoderOf(const FramerOptions& options) {
  if (options.format != FileFormat::kRaw || Transcoder::IsUtf8(options.encoding)) return nullptr;
  absl::StatusOr<std::unique_ptr<Transcoder>> opened = Transcoder::Open(options.encoding);
  CHECK(opened.ok());  // The config was validated.
  return *std::move(opened);
}

}  // namespace

Framer::Framer(FileId file, const FramerOptions& options, int64_t offset, HeldPieces* held)
    : file_(file),
      format_(options.format),
      transcoder_(TranscoderOf(options)),
      max_line_bytes_(options.max_line_bytes),
      held_(held),
      end_bytes_(offset),
      next_bytes_(offset) {
  CHECK(options.max_line_bytes > 0 && options.max_line_bytes <= kMaxLineBytesMax);
  rules_.text_bytes_max = TextBytesMax(options);
  if (transcoder_ == nullptr) return;
  rules_.text_bytes_max = EncodedFraming::TextBytesMax(max_line_bytes_, *transcoder_);
  rules_.unit_bytes = transcoder_->unit_bytes();
  rules_.bom = transcoder_->bom();
}

LineTarget Framer::TargetIn(RecordBatch& batch) {
  return {batch, *held_, skips_, times_, max_line_bytes_, file_};
}

size_t Framer::Frame(std::string_view bytes, RecordBatch& batch) {
  switch (format_) {
    case FileFormat::kRaw:
      return transcoder_ == nullptr ? FrameAs<LineFraming>(bytes, batch)
                                    : FrameEncoded(bytes, batch);
    case FileFormat::kCri:
      return FrameAs<CriFraming>(bytes, batch);
    case FileFormat::kDocker:
      return FrameAs<DockerFraming>(bytes, batch);
  }
  CHECK(false);
}

template <typename Format>
size_t Framer::FrameAs(std::string_view bytes, RecordBatch& batch) {
  constexpr size_t kSizeMax = kBatchLinesMax - Format::kRecordsPerLineMax;
  LineTarget target = TargetIn(batch);
  size_t used = 0;
  while (used < bytes.size() && used < kBatchBytesTarget && batch.size() <= kSizeMax) {
    const std::string_view left = bytes.substr(used);
    const void* const newline = std::memchr(left.data(), '\n', left.size());
    if (newline == nullptr) {
      pending_.Append(left, end_bytes_, rules_);
      next_bytes_ += static_cast<int64_t>(left.size());
      return bytes.size();
    }
    const size_t length = static_cast<size_t>(static_cast<const char*>(newline) - left.data());
    if (pending_.empty()) [[likely]] {
      PhysicalLine line;
      line.text = left.substr(0, length);
      line.offset = end_bytes_;
      line.newline_bytes = 1;
      // Only here may there be a prefix.
      if (end_bytes_ == 0 || (length > 0 && left[0] == '\0')) [[unlikely]] {
        const LinePrefix prefix = StripPrefix(line.text, line.offset, rules_);
        prefix.CountIn(skips_);
        line.offset += prefix.bytes();
      }
      if (line.text.size() > rules_.text_bytes_max) [[unlikely]] {
        line.rest_bytes = static_cast<int64_t>(line.text.size() - rules_.text_bytes_max);
        line.text = line.text.substr(0, rules_.text_bytes_max);
      }
      Format::Take(line, target);
      next_bytes_ += static_cast<int64_t>(length + 1);
      end_bytes_ = next_bytes_;
    } else {
      pending_.Append(left.substr(0, length), end_bytes_, rules_);
      next_bytes_ += static_cast<int64_t>(length);
      TakePending(1, target);
    }
    used += length + 1;
  }
  return used;
}

// Every line goes through the carry: it is copied anyway, and a newline may be torn.
size_t Framer::FrameEncoded(std::string_view bytes, RecordBatch& batch) {
  LineTarget target = TargetIn(batch);
  const size_t unit = rules_.unit_bytes;
  size_t used = 0;
  while (used < bytes.size() && used < kBatchBytesTarget && batch.size() < kBatchLinesMax) {
    const std::string_view left = bytes.substr(used);
    const size_t begun = static_cast<size_t>(next_bytes_) % unit;
    if (begun != 0) {
      torn_unit_ += left[0];
      ++next_bytes_;
      ++used;
      if (begun + 1 < unit) continue;
      const std::string whole = std::exchange(torn_unit_, {});
      if (whole != transcoder_->newline()) {
        pending_.Append(whole, end_bytes_, rules_);
        continue;
      }
      next_bytes_ -= static_cast<int64_t>(unit);
      TakePending(static_cast<uint32_t>(unit), target);
      continue;
    }
    const size_t newline = transcoder_->FindNewline(left.substr(0, left.size() / unit * unit));
    CarryUnits(left.substr(0, newline));
    if (newline == std::string_view::npos) return bytes.size();
    TakePending(static_cast<uint32_t>(unit), target);
    used += newline + unit;
  }
  return used;
}

void Framer::CarryUnits(std::string_view bytes) {
  const size_t whole = bytes.size() / rules_.unit_bytes * rules_.unit_bytes;
  pending_.Append(bytes.substr(0, whole), end_bytes_, rules_);
  torn_unit_.assign(bytes.substr(whole));
  next_bytes_ += static_cast<int64_t>(bytes.size());
}

void Framer::TakeLine(const PhysicalLine& line, LineTarget& target) {
  switch (format_) {
    case FileFormat::kRaw:
      return transcoder_ == nullptr ? LineFraming::Take(line, target)
                                    : EncodedFraming::Take(line, *transcoder_, target);
    case FileFormat::kCri:
      return CriFraming::Take(line, target);
    case FileFormat::kDocker:
      return DockerFraming::Take(line, target);
  }
}

void Framer::TakePending(uint32_t newline_bytes, LineTarget& target) {
  const PhysicalLine line = pending_.Line(end_bytes_, newline_bytes, rules_);
  pending_.prefix().CountIn(skips_);
  // A NUL run that nothing follows is no line.
  if (line.source_bytes() > 0) TakeLine(line, target);
  pending_.Clear();
  next_bytes_ += newline_bytes;
  end_bytes_ = next_bytes_;
}

void Framer::Flush(RecordBatch& batch) {
  FlushLine(batch);
  FlushPieces(std::numeric_limits<int64_t>::max(), batch);
}

void Framer::FlushLine(RecordBatch& batch) {
  LineTarget target = TargetIn(batch);
  if (!torn_unit_.empty()) pending_.Append(std::exchange(torn_unit_, {}), end_bytes_, rules_);
  if (!pending_.empty()) TakePending(0, target);
}

void Framer::FlushPieces(int64_t held_since_nanos, RecordBatch& batch) {
  LineTarget target = TargetIn(batch);
  for (size_t stream = 0; stream < held_->streams.size(); ++stream) {
    const HeldPiece& held = held_->streams[stream];
    if (held.open && held.last_file == file_ && held.held_since_nanos <= held_since_nanos) {
      PieceJoiner::Send(stream, kFlagPartial, end_bytes_, target);
    }
  }
}

void Framer::Skip(int64_t bytes, RecordBatch& batch) {
  Flush(batch);
  next_bytes_ += bytes;
  end_bytes_ = next_bytes_;
}

bool Framer::end_is_resumable() const {
  for (const HeldPiece& held : held_->streams) {
    if (held.open && held.last_file == file_) return false;
  }
  return true;
}

uint32_t Framer::RangeOpened(RangeRef range) {
  uint32_t kept = 0;
  for (HeldPiece& held : held_->streams) {
    if (!held.open || held.last_file != file_) continue;
    if (!held.ranges.empty() && held.ranges.back().file == file_) {
      released_.push_back(held.ranges.back());
      held.ranges.back() = range;
    } else {
      held.ranges.push_back(range);
    }
    ++kept;
  }
  return kept;
}

}  // namespace tailrace
