#include "agent/redact/quoted_value.h"

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

bool IsBackslash(char c) { return c == '\\'; }
bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool IsSeparator(char c) {
  return IsSpace(c) || c == ',' || c == ';' || c == '&' || c == '<' || c == '>' || c == '\\' ||
         IsQuote(c);
}
bool IsCloser(char c) { return c == ')' || c == ']' || c == '}'; }

// The end of what stands between quotes that are each preceded by `backslashes` backslashes, or
// npos. Within plain quotes a backslash takes the byte behind it along.
size_t ClosingQuote(std::string_view text, size_t at, char quote, size_t backslashes) {
  while (at < text.size()) {
    const size_t run_end = RunEnd(text, at, IsBackslash);
    const size_t run = run_end - at;
    if (ByteAt(text, run_end) == quote) {
      if (run == backslashes) return at;
      if (backslashes == 0 && run % 2 == 0) return run_end;
      at = run_end + 1;
    } else {
      at = run_end + (run > 0 ? 0 : 1);
    }
  }
  return std::string_view::npos;
}

}  // namespace

size_t SkipClosers(std::string_view text, size_t at) {
  const size_t quote = RunEnd(text, at, IsBackslash);
  if (IsQuote(ByteAt(text, quote))) at = quote + 1;
  if (ByteAt(text, at) == ']') ++at;
  return at;
}

ValueSpan ReadValue(std::string_view text, size_t at) {
  const size_t quote = RunEnd(text, at, IsBackslash);
  if (IsQuote(ByteAt(text, quote))) {
    const size_t end = ClosingQuote(text, quote + 1, text[quote], quote - at);
    if (end != std::string_view::npos) return {quote + 1, end, true};
    at = quote + 1;
  }
  size_t end = at;
  for (; end < text.size() && !IsSeparator(text[end]); ++end) {
    // A bracket ends the value where it closes something: "{User:bob Password:x}", not "p)w".
    if (!IsCloser(text[end])) continue;
    const size_t after = RunEnd(text, end, IsCloser);
    if (after == text.size() || IsSeparator(text[after])) break;
    end = after - 1;
  }
  return {at, end, false};
}

}  // namespace tailrace
