#include "parsers/formats/key_value_format.h"

#include <utility>

#include "agent/base/check.h"
#include "parsers/byte_scan.h"
#include "parsers/formats/parse_each.h"
#include "parsers/formats/quoted_text.h"

namespace tailrace {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

bool StartsWith(const char* at, const char* end, std::string_view what) {
  return TextBetween(at, end).starts_with(what);
}

std::string_view TrimmedBehind(std::string_view text) {
  while (!text.empty() && (IsSpace(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

constexpr size_t kSeparatorBytesMax = 16;

}  // namespace

absl::Status KeyValueOptions::Validate() const {
  for (const std::string* separator : {&pair_separator, &value_separator}) {
    if (separator->empty() || separator->size() > kSeparatorBytesMax) {
      return absl::InvalidArgumentError("a separator must have 1 to 16 bytes");
    }
    if (separator->find_first_of(quotes) != std::string::npos) {
      return absl::InvalidArgumentError("a separator must not hold a quote");
    }
  }
  if (quotes.find('\\') != std::string::npos) {
    return absl::InvalidArgumentError("the backslash escapes and cannot be a quote");
  }
  if (pair_separator == value_separator) {
    return absl::InvalidArgumentError("the separators must differ");
  }
  return absl::OkStatus();
}

KeyValueFormat::KeyValueFormat(KeyValueOptions options) : options_(std::move(options)) {
  CHECK(options_.Validate().ok());
  blank_pairs_ = options_.pair_separator.find_first_not_of(" \t") == std::string::npos;
  for (const std::string* separator : {&options_.pair_separator, &options_.value_separator}) {
    may_separate_[static_cast<uint8_t>(separator->front())] = true;
  }
  if (blank_pairs_) may_separate_[' '] = may_separate_['\t'] = true;
}

bool KeyValueFormat::AtPairEnd(const char* at, const char* end) const {
  if (at == end || (blank_pairs_ && IsSpace(*at))) return true;
  return StartsWith(at, end, options_.pair_separator);
}

// Spaces that separate nothing.
const char* KeyValueFormat::SkipSpaces(const char* at, const char* end) const {
  while (at < end && IsSpace(*at) && (blank_pairs_ || !AtPairEnd(at, end))) ++at;
  return at;
}

const char* KeyValueFormat::SkipPairSeparators(const char* at, const char* end) const {
  while (at < end) {
    if (IsSpace(*at) || *at == '\r') {
      ++at;
    } else if (!blank_pairs_ && StartsWith(at, end, options_.pair_separator)) {
      at += options_.pair_separator.size();
    } else {
      break;
    }
  }
  return at;
}

const char* KeyValueFormat::FindPairEnd(const char* at, const char* end) const {
  while (!AtPairEnd(at, end)) ++at;
  return at;
}

// With the spaces around it; moves nothing where it is not there.
bool KeyValueFormat::SkipValueSeparator(Reading& reading) const {
  const char* const separator = SkipSpaces(reading.at, reading.end);
  if (!StartsWith(separator, reading.end, options_.value_separator)) return false;
  reading.at = separator + options_.value_separator.size();
  return true;
}

bool KeyValueFormat::ReadQuotedKey(Reading& reading, std::string_view& key, bool& has_value) const {
  const QuotedText quoted = ReadQuoted(reading.at + 1, reading.end, *reading.at);
  if (!quoted.terminated) return false;
  key = ValueOf(quoted, reading.arena);
  reading.at = quoted.raw.data() + quoted.raw.size() + 1;
  has_value = SkipValueSeparator(reading);
  return has_value || AtPairEnd(SkipSpaces(reading.at, reading.end), reading.end);
}

// False for a key that there cannot be.
bool KeyValueFormat::ReadKey(Reading& reading, std::string_view& key, bool& has_value) const {
  if (IsQuote(*reading.at)) return ReadQuotedKey(reading, key, has_value) && !key.empty();
  const char* at = reading.at;
  // What begins with the value's separator is a word, as there is no key before it.
  if (StartsWith(at, reading.end, options_.value_separator)) {
    at = FindPairEnd(at, reading.end);
  }
  for (; at < reading.end; ++at) {
    if (!may_separate_[static_cast<uint8_t>(*at)]) continue;
    if (StartsWith(at, reading.end, options_.value_separator) || AtPairEnd(at, reading.end)) break;
  }
  key = TrimmedBehind(TextBetween(reading.at, at));
  reading.at = at;
  has_value = SkipValueSeparator(reading);
  return true;
}

std::string_view KeyValueFormat::ReadValue(Reading& reading) const {
  const char* const begin = SkipSpaces(reading.at, reading.end);
  if (begin < reading.end && IsQuote(*begin)) {
    const QuotedText quoted = ReadQuoted(begin + 1, reading.end, *begin);
    const char* const behind = quoted.raw.data() + quoted.raw.size() + (quoted.terminated ? 1 : 0);
    const char* const next = blank_pairs_ ? behind : SkipSpaces(behind, reading.end);
    if (quoted.terminated && AtPairEnd(next, reading.end)) {
      reading.at = next;
      return ValueOf(quoted, reading.arena);
    }
  }
  reading.at = FindPairEnd(begin, reading.end);
  return TrimmedBehind(TextBetween(begin, reading.at));
}

bool KeyValueFormat::ParseText(std::string_view text, FieldList& fields, ByteArena& arena) const {
  Reading reading{text.data(), text.data() + text.size(), arena};
  RepeatedNames names(fields);
  bool has_pair = false;
  while ((reading.at = SkipPairSeparators(reading.at, reading.end)) < reading.end) {
    Field field{.name = {}, .value = "true", .kind = FieldKind::kTrue};
    bool has_value = false;
    if (!ReadKey(reading, field.name, has_value) || field.name.empty()) return false;
    if (has_value) {
      field.value = ReadValue(reading);
      field.kind = FieldKind::kText;
      has_pair = true;
    }
    if (!names.Add(fields, field)) return false;
  }
  names.Finish(fields, arena);
  return has_pair;
}

void KeyValueFormat::Parse(std::span<ParseJob> jobs, ByteArena& arena) {
  ParseEach(jobs, [&](std::string_view text, FieldList& fields) {
    return ParseText(text, fields, arena);
  });
}

}  // namespace tailrace
