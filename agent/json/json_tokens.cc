#include "agent/json/json_tokens.h"

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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
  ++at;
#if defined(__SSE2__)
  while (true) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const uint32_t mask = static_cast<uint32_t>(_mm_movemask_epi8(found));
    at += mask == 0 ? 16 : std::countr_zero(mask);
    if (mask == 0) continue;
    if (*at == '"') return at + 1;
    at += 2;
  }
#else
  while (*at != '"') at += *at == '\\' ? 2 : 1;
  return at + 1;
#endif
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
