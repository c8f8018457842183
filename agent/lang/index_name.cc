#include "agent/lang/index_name.h"

namespace tailrace {
namespace {

constexpr size_t kMaxNameBytes = 255;

char Sanitized(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  const bool printable = c > ' ' && c < 0x7F;
  const bool forbidden = std::string_view("\\/*?\"<>|,#:").find(c) != std::string_view::npos;
  return printable && !forbidden ? c : '_';
}

}  // namespace

std::string SanitizeIndexName(std::string_view name) {
  std::string clean;
  for (char c : name) {
    const char sanitized = Sanitized(c);
    const bool at_start = clean.empty();
    if (at_start && (sanitized == '-' || sanitized == '_' || sanitized == '+')) continue;
    clean.push_back(sanitized);
    if (clean.size() == kMaxNameBytes) break;
  }
  if (clean.empty() || clean == "." || clean == "..") return "unnamed";
  return clean;
}

}  // namespace tailrace
