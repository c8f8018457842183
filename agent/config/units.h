// Values with units as the config writes them: 64KiB, 5MiB/s, 250ms.
//
// Threads    Any.
// Failure    kInvalidArgument, with a message that shows how such a value looks; kOutOfRange for a
//            number that is too large to hold.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace tailrace {

// B, KiB, MiB, GiB, TiB (powers of 1024), KB, MB, GB, TB (powers of 1000); `1.5GiB` is fine. The
// unit is mandatory.
[[nodiscard]] absl::StatusOr<int64_t> ParseBytes(std::string_view text);

// A size and "/s"; bytes a second.
[[nodiscard]] absl::StatusOr<int64_t> ParseByteRate(std::string_view text);

// ms, s, m, h, d; several in a row such as `1h30m`, from large to small. The unit is mandatory,
// but for 0.
[[nodiscard]] absl::StatusOr<std::chrono::milliseconds> ParseDuration(std::string_view text);

// A plain whole number, with a minus sign perhaps.
[[nodiscard]] absl::StatusOr<int64_t> ParseInteger(std::string_view text);

// In the largest unit that leaves at most two decimals: 128MiB, 25.60MiB, 1000B.
std::string FormatBytes(int64_t bytes);
// As ParseDuration reads it: 1h30m, 250ms.
std::string FormatDuration(std::chrono::milliseconds duration);

}  // namespace tailrace
