#include "sinks/whole_prefix.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/codec/zstd.h"

namespace tailrace {
namespace {

constexpr int64_t kSearchStepBytes = 64 << 10;
constexpr int64_t kMagicBytes = 4;
// The most that a frame of ours unpacks to: a payload, of 64 MiB and one record more.
constexpr uint64_t kFrameOutputMax = uint64_t{256} << 20;

absl::Status ReadError(const std::string& path) {
  return ErrnoStatus(errno, Concat({"read ", path}));
}

absl::Status Foreign(const std::string& path, std::string_view what) {
  return absl::FailedPreconditionError(ToAbsl(Concat({path, what, ": move it away"})));
}

// The frames of one file.
class Frames {
 public:
  Frames(int fd, int64_t size_bytes) : fd_(fd), size_bytes_(size_bytes) {}

  // Of the frame at `begin`, by its headers.
  std::optional<int64_t> EndOf(int64_t begin) {
    return FindZstdFrameEnd(begin, size_bytes_, [this](int64_t offset, int64_t size) {
      return Read(offset, size) ? std::string_view(bytes_) : std::string_view();
    });
  }
  bool IsSound(int64_t begin, int64_t end) {
    return end - begin <= kTornBytesMax && Read(begin, end - begin) &&
           IsSoundZstdFrame(bytes_, kFrameOutputMax);
  }
  // Whether a sound frame begins anywhere in [begin, end of the file).
  bool HasSoundFrame(int64_t begin);
  // A file in which a crash left less than the beginning of a frame, or only zeros.
  bool IsTornBeginning();
  bool failed() const { return failed_; }

 private:
  bool Read(int64_t offset, int64_t size) {
    const bool read = ReadExactly(fd_, offset, size, bytes_);
    failed_ = failed_ || !read;
    return read;
  }

  const int fd_;
  const int64_t size_bytes_;
  std::string bytes_;
  bool failed_ = false;
};

bool Frames::HasSoundFrame(int64_t begin) {
  std::string step;
  while (begin + kMagicBytes <= size_bytes_) {
    const int64_t size = std::min(size_bytes_ - begin, kSearchStepBytes);
    if (!Read(begin, size)) return false;
    step = bytes_;
    for (size_t at = 0; at + kMagicBytes <= step.size(); ++at) {
      if (!BeginsZstdFrame(std::string_view(step).substr(at, kMagicBytes))) continue;
      const int64_t frame = begin + static_cast<int64_t>(at);
      const std::optional<int64_t> end = EndOf(frame);
      if (end.has_value() && IsSound(frame, *end)) return true;
    }
    begin += size - (kMagicBytes - 1);  // One that begins in this step may end in the next.
  }
  return false;
}

bool Frames::IsTornBeginning() {
  if (size_bytes_ > kTornBytesMax || !Read(0, size_bytes_)) return false;
  constexpr std::string_view kMagic = "\x28\xb5\x2f\xfd";
  const bool zeros = bytes_.find_first_not_of('\0') == std::string::npos;
  return zeros || BeginsZstdFrame(bytes_) || kMagic.starts_with(bytes_);
}

}  // namespace

bool ReadExactly(int fd, int64_t offset, int64_t size, std::string& bytes) {
  bytes.resize(static_cast<size_t>(size));
  int64_t done = 0;
  while (done < size) {
    const ssize_t got =
        pread(fd, bytes.data() + done, static_cast<size_t>(size - done), offset + done);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) errno = EIO;
    if (got <= 0) return false;
    done += got;
  }
  return true;
}

absl::StatusOr<WholePrefix> FindWholeLines(int fd, int64_t size_bytes, const std::string& path) {
  std::string bytes;
  if (size_bytes >= kMagicBytes) {
    if (!ReadExactly(fd, 0, kMagicBytes, bytes)) return ReadError(path);
    if (BeginsZstdFrame(bytes)) return Foreign(path, " is compressed");
  }
  for (int64_t end = size_bytes; end > 0;) {
    if (size_bytes - end >= kTornBytesMax) return Foreign(path, " holds no lines");
    // The first look is at the last byte alone, which nearly always is a newline.
    const int64_t step = end == size_bytes ? 1 : std::min(end, kSearchStepBytes);
    if (!ReadExactly(fd, end - step, step, bytes)) return ReadError(path);
    if (const size_t newline = bytes.rfind('\n'); newline != std::string::npos) {
      return WholePrefix{end - step + static_cast<int64_t>(newline) + 1};
    }
    end -= step;
  }
  return WholePrefix{0};
}

absl::StatusOr<WholePrefix> FindWholeFrames(int fd, int64_t size_bytes, const std::string& path) {
  Frames frames(fd, size_bytes);
  int64_t whole = 0;
  while (whole < size_bytes) {
    const std::optional<int64_t> end = frames.EndOf(whole);
    const bool is_recent = size_bytes - whole <= kTornBytesMax;
    if (!end.has_value() || (is_recent && !frames.IsSound(whole, *end))) break;
    whole = *end;
  }
  if (whole == size_bytes) return WholePrefix{whole};
  if (whole == 0 && !frames.IsTornBeginning()) {
    if (frames.failed()) return ReadError(path);
    return Foreign(path, " holds no zstd frames");
  }
  const bool damaged = size_bytes - whole > kTornBytesMax || frames.HasSoundFrame(whole + 1);
  if (frames.failed()) return ReadError(path);
  return WholePrefix{whole, damaged};
}

}  // namespace tailrace
