#include "agent/json/name_digest.h"

namespace tailrace {

NameDigest DigestLongName(const char* at, size_t length, NameSeed seed) noexcept {
  NameDigest digest{.hash = length};
  uint32_t before = 1;
  for (; length > 16; at += 16, length -= 16) {
    const NameBlock block = LoadNameBlock(at, 16);
    digest.hash = FoldedProduct(block.low ^ seed.low ^ digest.hash, block.high ^ seed.high);
    digest.suspect |= (block.separators << 1 | before) & block.separators;
    digest.backslash |= block.backslashes;
    before = block.separators >> 15;
  }
  return DigestLastBlock(at, length, seed, digest, before);
}

}  // namespace tailrace
