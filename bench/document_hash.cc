#include "bench/document_hash.h"

#include <cstdio>
#include <cstring>

#include "agent/crypto/fast_hash.h"

namespace tailrace {

bool DocumentHash::Add(std::string_view text) {
  size_t lines = 0;
  size_t length = 0;  // Of the document so far.
  while (length < text.size()) {
    const size_t newline = text.find('\n', length);
    if (newline == std::string_view::npos) return false;
    length = newline + 1;
    if (++lines < lines_per_document_) continue;
    sum_ += FastHash64(text.substr(0, length));
    ++documents_;
    text.remove_prefix(length);
    lines = 0;
    length = 0;
  }
  return lines == 0;
}

void DocumentHash::Add(const DocumentHash& other) {
  sum_ += other.sum_;
  documents_ += other.documents_;
}

std::string DocumentHash::Hex() const {
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(sum_));
  return text;
}

}  // namespace tailrace
