#include "parsers/formats/structured_data.h"

#include <algorithm>

#include "agent/json/field_name.h"
#include "agent/json/json_escape.h"
#include "parsers/byte_scan.h"

namespace tailrace {
namespace {

constexpr size_t kNameBytesMax = 32;  // RFC 5424, section 6, SD-NAME.

// What ends an SD-NAME: all that is not printable, and what is excepted from it.
struct NameEndByte {
  static bool Holds(char c) {
    return UnprintableByte::Holds(c) || OneOfBytes<'=', ']', '"'>::Holds(c);
  }
#if defined(__SSE2__)
  static ByteVector Mark(ByteVector bytes) {
    return _mm_or_si128(UnprintableByte::Mark(bytes), OneOfBytes<'=', ']', '"'>::Mark(bytes));
  }
#endif
};

std::string_view ReadName(const char* at, const char* end) {
  return TextBetween(at, FindFirst<NameEndByte>(at, end));
}

bool IsName(std::string_view name) { return !name.empty() && name.size() <= kNameBytesMax; }

bool IsEscaped(char c) { return c == '"' || c == '\\' || c == ']'; }

// `text` within a JSON string. Most values are a few plain bytes: copied while they are looked at.
// REQUIRES: 15 bytes behind `text` may be read; EscapeBound(size) bytes of room.
char* AppendJsonText(std::string_view text, char* out) {
#if defined(__SSE2__)
  for (size_t at = 0; at < text.size(); at += sizeof(ByteVector)) {
    const ByteVector bytes = _mm_loadu_si128(reinterpret_cast<const ByteVector*>(text.data() + at));
    _mm_storeu_si128(reinterpret_cast<ByteVector*>(out + at), bytes);
    // Signed, so that what is not ASCII counts.
    const ByteVector special =
        _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')), OneOfBytes<'"', '\\'>::Mark(bytes));
    const auto marks = static_cast<uint32_t>(_mm_movemask_epi8(special));
    const size_t left = text.size() - at;
    const uint32_t ours = left < sizeof(ByteVector) ? (uint32_t{1} << left) - 1 : 0xffff;
    if ((marks & ours) != 0) return EscapeLossyTo(out, text);
  }
  return out + text.size();
#else
  return EscapeLossyTo(out, text);
#endif
}

}  // namespace

bool StructuredData::AddElement(std::string_view id) {
  const auto known = std::find(elements_.begin(), elements_.end(), id);
  element_ = static_cast<uint32_t>(known - elements_.begin());
  if (known != elements_.end()) return true;
  if (elements_.size() == kElementsMax) return false;
  elements_.push_back(id);
  return true;
}

// NAME="VALUE" at `at`; returns what is behind it, or nullptr.
const char* StructuredData::ReadParameter(const char* at, const char* end, bool kept_escapes) {
  Parameter parameter{.element = element_, .name = ReadName(at, end), .value = {}};
  at += parameter.name.size();
  if (!IsName(parameter.name) || end - at < 2 || at[0] != '=' || at[1] != '"') return nullptr;
  const char* const begin = at + 2;
  at = begin;
  for (;;) {
    at = FindFirst<OneOfBytes<'"', '\\', ']'>>(at, end);
    if (at == end || *at == ']') return nullptr;
    if (*at == '"') break;
    if (at + 1 == end) return nullptr;
    if (IsEscaped(at[1])) {
      parameter.escaped = true;
      at += 2;
    } else if (kept_escapes) {
      ++at;
    } else {
      return nullptr;
    }
  }
  if (parameters_.size() == kParametersMax) return nullptr;
  parameter.value = TextBetween(begin, at);
  parameters_.push_back(parameter);
  return at + 1;
}

const char* StructuredData::Read(const char* at, const char* end, bool kept_escapes) {
  elements_.clear();
  parameters_.clear();
  while (at < end && *at == '[') {
    const std::string_view id = ReadName(at + 1, end);
    if (!IsName(id) || !AddElement(id)) return nullptr;
    at += 1 + id.size();
    while (at < end && *at == ' ') {
      at = ReadParameter(at + 1, end, kept_escapes);
      if (at == nullptr) return nullptr;
    }
    if (at == end || *at != ']') return nullptr;
    ++at;
  }
  return elements_.empty() ? nullptr : at;
}

size_t StructuredData::BoundBytes() const {
  size_t bytes = 2;
  // A repaired name has at most twice its bytes and one; six are for quotes, colon, braces, comma.
  const auto of_name = [](std::string_view name) { return EscapeBound(2 * name.size() + 1) + 6; };
  for (const std::string_view id : elements_) bytes += of_name(id);
  for (const Parameter& parameter : parameters_) {
    bytes += of_name(parameter.name) + EscapeBound(parameter.value.size()) + 5;
  }
  return bytes;
}

std::string_view StructuredData::ToJson(ByteArena& arena) {
  const size_t bound = BoundBytes();
  char* const begin = arena.Allocate(bound);
  char* out = begin;
  *out++ = '{';
  for (uint32_t element = 0; element < elements_.size(); ++element) {
    if (element > 0) *out++ = ',';
    out = WriteElement(element, out);
  }
  *out++ = '}';
  const auto size = static_cast<size_t>(out - begin);
  arena.Shrink(bound - size);
  return {begin, size};
}

char* StructuredData::WriteElement(uint32_t element, char* out) {
  out = WriteName(elements_[element], out);
  *out++ = '{';
  bool first_member = true;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].element != element || parameters_[i].written) continue;
    if (!first_member) *out++ = ',';
    first_member = false;
    out = WriteName(parameters_[i].name, out);
    out = WriteValues(i, out);
  }
  *out++ = '}';
  return out;
}

// The value of parameter `first`, or an array when its element has the name again.
char* StructuredData::WriteValues(size_t first, char* out) {
  char* const begin = out++;  // For the bracket; most often there is none.
  size_t values = 0;
  for (size_t i = first; i < parameters_.size(); ++i) {
    Parameter& parameter = parameters_[i];
    if (parameter.element != parameters_[first].element ||
        parameter.name != parameters_[first].name) {
      continue;
    }
    if (values++ > 0) *out++ = ',';
    out = WriteValue(parameter, out);
    parameter.written = true;
  }
  *begin = '[';
  if (values > 1) {
    *out++ = ']';
    return out;
  }
  return std::copy(begin + 1, out, begin);
}

char* StructuredData::WriteName(std::string_view name, char* out) {
  *out++ = '"';
  if (NameNeedsRepair(name)) {
    repaired_.clear();
    AppendRepairedName(name, repaired_);
    out = EscapeTo(out, repaired_);
  } else {
    out = AppendJsonText(name, out);
  }
  *out++ = '"';
  *out++ = ':';
  return out;
}

char* StructuredData::WriteValue(const Parameter& parameter, char* out) {
  const std::string_view value = parameter.value;
  *out++ = '"';
  if (parameter.escaped) {
    unescaped_.clear();
    for (size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '\\' && i + 1 < value.size() && IsEscaped(value[i + 1])) ++i;
      unescaped_ += value[i];
    }
    out = EscapeLossyTo(out, unescaped_);
  } else {
    out = AppendJsonText(value, out);
  }
  *out++ = '"';
  return out;
}

}  // namespace tailrace
