#include "parsers/patterns/literal_pattern.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "agent/base/status.h"
#include "agent/pattern/pattern_error.h"

namespace tailrace {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsNameByte(char c) { return IsLetter(c) || (c >= '0' && c <= '9') || c == '.'; }

// The name of the capture at the start of `text`; empty when there is none.
std::string_view CaptureName(std::string_view text) {
  if (text.size() < 3 || text[0] != '<' || !IsLetter(text[1])) return {};
  size_t end = 2;
  while (end < text.size() && IsNameByte(text[end])) ++end;
  const bool closed = end < text.size() && text[end] == '>' && text[end - 1] != '.';
  return closed ? text.substr(1, end - 1) : std::string_view();
}

// Where `literal` first stands in `text`, or npos.
size_t Find(std::string_view text, std::string_view literal) {
  constexpr int kCandidatesMax = 8;
  size_t at = 0;
  for (int i = 0; i < kCandidatesMax; ++i) {
    if (text.size() - at < literal.size()) return std::string_view::npos;
    const void* found = std::memchr(text.data() + at, literal[0], text.size() - at);
    if (found == nullptr) return std::string_view::npos;
    at = static_cast<size_t>(static_cast<const char*>(found) - text.data());
    if (text.substr(at).starts_with(literal)) return at;
    ++at;
  }
  // Many false starts: what is linear in any case.
  const void* found = memmem(text.data() + at, text.size() - at, literal.data(), literal.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

absl::StatusOr<LiteralPattern> LiteralPattern::Compile(std::string_view pattern) {
  LiteralPattern compiled;
  RETURN_IF_ERROR(compiled.Read(pattern));
  return compiled;
}

absl::Status LiteralPattern::Read(std::string_view pattern) {
  size_t at = 0;
  while (at < pattern.size()) {
    const std::string_view name = CaptureName(pattern.substr(at));
    if (name.empty()) {
      (steps_.empty() ? prefix_ : steps_.back().literal) += pattern[at++];
      continue;
    }
    RETURN_IF_ERROR(AddCapture(name, at));
    at += name.size() + 2;
  }
  if (names_.empty()) return PatternError(0, {"bad pattern: it has no capture such as <name>"});
  return absl::OkStatus();
}

absl::Status LiteralPattern::AddCapture(std::string_view name, size_t offset) {
  if (!steps_.empty() && steps_.back().literal.empty()) {
    return PatternError(offset, {"bad pattern: no text between <", name, "> and the one before"});
  }
  if (name == "_") {
    steps_.push_back({kUnnamed, ""});
    return absl::OkStatus();
  }
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
    return PatternError(offset, {"bad pattern: <", name, "> comes twice"});
  }
  if (names_.size() == kMaxCaptures) {
    return PatternError(offset, {"bad pattern: more than 250 captures"});
  }
  steps_.push_back({names_.size(), ""});
  names_.emplace_back(name);
  return absl::OkStatus();
}

bool LiteralPattern::Match(std::string_view text, std::span<std::string_view> values) const {
  if (text.empty() || !text.starts_with(prefix_)) return false;
  text.remove_prefix(prefix_.size());
  size_t filled = 0;
  for (const Step& step : steps_) {
    const size_t end = step.literal.empty() ? std::string_view::npos : Find(text, step.literal);
    if (step.capture != kUnnamed) values[filled++] = text.substr(0, end);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + step.literal.size());
  }
  std::fill(values.begin() + static_cast<ptrdiff_t>(filled), values.end(), std::string_view());
  return true;
}

}  // namespace tailrace
