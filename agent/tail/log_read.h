// Reading a log file at a position, with the proof that what lies before the position is still what
// was read: each read begins a little earlier and compares.
//
// Threads    Any; system calls on the caller's descriptor.
// Units      Offsets and sizes in bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/event/anchor.h"

namespace tailrace {

// The last bytes before a position.
struct Tail {
  std::array<char, kAnchorBytesMax> bytes{};
  uint8_t length = 0;

  std::string_view view() const { return {bytes.data(), length}; }
  void Append(std::string_view more);
  Anchor anchor() const;
};

enum class ReadOutcome : uint8_t {
  kBytes,      // `bytes` over 0.
  kEnd,        // Nothing beyond the position, for now.
  kTruncated,  // The file is shorter than the position, or holds other bytes before it.
  kError,      // `error_number` says why.
};

struct ReadStep {
  ReadOutcome outcome = ReadOutcome::kEnd;
  size_t bytes = 0;
  int error_number = 0;
};

// Reads at `position`, before which `tail` is expected.
ReadStep ReadVerified(int fd, int64_t position, const Tail& tail, std::span<char> into);

// The tail before `position`; shorter than it should be when the file is.
Tail ReadTail(int fd, int64_t position);

// The bytes before `position` have this anchor.
bool AnchorHolds(int fd, int64_t position, const Anchor& anchor);

// Up to `bytes_max` bytes from the beginning; less at the end of the file, or on an error.
std::string ReadHead(int fd, size_t bytes_max);

// Where data begins at or behind `position`; nullopt where the file system cannot say. The file's
// size when nothing but a hole follows.
std::optional<int64_t> FindData(int fd, int64_t position, int64_t size_bytes);

bool IsAllZero(std::string_view bytes);

}  // namespace tailrace
