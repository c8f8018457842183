// How much of a file that a crash may have torn is whole: up to the last newline of a file of
// lines, up to the last sound frame of one of zstd frames.
//
//   [frame][frame][fra         torn: cut off behind the second
//   [frame][000000000000]      torn as well: the disk had the size, not the bytes
//   [frame][damage][frame]     not torn: what stands behind the damage may have been confirmed
//
// Threads    Any; the file is read, never changed.
// Bounds     Lines: looks at no more than kTornBytesMax from the end. Frames: the headers of all
//            frames, a few bytes for each 128 KiB of their input; unpacks the last kTornBytesMax.
// Failure    kFailedPrecondition: something else stands there, say in which words to a person.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace tailrace {

constexpr int64_t kTornBytesMax = int64_t{64} << 20;

struct WholePrefix {
  int64_t bytes = 0;
  // True: behind `bytes` stands more than what a crash leaves, and nothing may be cut off.
  bool is_damaged = false;
};

absl::StatusOr<WholePrefix> FindWholeLines(int fd, int64_t size_bytes, const std::string& path);
absl::StatusOr<WholePrefix> FindWholeFrames(int fd, int64_t size_bytes, const std::string& path);

// Reads exactly `size` bytes, or says that they are not there (errno).
bool ReadExactly(int fd, int64_t offset, int64_t size, std::string& bytes);

}  // namespace tailrace
