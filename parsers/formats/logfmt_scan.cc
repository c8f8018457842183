#include "parsers/formats/logfmt_scan.h"

#include "parsers/byte_scan.h"
#include "parsers/formats/quoted_text.h"

namespace tailrace {
namespace {

const char* SkipBlanks(const char* at, const char* end) {
  while (at < end && BlankByte::Holds(*at)) ++at;
  return at;
}

// Reads the value at `at` and returns its end, or nullptr.
const char* ReadValue(const char* at, const char* end, ByteArena& arena, std::string_view& value) {
  if (at == end || *at != '"') {
    const char* value_end = FindFirst<BlankByte>(at, end);
    value = TextBetween(at, value_end);
    return value_end;
  }
  const QuotedText quoted = ReadQuoted(at + 1, end, '"');
  if (!quoted.terminated) return nullptr;
  const char* behind = quoted.raw.data() + quoted.raw.size() + 1;
  if (behind < end && !BlankByte::Holds(*behind)) return nullptr;
  value = ValueOf(quoted, arena);
  return behind;
}

}  // namespace

bool ScanLogfmt(std::string_view text, LogfmtRules rules, RepeatedNames& names, FieldList& fields,
                ByteArena& arena) {
  const char* at = text.data();
  const char* const end = at + text.size();
  bool has_pair = false;
  while ((at = SkipBlanks(at, end)) < end) {
    const char* const key_end = FindFirst<KeyEndByte>(at, end);
    Field field{.name = TextBetween(at, key_end), .value = {}};
    if (field.name.empty()) return false;
    if (key_end < end && *key_end == '=') {
      at = ReadValue(key_end + 1, end, arena, field.value);
      if (at == nullptr) return false;
      has_pair = true;
    } else {
      if (!has_pair || !rules.bare_keys || (key_end < end && *key_end == '"')) return false;
      field.value = "true";
      field.kind = FieldKind::kTrue;
      at = key_end;
    }
    if (!names.Add(fields, field)) return false;
  }
  return has_pair;
}

}  // namespace tailrace
