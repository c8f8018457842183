#include "agent/tail/rotation_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace tailrace {
namespace {

constexpr size_t kNumberDigitsMax = 4;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view StripOneOf(std::string_view name,
                            std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

std::string_view StripCompression(std::string_view name) {
  return StripOneOf(name, {".gz", ".zst", ".xz", ".bz2"});
}

// Strips ".12"; keeps names that would become empty or a directory.
std::string_view StripNumber(std::string_view name) {
  size_t digits = 0;
  while (digits < name.size() && IsDigit(name[name.size() - 1 - digits])) ++digits;
  if (digits == 0 || digits > kNumberDigitsMax || digits + 1 >= name.size()) return name;
  const size_t dot = name.size() - 1 - digits;
  return name[dot] == '.' ? name.substr(0, dot) : name;
}

// Strips [.-] and a date: digits, '-', '_', 'T' and ':' that begin with a year and hold at least
// year, month and day.
std::string_view StripDate(std::string_view name) {
  size_t begin = name.size();
  size_t digits = 0;
  while (begin > 0) {
    const char c = name[begin - 1];
    if (IsDigit(c)) {
      ++digits;
    } else if (c != '-' && c != '_' && c != 'T' && c != ':') {
      break;
    }
    --begin;
  }
  std::string_view date = name.substr(begin);
  bool separated = begin > 0 && name[begin - 1] == '.';
  if (!separated && (date.starts_with('-') || date.starts_with('_'))) {
    separated = true;
    date.remove_prefix(1);
    ++begin;
  }
  const bool year = date.starts_with("20") || date.starts_with("19");
  if (!separated || !year || digits < 8 || begin < 2) return name;
  return name.substr(0, begin - 1);
}

}  // namespace

Compression DetectCompression(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x1f\x8b\x08"sv)) return Compression::kGzip;
  if (head.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::kOther;
  if (head.starts_with("\xfd"
                       "7zXZ\0"sv)) {
    return Compression::kOther;
  }
  // bzip2: "BZh", the block size, then the digits of pi; a text could begin with the first four.
  const bool bzip2 = head.size() >= 10 && head.starts_with("BZh"sv) && IsDigit(head[3]) &&
                     head.substr(4, 6) == "1AY&SY"sv;
  return bzip2 ? Compression::kOther : Compression::kNone;
}

std::string_view StripRotation(std::string_view path) {
  const size_t base = path.rfind('/') + 1;
  std::string_view name = path.substr(base);
  name = StripCompression(name);
  name = StripOneOf(name, {".old"});
  // "app.log.2026-01-02.1": a number behind a date, or one of them alone.
  const std::string_view numbered = StripNumber(name);
  const std::string_view dated = StripDate(numbered);
  name = dated != numbered ? dated : StripDate(name) != name ? StripDate(name) : numbered;
  return path.substr(0, base + name.size());
}

uint32_t RotationNumber(std::string_view path) {
  const std::string_view name = StripCompression(path);
  const std::string_view stripped = StripNumber(name);
  uint32_t number = 0;
  if (stripped.size() < name.size()) {
    std::from_chars(name.data() + stripped.size() + 1, name.data() + name.size(), number);
  }
  return number;
}

}  // namespace tailrace
