#include "agent/config/units.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <system_error>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/yaml/diagnostics.h"

namespace tailrace {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr Unit kByteUnits[] = {{"TiB", int64_t{1} << 40},
                               {"GiB", int64_t{1} << 30},
                               {"MiB", int64_t{1} << 20},
                               {"KiB", int64_t{1} << 10},
                               {"B", 1},
                               {"TB", 1'000'000'000'000},
                               {"GB", 1'000'000'000},
                               {"MB", 1'000'000},
                               {"KB", 1'000}};
constexpr std::string_view kByteUnitNames = "B, KiB, MiB, GiB, TiB, KB, MB, GB, TB";

constexpr Unit kTimeUnits[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr std::string_view kTimeUnitNames = "ms, s, m, h, d";

// The number at the start of `text`; moves `text` on to what follows it.
absl::StatusOr<double> TakeNumber(std::string_view* text, std::string_view expected) {
  double number = 0;
  const char* end = text->data() + text->size();
  const auto [next, error] = std::from_chars(text->data(), end, number, std::chars_format::fixed);
  // from_chars takes "inf", "nan" and signs as well.
  const bool digits = !text->empty() && text->front() >= '0' && text->front() <= '9';
  if (error != std::errc() || !digits) {
    return absl::InvalidArgumentError(Concat({"expected ", expected}));
  }
  text->remove_prefix(static_cast<size_t>(next - text->data()));
  return number;
}

// The letters at the start of `text`; moves `text` on.
std::string_view TakeLetters(std::string_view* text) {
  size_t length = 0;
  while (length < text->size() && !((*text)[length] >= '0' && (*text)[length] <= '9')) ++length;
  const std::string_view letters = text->substr(0, length);
  text->remove_prefix(length);
  return letters;
}

const Unit* FindUnit(std::string_view name, const Unit* begin, const Unit* end) {
  for (const Unit* unit = begin; unit != end; ++unit) {
    if (unit->name == name) return unit;
  }
  return nullptr;
}

absl::Status UnknownUnit(std::string_view unit, std::string_view of, std::string_view known) {
  return absl::InvalidArgumentError(
      Concat({"unknown unit ", Quoted(unit), " in ", of, "; known: ", known}));
}

absl::StatusOr<int64_t> Scaled(double number, int64_t factor) {
  const double scaled = std::round(number * static_cast<double>(factor));
  // 2^62: beyond it sums of two of them overflow, and no machine has that much of anything.
  if (scaled >= 0x1p62) return absl::OutOfRangeError("the number is too large");
  return static_cast<int64_t>(scaled);
}

}  // namespace

absl::StatusOr<int64_t> ParseBytes(std::string_view text) {
  ASSIGN_OR_RETURN(const double number, TakeNumber(&text, "a size such as 64KiB or 10MiB"));
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.empty()) {
    return absl::InvalidArgumentError("a size needs a unit, such as 64KiB or 10MiB");
  }
  const Unit* unit = FindUnit(text, std::begin(kByteUnits), std::end(kByteUnits));
  if (unit == nullptr) return UnknownUnit(text, "a size", kByteUnitNames);
  return Scaled(number, unit->factor);
}

absl::StatusOr<int64_t> ParseByteRate(std::string_view text) {
  if (!text.ends_with("/s")) {
    return absl::InvalidArgumentError("expected a rate such as 5MiB/s");
  }
  return ParseBytes(text.substr(0, text.size() - 2));
}

absl::StatusOr<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds(0);
  int64_t total = 0;
  int64_t last_factor = std::numeric_limits<int64_t>::max();
  do {
    ASSIGN_OR_RETURN(const double number,
                     TakeNumber(&text, "a duration such as 250ms, 30s or 1h30m"));
    const std::string_view name = TakeLetters(&text);
    if (name.empty()) {
      return absl::InvalidArgumentError("a duration needs a unit, such as 250ms, 30s or 1h30m");
    }
    const Unit* unit = FindUnit(name, std::begin(kTimeUnits), std::end(kTimeUnits));
    if (unit == nullptr) return UnknownUnit(name, "a duration", kTimeUnitNames);
    if (unit->factor >= last_factor) {
      return absl::InvalidArgumentError("the units of a duration go from large to small: 1h30m");
    }
    last_factor = unit->factor;
    ASSIGN_OR_RETURN(const int64_t part, Scaled(number, unit->factor));
    total += part;
    // 10,000 years; what is beyond does not fit nanoseconds elsewhere either.
    if (total > int64_t{3'650'000} * 86'400'000) {
      return absl::OutOfRangeError("the duration is too long");
    }
  } while (!text.empty());
  return std::chrono::milliseconds(total);
}

absl::StatusOr<int64_t> ParseInteger(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::result_out_of_range) {
    return absl::OutOfRangeError("the number is too large");
  }
  if (error != std::errc() || next != end || text.empty()) {
    return absl::InvalidArgumentError("expected a whole number");
  }
  return number;
}

std::string FormatBytes(int64_t bytes) {
  for (const Unit& unit : kByteUnits) {
    if (unit.name.size() != 3 || bytes < unit.factor) continue;
    if (bytes % unit.factor == 0) return Concat({std::to_string(bytes / unit.factor), unit.name});
    char text[32];
    std::snprintf(text, sizeof(text), "%.2f",
                  static_cast<double>(bytes) / static_cast<double>(unit.factor));
    return Concat({text, unit.name});
  }
  return std::to_string(bytes) + "B";
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string text;
  for (const Unit& unit : kTimeUnits) {
    if (left < unit.factor) continue;
    text += Concat({std::to_string(left / unit.factor), unit.name});
    left %= unit.factor;
  }
  return text;
}

}  // namespace tailrace
