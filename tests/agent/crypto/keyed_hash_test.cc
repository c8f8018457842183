#include "agent/crypto/keyed_hash.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <vector>

namespace tailrace {
namespace {

std::string Hex(std::span<const uint8_t> bytes) {
  std::string hex;
  for (uint8_t byte : bytes) {
    hex.push_back("0123456789abcdef"[byte >> 4]);
    hex.push_back("0123456789abcdef"[byte & 15]);
  }
  return hex;
}

// The plain HMAC of a text that is written out, lengths and all.
std::string ReferenceHex(std::string_view key, std::string_view message) {
  unsigned char hash[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), hash, &size);
  return Hex({hash, size});
}

TEST(KeyedHash, IsHmacSha256OverLengthPrefixedParts) {
  const std::string message(
      std::string_view("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1c", 27));
  for (const std::string& key : {std::string("k"), std::string(64, 'k'), std::string(200, 'k')}) {
    EXPECT_EQ(Hex(KeyedHash(key).Hash<32>({"ab", "", "c"})), ReferenceHex(key, message));
  }
}

TEST(KeyedHash, StoredKeysStayValid) {
  EXPECT_EQ(Hex(KeyedHash("tailrace").Hash<10>({"cluster", "node", "uid"})),
            "0bad3d34a86b3a548d91");
}

TEST(KeyedHash, ShortHashesAreTheBeginningOfLongOnes) {
  const KeyedHash hash("key");
  const std::string whole = Hex(hash.Hash<32>({"a", "b"}));
  EXPECT_EQ(Hex(hash.Hash<10>({"a", "b"})), whole.substr(0, 20));
  EXPECT_EQ(Hex(hash.Hash<8>({"a", "b"})), whole.substr(0, 16));
}

TEST(KeyedHash, KeyPartsAndTheirBordersCount) {
  const KeyedHash hash("key");
  const std::vector<std::string> hashes = {Hex(hash.Hash<10>({"ab", "c"})),
                                           Hex(hash.Hash<10>({"a", "bc"})),
                                           Hex(hash.Hash<10>({"abc"})),
                                           Hex(hash.Hash<10>({"abc", ""})),
                                           Hex(hash.Hash<10>({})),
                                           Hex(hash.Hash<10>({""})),
                                           Hex(KeyedHash("").Hash<10>({"ab", "c"})),
                                           Hex(KeyedHash("Key").Hash<10>({"ab", "c"}))};
  for (size_t i = 0; i < hashes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(hashes[i], hashes[j]) << i << " " << j;
  }
}

TEST(KeyedHash, HashingLeavesNoTrace) {
  const KeyedHash hash("key");
  const std::string first = Hex(hash.Hash<10>({"a"}));
  EXPECT_NE(Hex(hash.Hash<10>({std::string_view("b")})), first);
  EXPECT_EQ(Hex(hash.Hash<10>({"a"})), first);
}

}  // namespace
}  // namespace tailrace
