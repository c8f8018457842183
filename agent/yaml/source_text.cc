#include "agent/yaml/source_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tailrace {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// Bytes of the sequence that begins with `lead`, and the allowed range of the byte after it (which
// is what excludes overlong forms, surrogates and code points beyond U+10FFFF). 0 bytes: no lead.
struct Utf8Lead {
  size_t bytes;
  uint8_t second_min;
  uint8_t second_max;
};

Utf8Lead LeadOf(uint8_t lead) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

SourceText::SourceText(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), line_starts_{0} {
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

size_t SourceText::LineIndex(size_t offset) const {
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  return static_cast<size_t>(after - line_starts_.begin()) - 1;
}

size_t SourceText::OffsetInLine(size_t offset) const {
  offset = std::min(offset, text_.size());
  return std::min(offset - line_starts_[LineIndex(offset)], LineAt(offset).size());
}

std::string_view SourceText::LineAt(size_t offset) const {
  const size_t begin = line_starts_[LineIndex(std::min(offset, text_.size()))];
  size_t end = text_.find('\n', begin);
  if (end == std::string::npos) end = text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

Mark SourceText::MarkAt(size_t offset) const {
  offset = std::min(offset, text_.size());
  const std::string_view before = LineAt(offset).substr(0, OffsetInLine(offset));
  const auto characters =
      std::count_if(before.begin(), before.end(), [](char c) { return !IsContinuation(c); });
  return {LineIndex(offset) + 1, static_cast<size_t>(characters) + 1};
}

size_t FirstInvalidUtf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const Utf8Lead lead = LeadOf(static_cast<uint8_t>(text[at]));
    if (lead.bytes == 0 || at + lead.bytes > text.size()) return at;
    for (size_t i = 1; i < lead.bytes; ++i) {
      const auto byte = static_cast<uint8_t>(text[at + i]);
      const bool fits = i == 1 ? byte >= lead.second_min && byte <= lead.second_max
                               : IsContinuation(static_cast<char>(byte));
      if (!fits) return at;
    }
    at += lead.bytes;
  }
  return std::string_view::npos;
}

}  // namespace tailrace
