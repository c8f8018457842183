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

bool EndsWithLetters(std::string_view name, std::string_view ending) {
  size_t left = ending.size();
  for (size_t i = name.size(); i-- > 0 && left > 0;) {
    if (!IsAlphanumeric(name[i])) continue;
    if (ToLower(name[i]) != ending[--left]) return false;
  }
  return left == 0;
}

}  // namespace

std::string_view NameBefore(const NamedText& subject, size_t offset) {
  const size_t end = RunBegin(subject.text, offset, IsSeparator, kMaxSeparators);
  if (end == 0) return subject.name;
  return subject.text.substr(RunBegin(subject.text, end, IsNameByte, kMaxName),
                             end - RunBegin(subject.text, end, IsNameByte, kMaxName));
}

bool NameEndsWith(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [name](std::string_view ending) { return EndsWithLetters(name, ending); });
}

}  // namespace tailrace
