#include "agent/lang/field_path.h"

#include <algorithm>
#include <vector>

#include "agent/base/check.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/lang/logql_lexer.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

FieldKind FieldKindOf(JsonKind kind) {
  switch (kind) {
    case JsonKind::kString:
      return FieldKind::kJsonString;
    case JsonKind::kNumber:
      return FieldKind::kNumber;
    case JsonKind::kTrue:
      return FieldKind::kTrue;
    case JsonKind::kFalse:
      return FieldKind::kFalse;
    case JsonKind::kNull:
      return FieldKind::kNull;
    case JsonKind::kObject:
      return FieldKind::kObject;
    case JsonKind::kArray:
      return FieldKind::kArray;
  }
  return FieldKind::kNull;
}

FieldValue ValueOfToken(std::string_view token) noexcept {
  FieldValue value{token, FieldKindOf(KindOfValue(token.front())), true};
  if (value.kind == FieldKind::kJsonString) value.text = token.substr(1, token.size() - 2);
  return value;
}

// A call of memcmp costs more than what it compares here, and most names differ at once.
bool IsEqual(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && !a.empty() && a.front() == b.front() && a == b;
}

// The segment that begins at `*at`, which is left behind it.
absl::StatusOr<std::string> TakeSegment(std::string_view text, size_t* at) {
  const size_t begin = *at;
  if (begin < text.size() && text[begin] == '`') {
    const size_t close = text.find('`', begin + 1);
    if (close == std::string_view::npos) {
      return SyntaxError(begin, {"this backtick is never closed"});
    }
    *at = close + 1;
    if (close == begin + 1) return SyntaxError(begin, {"expected a name between the backticks"});
    return std::string(text.substr(begin + 1, close - begin - 1));
  }
  *at = std::min(text.find_first_of(".`", begin), text.size());
  if (*at == begin) return SyntaxError(begin, {"expected the name of a field"});
  return std::string(text.substr(begin, *at - begin));
}

}  // namespace

absl::StatusOr<FieldPath> FieldPath::Parse(std::string_view text) {
  if (text.size() > kTextMax) return SyntaxError(0, {"a field path of over 1 KiB"});
  std::vector<std::string> segments;
  size_t at = text.starts_with('.') ? 1 : 0;
  while (true) {
    if (segments.size() == kSegmentsMax) {
      return SyntaxError(at, {"a field path of over 16 levels"});
    }
    absl::StatusOr<std::string> segment = TakeSegment(text, &at);
    if (!segment.ok()) return std::move(segment).status();
    segments.push_back(*std::move(segment));
    if (at == text.size()) return Of(segments);
    if (text[at] != '.') return SyntaxError(at, {"expected \".\" or the end of the field path"});
    ++at;
  }
}

FieldPath FieldPath::Of(std::span<const std::string> segments) {
  CHECK(!segments.empty() && segments.size() <= kSegmentsMax);
  FieldPath path;
  for (const std::string& segment : segments) {
    if (path.size_ > 0) path.name_ += '.';
    path.name_ += segment;
    path.ends_[path.size_++] = static_cast<uint16_t>(path.name_.size());
    path.lengths_ |= LengthBit(path.name_.size());
  }
  CHECK(path.name_.size() <= kTextMax);
  return path;
}

FieldValue FieldPath::Find(std::span<const Field> fields) const noexcept {
  if (size_ == 1) {
    const Field* const field = FindWhole(fields);
    return field == nullptr ? FieldValue() : FieldValue{field->value, field->kind, true};
  }
  std::array<const Field*, kSegmentsMax + 1> named;  // By how many segments their names are.
  std::fill_n(named.begin(), size_ + 1, nullptr);
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (!MayBeBeginning(field->name)) continue;
    const Field*& best = named[SegmentsIn(field->name)];
    if (best == nullptr || (field->ours && !best->ours)) best = &*field;
  }
  for (size_t segments = size_; segments > 0; --segments) {
    const Field* const field = named[segments];
    if (field == nullptr) continue;
    if (segments == size_) return {field->value, field->kind, true};
    if (field->kind != FieldKind::kObject) continue;
    const FieldValue member = FindMember(field->value, segments);
    if (member.found) return member;
  }
  return {};
}

const Field* FieldPath::FindWhole(std::span<const Field> fields) const noexcept {
  const Field* best = nullptr;
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (!IsEqual(field->name, name_)) continue;
    if (field->ours) return &*field;
    if (best == nullptr) best = &*field;
  }
  return best;
}

// The number of segments that `name` is the first ones of; 0 when it is none.
size_t FieldPath::SegmentsIn(std::string_view name) const noexcept {
  const auto* const end = std::find(ends_.begin(), ends_.begin() + size_, name.size());
  const bool begins = end != ends_.begin() + size_ && std::string_view(name_).starts_with(name);
  return begins ? static_cast<size_t>(end - ends_.begin()) + 1 : 0;
}

// What the segments from `from` on lead to in `object`.
FieldValue FieldPath::FindMember(std::string_view object, size_t from) const noexcept {
  std::array<std::string_view, kSegmentsMax> below;  // By the last segment of the object's name.
  for (JsonMembers members(object); members.Next();) {
    const std::string_view name = members.name();
    const bool escaped = name.find('\\') != std::string_view::npos;
    for (size_t last = size_; last > from; --last) {
      const std::string_view wanted = Joined(from, last);
      if (escaped ? !UnescapesTo(name, wanted) : !IsEqual(name, wanted)) continue;
      if (last == size_) return ValueOfToken(members.value());
      below[last] = members.value();
    }
  }
  for (size_t last = size_ - 1; last > from; --last) {
    if (!below[last].starts_with('{')) continue;
    const FieldValue member = FindMember(below[last], last);
    if (member.found) return member;
  }
  return {};
}

std::string FieldPath::ToString() const {
  std::string text;
  for (size_t i = 0; i < size_; ++i) {
    if (i > 0) text += '.';
    const std::string_view name = segment(i);
    const bool plain = i == 0 ? IsPlainName(name) : IsPlainSegment(name);
    if (!plain) text += '`';
    text += name;
    if (!plain) text += '`';
  }
  return text;
}

std::string_view TextOf(const FieldValue& value, std::string& buffer) {
  if (value.missing()) return {};
  if (!value.escaped()) return value.text;
  buffer.clear();
  AppendUnescaped(value.text, buffer);
  return buffer;
}

}  // namespace tailrace
