#include "agent/redact/value_name.h"

#include <algorithm>

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

constexpr size_t kMaxSeparators = 16;
constexpr size_t kMaxName = 64;

bool IsSeparator(char c) {
  return c == ' ' || c == '\t' || c == ':' || c == '=' || c == '"' || c == '\'' || c == '\\' ||
         c == '>' || c == '[' || c == ']' || c == '(' || c == '#';
}

bool IsNameSeparator(char c) { return c == '_' || c == '-' || c == '.'; }

// Whether a word begins at `at`: behind a separator, or a capital behind a small letter.
bool IsWordBegin(std::string_view name, size_t at) {
  const char before = ByteBefore(name, at);
  return !IsAlphanumeric(before) || (IsLower(before) && IsUpper(ByteAt(name, at)));
}

bool EndsWithWords(std::string_view name, std::string_view ending) {
  size_t at = name.size();
  while (at > 0 && IsNameSeparator(name[at - 1])) --at;
  for (size_t left = ending.size(); left-- > 0;) {
    if (ending[left] == '_') {
      if (left == 0) return IsWordBegin(name, at);
      while (at > 0 && IsNameSeparator(name[at - 1])) --at;
    } else if (at == 0 || ToLower(name[--at]) != ending[left]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string_view NameBefore(const NamedText& subject, size_t offset) {
  const size_t end = RunBegin(subject.text, offset, IsSeparator, kMaxSeparators);
  if (end == 0) return subject.name;
  const size_t begin = RunBegin(subject.text, end, IsNameByte, kMaxName);
  return subject.text.substr(begin, end - begin);
}

bool NameEndsWith(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [name](std::string_view ending) { return EndsWithWords(name, ending); });
}

}  // namespace tailrace
