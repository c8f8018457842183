#include "agent/redact/private_key_detector.h"

#include <algorithm>
#include <string_view>

#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kPrivateKey = "PRIVATE KEY";
constexpr size_t kMaxLabel = 64;
constexpr size_t kMinRun = 32;  // Of base64: what is shorter is a word of a sentence.

bool IsBodyByte(char c) { return IsBase64(c) || c == '=' || IsSpace(c) || c == '\\'; }

// The end of the label line that begins with `mark` at `at`, dashes included, when it is that of a
// private key; npos otherwise.
size_t LabelLineEnd(std::string_view text, size_t at, std::string_view mark) {
  if (text.substr(at, mark.size()) != mark) return std::string_view::npos;
  const size_t label = at + mark.size();
  const size_t end = RunEnd(
      text, label, [](char c) { return IsUpper(c) || IsDigit(c) || c == ' '; }, kMaxLabel);
  const bool is_private =
      text.substr(label, end - label).find(kPrivateKey) != std::string_view::npos;
  return is_private && text.substr(end, kDashes.size()) == kDashes ? end + kDashes.size()
                                                                   : std::string_view::npos;
}

// The longest run of base64 in `body` is that of a key.
bool HasKeyBytes(std::string_view body) {
  size_t run = 0;
  for (const char c : body) {
    run = IsBase64(c) ? run + 1 : 0;
    if (run >= kMinRun) return true;
  }
  return false;
}

// The end of the last run of at least kMinRun bytes, where the block is cut.
size_t CutEnd(std::string_view text, size_t begin, size_t limit) {
  size_t end = RunEnd(text, begin, IsBodyByte, limit - begin);
  while (end > begin && (IsSpace(text[end - 1]) || text[end - 1] == '\\')) --end;
  return end;
}

}  // namespace

void FindPrivateKeys(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  size_t begin = text.find(kBegin);
  while (begin != std::string_view::npos) {
    size_t next = begin + kBegin.size();
    const size_t body = LabelLineEnd(text, begin, kBegin);
    if (body != std::string_view::npos) {
      const size_t dashes = std::min(text.find(kDashes, body), text.size());
      const size_t closed = LabelLineEnd(text, dashes, kEnd);
      const bool is_closed = closed != std::string_view::npos;
      const size_t end = is_closed ? closed : CutEnd(text, body, dashes);
      if (HasKeyBytes(text.substr(body, (is_closed ? dashes : end) - body))) {
        findings.emplace_back(begin, end, Detector::kPrivateKey);
        next = end;
      }
    }
    begin = text.find(kBegin, next);
  }
}

}  // namespace tailrace
