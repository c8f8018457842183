#include "agent/lang/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <system_error>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kDay = 86'400 * kSecond;
// Sums of two of them do not overflow; 146 years.
constexpr uint64_t kDurationMax = uint64_t{1} << 62;

constexpr Unit kTimeUnits[] = {
    {"y", 365 * kDay},    {"w", 7 * kDay},      {"d", kDay},       {"h", 3600 * kSecond},
    {"m", 60 * kSecond},  {"s", kSecond},       {"ms", 1'000'000}, {"us", 1'000},
    {"\xc2\xb5s", 1'000}, {"\xce\xbcs", 1'000}, {"ns", 1},
};
// Those that DurationText writes, from large to small.
constexpr Unit kWrittenTimeUnits[] = {{"h", 3600 * kSecond}, {"m", 60 * kSecond}, {"s", kSecond},
                                      {"ms", 1'000'000},     {"us", 1'000},       {"ns", 1}};

// In lower case, with and without the "b".
constexpr Unit kByteUnits[] = {
    {"", 1},
    {"b", 1},
    {"k", 1'000},
    {"kb", 1'000},
    {"ki", uint64_t{1} << 10},
    {"kib", uint64_t{1} << 10},
    {"m", 1'000'000},
    {"mb", 1'000'000},
    {"mi", uint64_t{1} << 20},
    {"mib", uint64_t{1} << 20},
    {"g", 1'000'000'000},
    {"gb", 1'000'000'000},
    {"gi", uint64_t{1} << 30},
    {"gib", uint64_t{1} << 30},
    {"t", 1'000'000'000'000},
    {"tb", 1'000'000'000'000},
    {"ti", uint64_t{1} << 40},
    {"tib", uint64_t{1} << 40},
    {"p", 1'000'000'000'000'000},
    {"pb", 1'000'000'000'000'000},
    {"pi", uint64_t{1} << 50},
    {"pib", uint64_t{1} << 50},
    {"e", 1'000'000'000'000'000'000},
    {"eb", 1'000'000'000'000'000'000},
    {"ei", uint64_t{1} << 60},
    {"eib", uint64_t{1} << 60},
};
constexpr size_t kByteUnitMax = 3;
constexpr Unit kWrittenByteUnits[] = {
    {"EiB", uint64_t{1} << 60}, {"EB", 1'000'000'000'000'000'000},
    {"PiB", uint64_t{1} << 50}, {"PB", 1'000'000'000'000'000},
    {"TiB", uint64_t{1} << 40}, {"TB", 1'000'000'000'000},
    {"GiB", uint64_t{1} << 30}, {"GB", 1'000'000'000},
    {"MiB", uint64_t{1} << 20}, {"MB", 1'000'000},
    {"KiB", uint64_t{1} << 10}, {"KB", 1'000},
};

// Whole numbers up to this many digits are exact in a double, and so are these powers of ten, so
// that a quotient of the two is rounded once: to what from_chars makes of it.
constexpr size_t kExactDigits = 15;
constexpr std::array<double, kExactDigits + 1> kPowersOfTen = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return Lower(a) == b; });
}

// Digits with a dot among them perhaps, few enough to be exact; nullopt for all else.
std::optional<double> ReadShort(std::string_view text) {
  if (text.size() > kExactDigits) return std::nullopt;
  uint64_t digits = 0;
  size_t dot = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDigit(text[i])) {
      digits = digits * 10 + static_cast<uint64_t>(text[i] - '0');
    } else if (text[i] == '.' && dot == text.size() && i > 0) {
      dot = i;
    } else {
      return std::nullopt;
    }
  }
  const size_t decimals = dot == text.size() ? 0 : text.size() - dot - 1;
  return static_cast<double>(digits) / kPowersOfTen[decimals];
}

std::optional<double> ReadUnsigned(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const std::optional<double> number = ReadShort(text); number.has_value()) return number;
  const bool decimal = IsDigit(text.front()) || text.front() == '.';
  // from_chars knows more spellings: nan(...).
  if (!decimal && !EqualsIgnoringCase(text, "inf") && !EqualsIgnoringCase(text, "infinity") &&
      !EqualsIgnoringCase(text, "nan")) {
    return std::nullopt;
  }
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || next != end) return std::nullopt;
  return number;
}

// Moves `text` behind its sign; -1 or 1.
double TakeSign(std::string_view* text) {
  if (text->empty() || (text->front() != '-' && text->front() != '+')) return 1;
  const bool negative = text->front() == '-';
  text->remove_prefix(1);
  return negative ? -1 : 1;
}

std::string_view TakeWhile(std::string_view* text, bool (*fits)(char)) {
  size_t size = 0;
  while (size < text->size() && fits((*text)[size])) ++size;
  const std::string_view taken = text->substr(0, size);
  text->remove_prefix(size);
  return taken;
}

// One number and unit at the start of `text`, which is moved on; as Go, the fraction of a unit is
// cut to whole nanoseconds.
std::optional<uint64_t> TakeDurationPart(std::string_view* text) {
  const std::string_view whole = TakeWhile(text, IsDigit);
  std::string_view fraction;
  if (text->starts_with('.')) {
    text->remove_prefix(1);
    fraction = TakeWhile(text, IsDigit);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const std::string_view name = TakeWhile(text, [](char c) { return !IsDigit(c) && c != '.'; });
  const auto* const unit = std::find_if(std::begin(kTimeUnits), std::end(kTimeUnits),
                                        [name](const Unit& u) { return u.name == name; });
  if (unit == std::end(kTimeUnits)) return std::nullopt;
  uint64_t count = 0;
  for (const char c : whole) {
    if (count > kDurationMax / 10) return std::nullopt;
    count = count * 10 + static_cast<uint64_t>(c - '0');
  }
  if (count > kDurationMax / unit->factor) return std::nullopt;
  uint64_t below = 0, scale = 1;
  for (const char c : fraction.substr(0, kExactDigits)) {
    below = below * 10 + static_cast<uint64_t>(c - '0');
    scale *= 10;
  }
  const double part =
      static_cast<double>(below) * (static_cast<double>(unit->factor) / static_cast<double>(scale));
  return count * unit->factor + static_cast<uint64_t>(part);
}

}  // namespace

std::optional<double> ReadNumber(std::string_view text) noexcept {
  const double sign = TakeSign(&text);
  const std::optional<double> number = ReadUnsigned(text);
  return number.has_value() ? std::optional(sign * *number) : std::nullopt;
}

std::optional<double> ReadDuration(std::string_view text) noexcept {
  const double sign = TakeSign(&text);
  if (text == "0") return 0;
  uint64_t total = 0;
  do {
    const std::optional<uint64_t> part = TakeDurationPart(&text);
    if (!part.has_value()) return std::nullopt;
    total += *part;
    if (total > kDurationMax) return std::nullopt;
  } while (!text.empty());
  return sign * static_cast<double>(total);
}

std::optional<double> ReadBytes(std::string_view text) noexcept {
  std::string_view digits =
      TakeWhile(&text, [](char c) { return IsDigit(c) || c == '.' || c == ','; });
  std::array<char, 64> plain;
  size_t size = 0;
  for (const char c : digits) {
    if (c == ',') continue;
    if (size == plain.size()) return std::nullopt;
    plain[size++] = c;
  }
  const std::optional<double> number = ReadUnsigned({plain.data(), size});
  if (!number.has_value()) return std::nullopt;
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.size() > kByteUnitMax) return std::nullopt;
  const auto* const unit =
      std::find_if(std::begin(kByteUnits), std::end(kByteUnits),
                   [text](const Unit& u) { return EqualsIgnoringCase(text, u.name); });
  if (unit == std::end(kByteUnits)) return std::nullopt;
  const double bytes = std::floor(*number * static_cast<double>(unit->factor));
  if (bytes >= 0x1p64) return std::nullopt;
  return bytes;
}

std::string NumberText(double number) {
  std::array<char, 64> text;
  const bool whole = std::abs(number) < 1e15 && std::trunc(number) == number;
  const auto end = whole ? std::to_chars(text.data(), text.data() + text.size(), number,
                                         std::chars_format::fixed)
                         : std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end.ptr};
}

std::string DurationText(double nanoseconds) {
  if (nanoseconds == 0) return "0s";
  std::string text = nanoseconds < 0 ? "-" : "";
  auto left = static_cast<uint64_t>(std::abs(nanoseconds));
  for (const Unit& unit : kWrittenTimeUnits) {
    if (left < unit.factor) continue;
    text += Concat({std::to_string(left / unit.factor), unit.name});
    left %= unit.factor;
  }
  return text;
}

std::string BytesText(double bytes) {
  const auto count = static_cast<uint64_t>(bytes);
  for (const Unit& unit : kWrittenByteUnits) {
    if (count != 0 && count % unit.factor == 0) {
      return Concat({std::to_string(count / unit.factor), unit.name});
    }
  }
  return std::to_string(count) + "B";
}

}  // namespace tailrace
