#include "parsers/formats/csv_format.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/strings.h"
#include "parsers/byte_scan.h"
#include "parsers/formats/parse_each.h"

namespace tailrace {
namespace {

const char* Find(const char* at, const char* end, char c) {
  const void* found = std::memchr(at, c, static_cast<size_t>(end - at));
  return found != nullptr ? static_cast<const char*>(found) : end;
}

// `raw` with each doubled quote as one.
std::string_view Undoubled(std::string_view raw, char quote, ByteArena& arena) {
  char* const begin = arena.Allocate(raw.size());
  char* out = begin;
  for (size_t i = 0; i < raw.size(); ++i) {
    *out++ = raw[i];
    if (raw[i] == quote) ++i;
  }
  const auto size = static_cast<size_t>(out - begin);
  arena.Shrink(raw.size() - size);
  return {begin, size};
}

}  // namespace

absl::Status CsvOptions::Validate() const {
  if (delimiter.size() != 1) return absl::InvalidArgumentError("delimiter must be a single byte");
  if (quote.size() != 1) return absl::InvalidArgumentError("quote must be a single byte");
  if (delimiter == quote) return absl::InvalidArgumentError("delimiter and quote must differ");
  if (columns.size() > CsvFormat::kColumnsMax) {
    return absl::InvalidArgumentError("more than 1000 columns");
  }
  std::vector<std::string_view> names(columns.begin(), columns.end());
  std::sort(names.begin(), names.end());
  for (size_t i = 1; i < names.size(); ++i) {
    if (!names[i].empty() && names[i] == names[i - 1]) {
      return absl::InvalidArgumentError(Concat({"column \"", names[i], "\" is named twice"}));
    }
  }
  return absl::OkStatus();
}

CsvFormat::CsvFormat(CsvOptions options) {
  CHECK(options.Validate().ok());
  columns_ = std::move(options.columns);
  delimiter_ = options.delimiter[0];
  quote_ = options.quote[0];
}

std::string_view CsvFormat::NameOf(size_t column, ByteArena& arena) const {
  if (!columns_.empty()) return columns_[column];
  constexpr std::string_view kStem = "column";
  constexpr size_t kDigits = 20;
  char* const name = arena.Allocate(kStem.size() + kDigits);
  std::memcpy(name, kStem.data(), kStem.size());
  char* const end =
      std::to_chars(name + kStem.size(), name + kStem.size() + kDigits, column + 1).ptr;
  arena.Shrink(static_cast<size_t>(name + kStem.size() + kDigits - end));
  return TextBetween(name, end);
}

// Returns the end of the value at `at`, where a delimiter or nothing is, or nullptr.
const char* CsvFormat::ReadValue(const char* at, const char* end, ByteArena& arena,
                                 std::string_view& value) const {
  if (at == end || *at != quote_) {
    const char* const value_end = Find(at, end, delimiter_);
    value = TextBetween(at, value_end);
    return value_end;
  }
  const char* const begin = ++at;
  bool doubled = false;
  for (;;) {
    at = Find(at, end, quote_);
    if (at == end) return nullptr;
    if (at + 1 == end || at[1] != quote_) break;
    doubled = true;
    at += 2;
  }
  value = TextBetween(begin, at);
  if (doubled) value = Undoubled(value, quote_, arena);
  ++at;
  return at == end || *at == delimiter_ ? at : nullptr;
}

bool CsvFormat::ParseText(std::string_view text, FieldList& fields, ByteArena& arena) const {
  if (text.empty()) return false;
  const size_t columns_max = columns_.empty() ? kColumnsMax : columns_.size();
  const char* at = text.data();
  const char* const end = at + text.size();
  size_t column = 0;
  for (;; ++column, ++at) {
    std::string_view value;
    at = ReadValue(at, end, arena, value);
    if (at == nullptr || column == columns_max) return false;
    const std::string_view name = NameOf(column, arena);
    if (!name.empty()) fields.push_back({.name = name, .value = value});
    if (at == end) break;
  }
  return column > 0 || columns_.size() < 2;
}

void CsvFormat::Parse(std::span<ParseJob> jobs, ByteArena& arena) {
  ParseEach(jobs, [&](std::string_view text, FieldList& fields) {
    return ParseText(text, fields, arena);
  });
}

}  // namespace tailrace
