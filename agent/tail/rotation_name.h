// What names and first bytes say about rotation: "access.log.2.gz" is a generation of "access.log".
//
// Threads    Any; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace tailrace {

enum class Compression : uint8_t { kNone, kGzip, kOther };

// By the first bytes of a file, of which 10 decide. zstd, xz and bzip2 are kOther.
Compression DetectCompression(std::string_view head);

// `path` without what rotation appends: one of .gz, .zst, .xz, .bz2, then .N, .old, and dates with
// '.' or '-' before them, as .20260102, -20260102-15, .2026-01-02-15. `path` itself when there is
// nothing of that kind.
std::string_view StripRotation(std::string_view path);

// The N of "app.log.N", under which larger is older; 0 for other names.
uint32_t RotationNumber(std::string_view path);

}  // namespace tailrace
