#include "agent/crypto/fast_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

// Stored anchors must be found again by every later version: XXH3_64bits by its specification.
TEST(FastHash, ValuesAreThoseOfXxh3ForGood) {
  EXPECT_EQ(FastHash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(FastHash64("abc"), 0x78af5f94892f3950u);
  EXPECT_EQ(FastHash64("", 1), 0x4dc5b0cc826f6703u);
}

TEST(FastHash, EveryByteAndTheSeedCount) {
  const std::string text(100, 'a');
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'b';
    EXPECT_NE(FastHash64(other), FastHash64(text));
  }
  EXPECT_NE(FastHash64(text, 1), FastHash64(text));
  EXPECT_NE(FastHash64(std::string(99, 'a')), FastHash64(text));
}

}  // namespace
}  // namespace tailrace
