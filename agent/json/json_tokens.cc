#include "agent/json/json_tokens.h"

#include "agent/json/scalar_token.h"

namespace tailrace {
namespace {

std::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

const char* SkipJsonSpace(const char* at) noexcept {
  while (IsJsonSpace(*at)) ++at;
  return at;
}

const char* SkipString(const char* at) noexcept {
  for (++at; *at != '"'; at += *at == '\\' ? 2 : 1) {
  }
  return at + 1;
}

const char* SkipScalar(const char* at) noexcept {
  while (*at != ',' && *at != '}' && *at != ']' && !IsJsonSpace(*at)) ++at;
  return at;
}

const char* SkipValue(const char* at) noexcept {
  if (*at == '"') return SkipString(at);
  if (*at != '{' && *at != '[') return SkipScalar(at);
  size_t depth = 0;
  while (true) {
    if (*at == '"') {
      at = SkipString(at);
      continue;
    }
    if (*at == '{' || *at == '[') ++depth;
    if (*at == '}' || *at == ']') --depth;
    ++at;
    if (depth == 0) return at;
  }
}

bool JsonMembers::Next() noexcept {
  at_ = SkipJsonSpace(at_);
  if (*at_ == ',') at_ = SkipJsonSpace(at_ + 1);
  if (*at_ == '}') return false;
  const char* name_end = SkipString(at_);
  name_ = Between(at_ + 1, name_end - 1);
  const char* value = SkipJsonSpace(SkipJsonSpace(name_end) + 1);
  at_ = SkipValue(value);
  value_ = Between(value, at_);
  return true;
}

}  // namespace tailrace
