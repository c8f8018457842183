#include "agent/pipeline/tail_bytes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "agent/crypto/fast_hash.h"

namespace tailrace {
namespace {

TEST(TailBytes, MakesTheAnchorOfTheLastBytesHoweverTheyCame) {
  std::mt19937 random(7);
  std::string content;
  TailBytes tail;
  for (int round = 0; round < 2000; ++round) {
    std::string piece(random() % 150, '\0');
    for (char& c : piece) c = static_cast<char>(random());
    const std::string all = content + piece;
    const std::string_view last =
        std::string_view(all).substr(all.size() - std::min<size_t>(all.size(), kAnchorBytesMax));
    const Anchor anchor = tail.AnchorAfter(piece);
    ASSERT_EQ(anchor.length_bytes, last.size());
    ASSERT_EQ(anchor.hash, last.empty() ? 0 : FastHash64(last));
    tail.Append(piece);
    content = std::string(last);
  }
}

TEST(TailBytes, HasNothingToProveAtTheBeginningAndAfterAHole) {
  TailBytes tail;
  EXPECT_EQ(tail.AnchorAfter({}), Anchor{});
  tail.Append("abc");
  tail.Clear();
  EXPECT_EQ(tail.AnchorAfter({}), Anchor{});
}

}  // namespace
}  // namespace tailrace
