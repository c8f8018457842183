#include "sinks/pretty_document.h"

#include <cstdint>
#include <cstdio>

namespace tailrace {
namespace {

constexpr std::string_view kName = "\x1b[34m";     // Blue.
constexpr std::string_view kString = "\x1b[32m";   // Green.
constexpr std::string_view kLiteral = "\x1b[33m";  // Yellow: numbers, true, false, null.
constexpr std::string_view kPlain = "\x1b[0m";

// The code point of two or three bytes that begins at `text[0]`, and 0 for what needs no escape.
uint32_t Unprintable(std::string_view text) {
  const auto byte = [text](size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : uint32_t{0};
  };
  if (byte(0) == 0x7f) return 0x7f;
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return byte(1);
  if (byte(0) != 0xe2 || (byte(1) & 0xc0) != 0x80 || (byte(2) & 0xc0) != 0x80) return 0;
  const uint32_t point = 0x2000 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  const bool turns = point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e) ||
                     (point >= 0x2066 && point <= 0x2069);
  return turns ? point : 0;
}

void AppendPrintable(std::string_view text, std::string& out) {
  for (size_t at = 0; at < text.size();) {
    const uint32_t point = Unprintable(text.substr(at));
    if (point == 0) {
      out += text[at++];
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof(escape), "\\u%04x", point);
    out += escape;
    at += point < 0x80 ? 1 : point < 0x800 ? 2 : 3;
  }
}

class PrettyWriter {
 public:
  PrettyWriter(std::string_view text, std::string& out) : text_(text), out_(out) {}

  void Write() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else if (c == '{' || c == '[') {
        Open();
      } else if (c == '}' || c == ']') {
        if (depth_ > 0) --depth_;
        Break();
        out_ += text_[at_++];
      } else if (c == ',') {
        out_ += text_[at_++];
        Break();
      } else if (c == ':') {
        out_ += ": ";
        ++at_;
      } else {
        Scalar(c == '"' ? StringEnd() : LiteralEnd());
      }
    }
    out_ += '\n';
  }

 private:
  size_t AfterSpace(size_t at) const {
    while (at < text_.size() &&
           (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\r' || text_[at] == '\n')) {
      ++at;
    }
    return at;
  }
  void Break() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }
  void Open() {
    out_ += text_[at_];
    const size_t next = AfterSpace(at_ + 1);
    at_ = next;
    if (next < text_.size() && (text_[next] == '}' || text_[next] == ']')) {
      out_ += text_[at_++];  // Empty.
      return;
    }
    ++depth_;
    Break();
  }
  size_t StringEnd() const {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    return end + 1;
  }
  size_t LiteralEnd() const { return text_.find_first_of(",]} \t\r\n", at_); }
  void Scalar(size_t end) {
    const std::string_view scalar = text_.substr(at_, end - at_);
    at_ += scalar.size();
    const size_t next = AfterSpace(at_);
    const bool is_name = next < text_.size() && text_[next] == ':';
    out_ += is_name ? kName : scalar.front() == '"' ? kString : kLiteral;
    AppendPrintable(scalar, out_);
    out_ += kPlain;
  }

  const std::string_view text_;
  std::string& out_;
  size_t at_ = 0;
  size_t depth_ = 0;
};

}  // namespace

void AppendPretty(std::string_view document, std::string& out) {
  while (document.ends_with('\n')) document.remove_suffix(1);
  if (document.size() > kPrettyBytesMax) {
    AppendPrintable(document, out);
    out += '\n';
    return;
  }
  PrettyWriter(document, out).Write();
}

}  // namespace tailrace
