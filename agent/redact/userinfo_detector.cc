#include "agent/redact/userinfo_detector.h"

#include <string_view>

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

constexpr std::string_view kMark = "://";

// What no user or password holds unless it is escaped; passwords with "@" in them are seen often.
bool IsUserinfoByte(char c) {
  return !IsSpace(c) && c != '/' && c != '?' && c != '#' && c != '"' && c != '\'' && c != '<' &&
         c != '>' && c != '\\' && c != '`' && c != '{' && c != '}' && c != '|' && c != '^' &&
         c != ',' && c != ';' && c != '(' && c != ')';
}
bool IsHostByte(char c) {
  return IsAlphanumeric(c) || c == '.' || c == '-' || c == '_' || c == '%' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// A host stands behind the '@', and behind its colon a port: "image@sha256:ab12" is none.
bool IsHost(std::string_view text, size_t begin) {
  if (ByteAt(text, begin) == '[') return true;
  const size_t end = RunEnd(text, begin, IsHostByte);
  if (end == begin) return false;
  return ByteAt(text, end) != ':' || !IsLetter(ByteAt(text, end + 1));
}

}  // namespace

void FindUserinfo(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  size_t mark = text.find(kMark);
  while (mark != std::string_view::npos) {
    const size_t begin = mark + kMark.size();
    const size_t authority_end = RunEnd(text, begin, IsUserinfoByte);
    const size_t at = text.substr(begin, authority_end - begin).rfind('@');
    if (IsAlphanumeric(ByteBefore(text, mark)) && at != std::string_view::npos && at > 0 &&
        IsHost(text, begin + at + 1)) {
      findings.emplace_back(begin, begin + at, Detector::kUrlUserinfo);
    }
    mark = text.find(kMark, authority_end);
  }
}

}  // namespace tailrace
