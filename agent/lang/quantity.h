// Numbers, durations and sizes as LogQL reads them in a query and in the text of a label, and as
// they are written back.
//
// Threads    Any.
// Failure    What is no such quantity as a whole reads as nullopt.
// Cost       Read: about 10 ns, no allocation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tailrace {

// As Go's strconv.ParseFloat: decimal, with an exponent perhaps; inf and nan.
std::optional<double> ReadNumber(std::string_view text) noexcept;

// Nanoseconds, as Go's time.ParseDuration: 1h30m, -250ms, 1.5s; units ns, us, µs, ms, s, m, h, and
// those of Prometheus: d, w, y. "0" needs no unit.
std::optional<double> ReadDuration(std::string_view text) noexcept;

// Bytes, as go-humanize's ParseBytes: 42MB, 10 KiB, 1,024, 5m (a million); a bare number is bytes.
std::optional<double> ReadBytes(std::string_view text) noexcept;

// Each reads back to the same: 1500 or 1.5e+300; 1h30m, 1.5s or 250ms; 10KiB or 42MB.
std::string NumberText(double number);
std::string DurationText(double nanoseconds);
std::string BytesText(double bytes);

}  // namespace tailrace
