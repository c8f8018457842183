#include "agent/json/utf8.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tailrace {
namespace {

TEST(Utf8, BothWaysToJudgeATextAgree) {
  std::mt19937 random(5);
  constexpr unsigned char kBytes[] = {'a',  0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf,
                                      0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff, 0x7f};
  for (int i = 0; i < 200000; ++i) {
    std::string text(random() % 6, '\0');
    for (char& byte : text) byte = static_cast<char>(kBytes[random() % std::size(kBytes)]);
    const Utf8Prefix prefix = MeasureUtf8(text);
    ASSERT_EQ(IsValidUtf8(text), prefix.ill_formed == 0);
    ASSERT_TRUE(IsValidUtf8(std::string_view(text).substr(0, prefix.valid)));
    ASSERT_EQ(prefix.ill_formed == 0, prefix.valid == text.size());
  }
}

}  // namespace
}  // namespace tailrace
