#include "parsers/multiline_shapes.h"

#include <algorithm>
#include <cctype>

namespace tailrace {
namespace {

constexpr size_t kCodeBytesMax = 64;  // Of Node's "Error [ERR_INVALID_ARG_TYPE]".

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// How many digits stand at the begin.
size_t DigitsBefore(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && IsDigit(text[size])) ++size;
  return size;
}

}  // namespace

bool BeginsWithBlank(std::string_view line) noexcept {
  return !line.empty() && IsTraceBlank(line[0]);
}

std::string_view WithoutBlanksBefore(std::string_view line) noexcept {
  while (BeginsWithBlank(line)) line.remove_prefix(1);
  return line;
}

bool IsBlankLine(std::string_view line) noexcept { return WithoutBlanksBefore(line).empty(); }

bool ThrownEndsAt(std::string_view line, size_t end) noexcept {
  std::string_view head = line.substr(0, end);
  if (head.ends_with(']')) {
    // Looked for in a few bytes only, or a line of "]:]:]:" would take the square of its length.
    const size_t skipped = head.size() > kCodeBytesMax ? head.size() - kCodeBytesMax : 0;
    const size_t open = head.substr(skipped).rfind(" [");
    if (open == std::string_view::npos) return false;
    return head.substr(0, skipped + open).ends_with("Error");
  }
  return head.ends_with("Exception") || head.ends_with("Error") || head.ends_with("Throwable");
}

bool HasThrown(std::string_view line) noexcept {
  for (size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    if (ThrownEndsAt(line, colon)) return true;
  }
  return ThrownEndsAt(line, line.size());
}

bool IsAtFrame(std::string_view line) noexcept {
  if (!BeginsWithBlank(line)) return false;
  line = WithoutBlanksBefore(line);
  return line.starts_with("at ") || line.starts_with("eval at ");
}

bool IsElision(std::string_view line) noexcept {
  line = WithoutBlanksBefore(line);
  return line.size() > 4 && line.starts_with("... ") && IsDigit(line[4]);
}

bool IsJavaCause(std::string_view line) noexcept {
  line = WithoutBlanksBefore(line);
  return line.starts_with("Caused by:") || line.starts_with("Suppressed:") ||
         line.starts_with("Wrapped by:");
}

bool IsPythonRaised(std::string_view line) noexcept {
  size_t at = 0;
  while (at < line.size() && (IsWordByte(line[at]) || line[at] == '.')) ++at;
  if (at == 0 || IsDigit(line[0])) return false;
  return at == line.size() || line[at] == ':';
}

bool IsGoroutine(std::string_view line) noexcept {
  constexpr std::string_view kWord = "goroutine ";
  if (!line.starts_with(kWord) || !line.ends_with("]:")) return false;
  line.remove_prefix(kWord.size());
  const size_t digits = DigitsBefore(line);
  return digits > 0 && line.substr(digits).find('[') != std::string_view::npos;
}

bool IsGoFunction(std::string_view line) noexcept {
  if (line.starts_with("created by ")) return true;
  if (line.empty() || BeginsWithBlank(line) || !line.ends_with(')')) return false;
  // Names are paths without blanks; the arguments' bracket ends them.
  const size_t bracket = line.find('(');
  return bracket > 0 && line.substr(0, bracket).find(' ') == std::string_view::npos;
}

bool IsRubyFrame(std::string_view line) noexcept {
  for (const std::string_view quote : {":in `", ":in '"}) {
    const size_t in = line.find(quote);
    if (in == std::string_view::npos || in == 0) continue;
    size_t digits = 0;
    while (digits < in && IsDigit(line[in - 1 - digits])) ++digits;
    if (digits > 0 && digits < in && line[in - 1 - digits] == ':') return true;
  }
  return false;
}

bool IsRubyPlace(std::string_view text) noexcept {
  const size_t digits = DigitsBefore(text);
  if (digits == 0) return false;
  text.remove_prefix(digits);
  return text.starts_with(":in `") || text.starts_with(":in '");
}

bool IsNumberedFrame(std::string_view line) noexcept {
  return line.size() > 1 && line[0] == '#' && IsDigit(line[1]);
}

bool IsPhpFrame(std::string_view line) noexcept {
  if (!line.starts_with("PHP ")) return false;
  line = WithoutBlanksBefore(line.substr(4));
  const size_t digits = DigitsBefore(line);
  return digits > 0 && line.substr(digits).starts_with(". ");
}

bool IsRustFrame(std::string_view line) noexcept {
  if (!BeginsWithBlank(line)) return false;
  line = WithoutBlanksBefore(line);
  if (line.starts_with("at ")) return true;
  const size_t digits = DigitsBefore(line);
  return digits > 0 && line.substr(digits).starts_with(": ");
}

}  // namespace tailrace
