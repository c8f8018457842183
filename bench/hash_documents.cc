// Prints {"documents":N,"hash":"..."} of the NDJSON on stdin (bench/document_hash.h).
#include <cstdio>
#include <string>

#include "bench/document_hash.h"

int main() {
  tailrace::DocumentHash hash(1);
  std::string text(size_t{1} << 20, '\0');
  size_t filled = 0;
  while (const size_t got = std::fread(text.data() + filled, 1, text.size() - filled, stdin)) {
    filled += got;
    const size_t whole = text.rfind('\n', filled - 1) + 1;
    if (!hash.Add(std::string_view(text).substr(0, whole))) return 1;
    text.erase(0, whole);
    text.resize(text.size() + whole);
    filled -= whole;
    if (filled == text.size()) text.resize(2 * text.size());
  }
  if (filled > 0) std::fputs("hash_documents: the last line has no end\n", stderr);
  std::printf("{\"documents\":%llu,\"hash\":\"%s\"}\n",
              static_cast<unsigned long long>(hash.documents()), hash.Hex().c_str());
  return filled > 0 ? 1 : 0;
}
