// Writes a corpus of bench/corpus.h to stdout: make_corpus cri-json|cri-text|cri-nginx BYTES
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/corpus.h"

namespace {

struct NamedKind {
  std::string_view name;
  tailrace::CorpusKind kind;
};
constexpr NamedKind kKinds[] = {{"cri-json", tailrace::CorpusKind::kCriJson},
                                {"cri-text", tailrace::CorpusKind::kCriText},
                                {"cri-nginx", tailrace::CorpusKind::kCriNginx}};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3) {
    for (const NamedKind& known : kKinds) {
      if (known.name != argv[1]) continue;
      const std::string text = tailrace::MakeCorpus(known.kind, std::strtoul(argv[2], nullptr, 10));
      return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
    }
  }
  std::fputs("make_corpus cri-json|cri-text|cri-nginx BYTES\n", stderr);
  return 64;
}
