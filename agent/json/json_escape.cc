#include "agent/json/json_escape.h"

#include <cstdint>
#include <cstring>

#include "agent/json/byte_kernels.h"
#include "agent/json/byte_loops.h"
#include "agent/json/escape_sequence.h"
#include "agent/json/utf8.h"

namespace tailrace {

char* EscapeTo(char* out, std::string_view text) noexcept {
  return ActiveByteKernels().escape(out, text);
}

char* EscapeLossyTo(char* out, std::string_view text) noexcept {
  if (IsValidUtf8(text)) return EscapeTo(out, text);
  while (!text.empty()) {
    const Utf8Prefix prefix = MeasureUtf8(text);
    out = EscapeTo(out, text.substr(0, prefix.valid));
    text.remove_prefix(prefix.valid);
    if (prefix.ill_formed == 0) break;
    out = EncodeUtf8(kReplacementCharacter, out);
    text.remove_prefix(prefix.ill_formed);
  }
  return out;
}

size_t EscapedSize(std::string_view text) noexcept {
  const ByteKernels& kernels = ActiveByteKernels();
  size_t size = 0;
  while (!text.empty()) {
    const size_t clean = kernels.clean_prefix(text);
    size += clean;
    text.remove_prefix(clean);
    // Bytes to escape come in groups: another vector step for each would cost more than this loop.
    for (int i = 0; i < 16 && !text.empty(); ++i) {
      size += kEscapeSpellings[static_cast<uint8_t>(text.front())].length;
      text.remove_prefix(1);
    }
  }
  return size;
}

char* UnescapeTo(char* out, std::string_view raw) noexcept {
  const char* at = raw.data();
  const char* limit = at + raw.size();
  while (at < limit) {
    const size_t left = static_cast<size_t>(limit - at);
    const void* found = std::memchr(at, '\\', left);
    const char* escape = found == nullptr ? limit : static_cast<const char*>(found);
    const size_t clean = static_cast<size_t>(escape - at);
    std::memmove(out, at, clean);
    out += clean;
    at = escape;
    if (at == limit) break;
    const EscapeSequence sequence = DecodeEscape(at, limit);
    if (sequence.length == 0) {
      *out++ = *at++;
    } else {
      out = EncodeUtf8(sequence.code_point, out);
      at += sequence.length;
    }
  }
  return out;
}

bool UnescapesTo(std::string_view raw, std::string_view text) noexcept {
  while (!raw.empty()) {
    char bytes[4] = {raw.front()};
    size_t size = 1;
    size_t taken = 1;
    if (raw.front() == '\\') {
      const EscapeSequence sequence = DecodeEscape(raw.data(), raw.data() + raw.size());
      if (sequence.length != 0) {
        size = static_cast<size_t>(EncodeUtf8(sequence.code_point, bytes) - bytes);
        taken = sequence.length;
      }
    }
    if (!text.starts_with(std::string_view(bytes, size))) return false;
    text.remove_prefix(size);
    raw.remove_prefix(taken);
  }
  return text.empty();
}

void AppendEscaped(std::string_view text, std::string& out) {
  const size_t before = out.size();
  out.resize(before + EscapeBound(text.size()));
  const char* end = EscapeLossyTo(out.data() + before, text);
  out.resize(static_cast<size_t>(end - out.data()));
}

void AppendUnescaped(std::string_view raw, std::string& out) {
  const size_t before = out.size();
  out.resize(before + raw.size());
  const char* end = UnescapeTo(out.data() + before, raw);
  out.resize(static_cast<size_t>(end - out.data()));
}

}  // namespace tailrace
