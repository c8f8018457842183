#include "agent/redact/jwt_detector.h"

#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/base64.h"

namespace tailrace {
namespace {

// Base64 of `{"`, which every compact header begins with.
constexpr std::string_view kBegin = "eyJ";
constexpr size_t kMaxHeader = 512;
constexpr size_t kMinPart = 4;

// The end of the token whose header ends at `header_end`, or `begin`.
size_t TokenEnd(std::string_view text, size_t begin, size_t header_end) {
  char header[kMaxHeader];
  const size_t size = DecodeBase64(text.substr(begin, header_end - begin), header, sizeof(header));
  const std::string_view decoded(header, size);
  if (decoded.find("\"alg\"") == std::string_view::npos) return begin;
  const bool encrypted = decoded.find("\"enc\"") != std::string_view::npos;
  size_t end = RunEnd(text, header_end + 1, IsBase64Url);
  if (!encrypted && end - header_end - 1 < kMinPart) return begin;
  // The signature, or the three further parts of an encrypted token.
  for (int parts = encrypted ? 3 : 1; parts > 0; --parts) {
    if (ByteAt(text, end) != '.' || !IsBase64Url(ByteAt(text, end + 1))) break;
    end = RunEnd(text, end + 1, IsBase64Url);
  }
  return end;
}

}  // namespace

void FindJwts(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  size_t begin = text.find(kBegin);
  while (begin != std::string_view::npos) {
    const size_t header_end = RunEnd(text, begin, IsBase64Url);
    size_t next = header_end;
    if (!IsBase64Url(ByteBefore(text, begin)) && ByteAt(text, header_end) == '.') {
      const size_t end = TokenEnd(text, begin, header_end);
      if (end > begin) {
        findings.emplace_back(begin, end, Detector::kJwt);
        next = end;
      }
    }
    begin = text.find(kBegin, next);
  }
}

}  // namespace tailrace
