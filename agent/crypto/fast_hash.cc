#include "agent/crypto/fast_hash.h"

#include <xxhash.h>

namespace tailrace {

uint64_t FastHash64(std::string_view bytes, uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace tailrace
