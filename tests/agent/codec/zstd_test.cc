#include "agent/codec/zstd.h"

#include <gtest/gtest.h>

#include "tests/agent/codec/zlib_reference.h"
#include "tests/agent/codec/zstd_reference.h"

namespace tailrace {
namespace {

constexpr uint64_t kOutputMax = 64 << 20;

int64_t EndOf(std::string_view store, int64_t begin = 0) {
  const auto read = [&](int64_t offset, int64_t size) {
    return store.substr(static_cast<size_t>(offset), static_cast<size_t>(size));
  };
  return FindZstdFrameEnd(begin, static_cast<int64_t>(store.size()), read).value_or(-1);
}

TEST(ZstdCompressor, LibzstdReadsWhatItWritesEachPieceAFrameOfItsOwn) {
  ZstdCompressor compressor(1);
  std::string all = "head";
  std::string expected;
  for (const std::string& payload : Payloads()) {
    const size_t begin = all.size();
    compressor.AppendTo(payload, all);
    const std::string_view frame = std::string_view(all).substr(begin);
    ASSERT_EQ(ZstdUnpack(frame), payload);
    EXPECT_EQ(ZstdFirstFrameBytes(frame), static_cast<int64_t>(frame.size()));
    EXPECT_TRUE(IsSoundZstdFrame(frame, kOutputMax)) << payload.size();
    EXPECT_TRUE(BeginsZstdFrame(frame));
    expected += payload;
  }
  EXPECT_EQ(ZstdUnpack(std::string_view(all).substr(4)), expected);
}

TEST(ZstdCompressor, EveryFrameStandsAlone) {
  ZstdCompressor used(1);
  std::string ignored;
  used.AppendTo(LogText(300'000, 9), ignored);
  const std::string payload = LogText(100'000, 5);
  std::string of_used, of_fresh;
  used.AppendTo(payload, of_used);
  ZstdCompressor(1).AppendTo(payload, of_fresh);
  EXPECT_EQ(of_used, of_fresh);
  EXPECT_LT(of_used.size(), payload.size() / 3);
}

TEST(FindZstdFrameEnd, FindsTheEndOfFramesOfEveryShape) {
  for (const std::string& payload : Payloads()) {
    for (const ZstdFrameShape& shape :
         {ZstdFrameShape{}, ZstdFrameShape{7, true, true, 0}, ZstdFrameShape{1, true, false, 0},
          ZstdFrameShape{1, false, false, 10}, ZstdFrameShape{-5, false, true, 12}}) {
      const std::string frame = ZstdPack(payload, shape);
      ASSERT_EQ(EndOf(frame), static_cast<int64_t>(frame.size()));
      ASSERT_EQ(EndOf(frame + frame), static_cast<int64_t>(frame.size()));
      ASSERT_EQ(EndOf("x" + frame + "behind", 1), static_cast<int64_t>(frame.size()) + 1);
    }
  }
}

TEST(FindZstdFrameEnd, FindsNoEndOfAnyPrefix) {
  std::string repeated(200'000, 'r');  // Blocks of one repeated byte.
  for (const std::string& payload : {LogText(300'000, 3), repeated, std::string("x")}) {
    std::string frame;
    ZstdCompressor(1).AppendTo(payload, frame);
    const size_t step = frame.size() < 1000 ? 1 : 97;
    for (size_t size = 0; size < frame.size(); size += step) {
      ASSERT_EQ(EndOf(frame.substr(0, size)), -1) << size;
      ASSERT_FALSE(IsSoundZstdFrame(std::string_view(frame).substr(0, size), kOutputMax)) << size;
    }
  }
}

TEST(FindZstdFrameEnd, StepsOverWhatIsMeantToBeSkipped) {
  const std::string skippable(
      "\x5a\x2a\x4d\x18\x03\x00\x00\x00"
      "abc",
      11);
  EXPECT_EQ(EndOf(skippable), 11);
  EXPECT_EQ(EndOf(skippable.substr(0, 10)), -1);
  EXPECT_EQ(EndOf(skippable.substr(0, 6)), -1);
  EXPECT_TRUE(BeginsZstdFrame(skippable));
  const std::string endless("\x50\x2a\x4d\x18\xff\xff\xff\xff", 8);
  EXPECT_EQ(EndOf(endless), -1);
}

TEST(FindZstdFrameEnd, FindsNothingInWhatIsNoFrame) {
  for (const std::string& text :
       {std::string(), std::string(5000, '\0'), std::string("{\"a\":1}\n"),
        std::string("\x28\xb5\x2f"), std::string("\x1f\x8b\x08\x00", 4)}) {
    EXPECT_EQ(EndOf(text), -1);
    EXPECT_FALSE(BeginsZstdFrame(text));
    EXPECT_FALSE(IsSoundZstdFrame(text, kOutputMax));
  }
}

TEST(IsSoundZstdFrame, SeesAnyByteThatChanged) {
  std::string frame;
  ZstdCompressor(1).AppendTo(LogText(20'000, 4), frame);
  for (size_t at = 0; at < frame.size(); at += 13) {
    std::string damaged = frame;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    // A bit of the frame header may be one that changes nothing of what is unpacked.
    if (ZstdUnpack(damaged) == ZstdUnpack(frame)) continue;
    EXPECT_FALSE(IsSoundZstdFrame(damaged, kOutputMax)) << at;
  }
  EXPECT_FALSE(IsSoundZstdFrame(frame + frame, kOutputMax));
  EXPECT_FALSE(IsSoundZstdFrame(frame + "x", kOutputMax));
}

TEST(IsSoundZstdFrame, EndsAtItsBound) {
  std::string frame;
  ZstdCompressor(1).AppendTo(std::string(10 << 20, 'x'), frame);
  EXPECT_TRUE(IsSoundZstdFrame(frame, 10 << 20));
  EXPECT_FALSE(IsSoundZstdFrame(frame, (10 << 20) - 1));
}

}  // namespace
}  // namespace tailrace
