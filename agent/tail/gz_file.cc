#include "agent/tail/gz_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "agent/tail/file_identity.h"

namespace tailrace {
namespace {

constexpr size_t kInputBytes = 64 * 1024;
constexpr size_t kThrowAwayBytes = 64 * 1024;

}  // namespace

GzFile::GzFile(UniqueFd fd) : fd_(std::move(fd)), stream_(kGzOutputMax), input_(kInputBytes) {}

void GzFile::Restart() {
  stream_.Reset(kGzOutputMax);
  input_offset_ = 0;
  stands_at_ = 0;
  damaged_ = false;
}

GzStep GzFile::Inflate(std::span<char> into) {
  if (damaged_) return {GzOutcome::kDamaged, 0};
  for (;;) {
    const GunzipStep step = stream_.Next(into);
    stands_at_ += static_cast<int64_t>(step.bytes);
    const bool broken = step.state == GunzipState::kCorrupt || step.state == GunzipState::kTooLarge;
    damaged_ = broken;
    if (step.bytes > 0) return {GzOutcome::kBytes, step.bytes};
    if (broken) return {GzOutcome::kDamaged, 0};
    if (step.state != GunzipState::kNeedInput) continue;
    const ssize_t bytes = pread(fd_.get(), input_.data(), input_.size(), input_offset_);
    if (bytes < 0) {
      if (errno == EINTR) continue;
      return {GzOutcome::kError, 0};
    }
    if (bytes == 0) {
      damaged_ = !stream_.Finish().ok();
      if (damaged_) return {GzOutcome::kDamaged, 0};
      text_bytes_ = stands_at_;
      return {GzOutcome::kEnd, 0};
    }
    input_offset_ += bytes;
    stream_.Feed({input_.data(), static_cast<size_t>(bytes)});
  }
}

GzStep GzFile::Read(int64_t offset, std::span<char> into) {
  if (offset < stands_at_) Restart();
  std::vector<char> thrown_away;
  const int64_t pause_at = stands_at_ + kGzSkipMax;
  while (stands_at_ < offset) {
    if (stands_at_ >= pause_at) return {GzOutcome::kBytes, 0};
    thrown_away.resize(kThrowAwayBytes);
    const auto most = static_cast<size_t>(
        std::min<int64_t>(offset - stands_at_, static_cast<int64_t>(thrown_away.size())));
    const GzStep step = Inflate(std::span(thrown_away).first(most));
    if (step.outcome != GzOutcome::kBytes) return step;
  }
  return Inflate(into);
}

std::optional<Tail> GzFile::TailBefore(int64_t offset) {
  Tail tail;
  const int64_t from = std::max<int64_t>(0, offset - static_cast<int64_t>(kAnchorBytesMax));
  while (from + tail.length < offset) {
    std::array<char, kAnchorBytesMax> bytes;
    const int64_t at = from + tail.length;
    const auto most = static_cast<size_t>(offset - at);
    const GzStep step = Read(at, std::span(bytes).first(most));
    if (step.outcome != GzOutcome::kBytes) return std::nullopt;
    tail.Append({bytes.data(), step.bytes});
  }
  return tail;
}

std::string GzFile::Head(size_t bytes_max) {
  Restart();  // What was damaged may have been written to its end since.
  std::string head(bytes_max, '\0');
  size_t done = 0;
  while (done < bytes_max) {
    const GzStep step = Read(static_cast<int64_t>(done), std::span(head).subspan(done));
    if (step.outcome != GzOutcome::kBytes) break;
    done += step.bytes;
  }
  head.resize(done);
  return head;
}

int64_t GzFile::rest_bytes() const {
  const std::optional<FileStat> stat = StatHandle(fd_.get());
  if (!stat.has_value()) return 0;
  return std::max<int64_t>(0, stat->size_bytes - input_offset_);
}

}  // namespace tailrace
