#include "parsers/docker_entry.h"

#include <cstddef>
#include <cstdint>

#include "agent/json/byte_kernels.h"
#include "agent/json/escape_sequence.h"
#include "agent/json/json_escape.h"
#include "agent/json/scalar_token.h"

namespace tailrace {
namespace {

constexpr int kDepthMax = 64;

class EntryScanner {
 public:
  explicit EntryScanner(std::string_view line)
      : at_(line.data()), end_(line.data() + line.size()), kernels_(ActiveByteKernels()) {}

  bool AtEnd() {
    SkipSpace();
    return at_ == end_;
  }
  // Takes `c` behind whitespace, if it is the next byte.
  bool Take(char c) {
    SkipSpace();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool TakeString(std::string_view& inside) {
    if (!Take('"')) return false;
    const char* const begin = at_;
    while (true) {
      at_ += kernels_.clean_prefix({at_, static_cast<size_t>(end_ - at_)});
      if (at_ == end_) return false;
      if (*at_ == '"') break;
      if (*at_ != '\\') return false;
      const EscapeSequence escape = DecodeEscape(at_, end_);
      if (escape.length == 0) return false;
      at_ += escape.length;
    }
    inside = {begin, static_cast<size_t>(at_ - begin)};
    ++at_;
    return true;
  }
  bool TakeKey(std::string_view& inside) { return TakeString(inside) && Take(':'); }
  bool SkipValue();

 private:
  void SkipSpace() {
    while (at_ != end_ && IsJsonSpace(*at_)) ++at_;
  }
  bool SkipKey() {
    std::string_view key;
    return TakeKey(key);
  }
  bool SkipScalar();
  bool CloseContainers();

  const char* at_;
  const char* const end_;
  const ByteKernels& kernels_;
  uint64_t objects_ = 0;  // Of the open containers, innermost lowest: 1 is an object.
  int depth_ = 0;
};

bool EntryScanner::SkipScalar() {
  if (at_ != end_ && *at_ == '"') {
    std::string_view inside;
    return TakeString(inside);
  }
  const char* const begin = at_;
  while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' && !IsJsonSpace(*at_)) ++at_;
  return begin != at_ && (IsNumberToken(begin, at_) || IsLiteralToken(begin, at_));
}

// Behind a value: takes what closes containers, and the comma (and key) before the next value.
bool EntryScanner::CloseContainers() {
  while (depth_ > 0) {
    const bool object = (objects_ & 1) != 0;
    if (Take(',')) return !object || SkipKey();
    if (!Take(object ? '}' : ']')) return false;
    objects_ >>= 1;
    --depth_;
  }
  return true;
}

bool EntryScanner::SkipValue() {
  do {
    const bool object = Take('{');
    if (object || Take('[')) {
      if (++depth_ > kDepthMax) return false;
      objects_ = objects_ << 1 | (object ? 1 : 0);
      SkipSpace();
      const bool empty = at_ != end_ && *at_ == (object ? '}' : ']');
      if (empty) {
        if (!CloseContainers()) return false;
      } else if (object && !SkipKey()) {
        return false;
      }
    } else if (!SkipScalar() || !CloseContainers()) {
      return false;
    }
  } while (depth_ > 0);
  return true;
}

bool IsKey(std::string_view raw, std::string_view key) {
  return raw == key || (raw.find('\\') != std::string_view::npos && UnescapesTo(raw, key));
}

}  // namespace

bool ParseDockerEntry(std::string_view line, DockerEntry& out) noexcept {
  EntryScanner scanner(line);
  if (!scanner.Take('{')) return false;
  bool has_log = false;
  do {
    std::string_view key;
    if (!scanner.TakeKey(key)) return false;
    if (IsKey(key, "log")) {
      if (!scanner.TakeString(out.log)) return false;
      has_log = true;
    } else if (IsKey(key, "stream")) {
      if (!scanner.TakeString(out.stream)) return false;
    } else if (IsKey(key, "time")) {
      if (!scanner.TakeString(out.time)) return false;
    } else if (!scanner.SkipValue()) {
      return false;
    }
  } while (scanner.Take(','));
  return has_log && scanner.Take('}') && scanner.AtEnd();
}

}  // namespace tailrace
