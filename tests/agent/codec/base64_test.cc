#include "agent/codec/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace tailrace {
namespace {

// By the book, bit for bit.
std::string Reference(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  for (size_t bit = 0; bit < bytes.size() * 8; bit += 6) {
    unsigned sextet = 0;
    for (size_t i = bit; i < bit + 6; ++i) {
      const unsigned byte = i / 8 < bytes.size() ? static_cast<uint8_t>(bytes[i / 8]) : 0;
      sextet = sextet << 1 | (byte >> (7 - i % 8) & 1);
    }
    text.push_back(kAlphabet[sextet]);
  }
  return text;
}

template <size_t kBytes>
void ExpectFixedMatchesReference(std::mt19937_64& random) {
  std::array<uint8_t, kBytes> bytes;
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  const auto text = Base64UrlFixed(bytes);
  const std::string_view view(reinterpret_cast<const char*>(bytes.data()), kBytes);
  EXPECT_EQ(std::string_view(text.data(), text.size()), Reference(view));
}

TEST(Base64, FixedSizesMatchTheBook) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    ExpectFixedMatchesReference<3>(random);
    ExpectFixedMatchesReference<9>(random);
    ExpectFixedMatchesReference<12>(random);
    ExpectFixedMatchesReference<21>(random);
  }
}

TEST(Base64, EverySextetStandsRightAtEveryPlace) {
  for (uint32_t value = 0; value < 1u << 12; ++value) {
    for (int shift : {0, 12}) {
      const uint32_t group = value << shift;
      const std::array<uint8_t, 3> bytes = {static_cast<uint8_t>(group >> 16),
                                            static_cast<uint8_t>(group >> 8),
                                            static_cast<uint8_t>(group)};
      const auto text = Base64UrlFixed(bytes);
      const std::string_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      ASSERT_EQ(std::string_view(text.data(), text.size()), Reference(view));
    }
  }
}

// RFC 4648 section 10, and bytes on which the two alphabets differ.
TEST(Base64, VectorsOfTheRfc) {
  const struct {
    std::string_view bytes, standard, url;
  } cases[] = {{"", "", ""},
               {"f", "Zg==", "Zg"},
               {"fo", "Zm8=", "Zm8"},
               {"foo", "Zm9v", "Zm9v"},
               {"foob", "Zm9vYg==", "Zm9vYg"},
               {"fooba", "Zm9vYmE=", "Zm9vYmE"},
               {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
               {"\xFB\xFF\xBF", "+/+/", "-_-_"},
               {"user:p\xC3\xA4ss", "dXNlcjpww6Rzcw==", "dXNlcjpww6Rzcw"}};
  for (const auto& c : cases) {
    EXPECT_EQ(Base64Encode(c.bytes), c.standard);
    EXPECT_EQ(Base64UrlEncode(c.bytes), c.url);
  }
}

}  // namespace
}  // namespace tailrace
