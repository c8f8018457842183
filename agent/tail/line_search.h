// Finding where to begin in a log that was there before the agent: the first line that is young
// enough, by bisection over the times of CRI lines, or the end of the last whole line.
//
// Threads    Any; system calls on the caller's descriptor.
// Cost       About 40 reads of 4 KiB for a file of any size.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tailrace {

// A CRI line's time ("2026-01-02T03:04:05.123456789Z ...", also with an offset such as +02:00) in
// nanoseconds since the epoch.
std::optional<int64_t> CriTimeNanos(std::string_view line);

// Where the first line begins that is not older than `cutoff_nanos`: `size_bytes` when all are
// older. Lines without a time belong to the one before.
int64_t FirstLineSince(int fd, int64_t size_bytes, int64_t cutoff_nanos);

// Where the unterminated last line begins, or the end of the last whole unit of the file's encoding
// when there is none. Looks back at most `line_bytes_max`.
// REQUIRES: `newline` is one such unit, which are 1, 2 or 4 bytes long.
int64_t EndOfLastLine(int fd, int64_t size_bytes, int64_t line_bytes_max,
                      std::string_view newline = "\n");

}  // namespace tailrace
