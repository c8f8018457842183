#include "tests/judge/core/json_check.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tests/judge/core/line.h"
#include "tests/judge/core/utf8.h"

namespace tailrace {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// -1 unless four hex digits stand at `at`.
int HexQuad(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const int digit = HexDigit(text[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

class Checker {
 public:
  Checker(std::string_view text, const JsonVisitor& visit) : text_(text), visit_(visit) {}

  JsonVerdict Run() {
    SkipSpace();
    if (!Value(0)) return JsonVerdict::kInvalid;
    SkipSpace();
    if (at_ != text_.size()) return JsonVerdict::kInvalid;
    return duplicate_ ? JsonVerdict::kDuplicateKey : JsonVerdict::kGood;
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool Word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool Value(int depth) {
    if (depth > kMaxJsonDepth || at_ >= text_.size()) return false;
    switch (text_[at_]) {
      case '{':
        return Object(depth + 1);
      case '[':
        return Array(depth + 1);
      case '"':
        return String();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  bool Array(int depth) {
    ++at_;
    SkipSpace();
    if (Take(']')) return true;
    // Members of an object in an array are no members of the root: the depth is pushed past what is
    // visited.
    const int inner = std::max(depth, 2);
    do {
      SkipSpace();
      if (!Value(inner)) return false;
      SkipSpace();
    } while (Take(','));
    return Take(']');
  }

  bool Object(int depth) {
    ++at_;
    const size_t first_key = keys_.size();
    SkipSpace();
    if (Take('}')) return true;
    do {
      SkipSpace();
      if (!Member(depth)) return false;
      SkipSpace();
    } while (Take(','));
    if (!Take('}')) return false;
    NoteDuplicates(first_key);
    return true;
  }

  bool Member(int depth) {
    const size_t key_at = at_;
    if (at_ >= text_.size() || text_[at_] != '"' || !String()) return false;
    const std::string_view key = text_.substr(key_at, at_ - key_at);
    keys_.push_back(KeyHash(key));
    SkipSpace();
    if (!Take(':')) return false;
    SkipSpace();
    const size_t value_at = at_;
    if (depth == 1) root_key_ = key;
    if (!Value(depth)) return false;
    if (visit_ && depth <= 2) {
      visit_({depth, depth == 2 ? root_key_ : std::string_view(), key,
              text_.substr(value_at, at_ - value_at)});
    }
    return true;
  }

  static uint64_t KeyHash(std::string_view raw) {
    if (raw.find('\\') == std::string_view::npos) return HashText(raw.substr(1, raw.size() - 2));
    std::string key;
    return UnquoteJson(raw, &key) ? HashText(key) : 0;
  }

  void NoteDuplicates(size_t first_key) {
    const auto begin = keys_.begin() + static_cast<ptrdiff_t>(first_key);
    std::sort(begin, keys_.end());
    if (std::adjacent_find(begin, keys_.end()) != keys_.end()) duplicate_ = true;
    keys_.resize(first_key);
  }

  bool String() {
    ++at_;
    while (at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        if (!Escape()) return false;
      } else if (c < 0x20) {
        return false;
      } else if (c < 0x80) {
        ++at_;
      } else {
        const size_t bytes = Utf8Length(text_.substr(at_));
        if (bytes == 0) return false;
        at_ += bytes;
      }
    }
    return false;
  }

  bool Escape() {
    if (at_ + 1 >= text_.size()) return false;
    const char c = text_[at_ + 1];
    if (c != 'u') {
      at_ += 2;
      return std::strchr("\"\\/bfnrt", c) != nullptr && c != '\0';
    }
    const int high = HexQuad(text_, at_ + 2);
    at_ += 6;
    if (high < 0 || (high >= 0xdc00 && high <= 0xdfff)) return false;
    if (high < 0xd800 || high > 0xdbff) return true;
    if (text_.substr(at_, 2) != "\\u") return false;
    const int low = HexQuad(text_, at_ + 2);
    at_ += 6;
    return low >= 0xdc00 && low <= 0xdfff;
  }

  bool Digits() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ > begin;
  }

  bool Number() {
    Take('-');
    if (!Take('0') && !Digits()) return false;
    if (Take('.') && !Digits()) return false;
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (!Take('+')) Take('-');
      return Digits();
    }
    return true;
  }

  const std::string_view text_;
  const JsonVisitor& visit_;
  size_t at_ = 0;
  std::vector<uint64_t> keys_;  // hashes of the keys of all open objects
  std::string_view root_key_;
  bool duplicate_ = false;
};

char SimpleEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

JsonVerdict CheckJson(std::string_view text, const JsonVisitor& visit) {
  return Checker(text, visit).Run();
}

bool UnquoteJson(std::string_view raw, std::string* out) {
  out->clear();
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return false;
  raw = raw.substr(1, raw.size() - 2);
  for (size_t at = 0; at < raw.size();) {
    const size_t slash = std::min(raw.find('\\', at), raw.size());
    out->append(raw, at, slash - at);
    at = slash;
    if (at + 1 >= raw.size()) break;
    if (raw[at + 1] != 'u') {
      out->push_back(SimpleEscape(raw[at + 1]));
      at += 2;
      continue;
    }
    int code = HexQuad(raw, at + 2);
    at += 6;
    if (code >= 0xd800 && code <= 0xdbff && raw.substr(at, 2) == "\\u") {
      code = 0x10000 + ((code - 0xd800) << 10) + (HexQuad(raw, at + 2) - 0xdc00);
      at += 6;
    }
    AppendUtf8(static_cast<char32_t>(code), out);
  }
  return true;
}

void AppendJsonString(std::string_view text, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (byte < 0x20) {
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

}  // namespace tailrace
