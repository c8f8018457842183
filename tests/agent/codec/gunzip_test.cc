#include "agent/codec/gunzip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "agent/codec/gzip.h"
#include "tests/agent/codec/zlib_reference.h"

namespace tailrace {
namespace {

constexpr size_t kAmple = 64 << 20;

struct Unpacked {
  std::string output;
  absl::StatusCode code;
};

// Feeds `input` in pieces of `in_bytes` and takes output in pieces of `out_bytes`.
Unpacked Unpack(std::string_view input, size_t in_bytes, size_t out_bytes, uint64_t cap = kAmple) {
  GunzipStream stream(cap);
  std::string output;
  std::vector<char> buffer(out_bytes);
  std::vector<char> piece;
  for (;;) {
    const GunzipStep step = stream.Next(buffer);
    output.append(buffer.data(), step.bytes);
    if (step.state == GunzipState::kOutputFull) continue;
    if (step.state != GunzipState::kNeedInput || input.empty()) break;
    // A copy of its own, so that ASan sees a read beyond the piece.
    piece.assign(input.begin(),
                 input.begin() + static_cast<ptrdiff_t>(std::min(in_bytes, input.size())));
    piece.shrink_to_fit();
    input.remove_prefix(piece.size());
    stream.Feed({piece.data(), piece.size()});
  }
  EXPECT_EQ(stream.output_bytes(), output.size());
  return {output, stream.Finish().code()};
}

TEST(GunzipStream, UnpacksWhatZlibAndIsalPack) {
  GzipCompressor compressor;
  for (const std::string& payload : Payloads()) {
    std::string isal;
    compressor.AppendTo(payload, isal);
    for (const std::string& packed : {ZlibGzip(payload, 1), ZlibGzip(payload, 9),
                                      ZlibGzip(payload, 0), ZlibGzip(payload, 6, "0.log"), isal}) {
      const absl::StatusOr<std::string> output = Gunzip(packed, kAmple);
      ASSERT_TRUE(output.ok()) << output.status() << " " << payload.size();
      ASSERT_TRUE(*output == payload);
    }
  }
}

TEST(GunzipStream, PiecesOfAnySizeGiveTheSame) {
  const std::string text = LogText(70000, 1) + Noise(3000, 2);
  const std::string packed = ZlibGzip(text, 6, "0.log");
  for (size_t in_bytes : {1, 2, 3, 7, 64, 4096, 1 << 20}) {
    for (size_t out_bytes : {1, 5, 100, 32768, 262144}) {
      const Unpacked got = Unpack(packed, in_bytes, out_bytes);
      ASSERT_EQ(got.code, absl::StatusCode::kOk) << in_bytes << " " << out_bytes;
      ASSERT_TRUE(got.output == text) << in_bytes << " " << out_bytes;
    }
  }
}

TEST(GunzipStream, AnySplitInTwoGivesTheSame) {
  const std::string first = LogText(700, 1), second = LogText(900, 2);
  const std::string packed = ZlibGzip(first, 6, "name") + ZlibGzip(second, 1);
  for (size_t split = 0; split <= packed.size(); ++split) {
    GunzipStream stream(kAmple);
    std::vector<char> buffer(4096);
    std::string output;
    for (std::string piece : {packed.substr(0, split), packed.substr(split)}) {
      piece.shrink_to_fit();
      stream.Feed(piece);
      const GunzipStep step = stream.Next(buffer);
      ASSERT_EQ(step.state, GunzipState::kNeedInput) << split;
      output.append(buffer.data(), step.bytes);
    }
    ASSERT_TRUE(stream.Finish().ok()) << split;
    ASSERT_TRUE(output == first + second) << split;
  }
}

TEST(GunzipStream, MembersAreOneStream) {
  std::string packed, text;
  for (unsigned i = 0; i < 50; ++i) {
    const std::string part = i % 7 == 0 ? "" : LogText(i * 37, i);
    packed += ZlibGzip(part, static_cast<int>(i % 10));
    text += part;
  }
  for (size_t in_bytes : {1, 13, 100000}) {
    const Unpacked got = Unpack(packed, in_bytes, 512);
    EXPECT_EQ(got.code, absl::StatusCode::kOk);
    EXPECT_TRUE(got.output == text);
  }
}

TEST(GunzipStream, EveryTruncationIsDataLossAndAPrefix) {
  const std::string text = LogText(3000, 1);
  const std::string packed = ZlibGzip(text, 6, "0.log");
  for (size_t length = 0; length < packed.size(); ++length) {
    for (size_t in_bytes : {size_t{1}, packed.size()}) {
      const Unpacked got = Unpack(packed.substr(0, length), in_bytes, 512);
      ASSERT_EQ(got.code, absl::StatusCode::kDataLoss) << length;
      ASSERT_TRUE(text.starts_with(got.output)) << length;
    }
  }
}

// Most flips break the checksum or the syntax; those in the header's time, flags of no meaning,
// operating system and name change nothing. None may give other output and say OK.
TEST(GunzipStream, NoFlippedBitPassesAsOtherOutput) {
  const std::string text = LogText(400, 1);
  const std::string packed = ZlibGzip(text, 6);
  for (size_t bit = 0; bit < packed.size() * 8; ++bit) {
    std::string damaged = packed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    const Unpacked got = Unpack(damaged, 64, 256, 1 << 20);
    if (got.code == absl::StatusCode::kOk) {
      ASSERT_EQ(got.output, text) << bit;
    }
    const bool in_header = bit < 10 * 8;
    const bool may_be_padding = bit / 8 == packed.size() - 9;  // The last byte of deflate.
    if (!in_header && !may_be_padding) {
      ASSERT_NE(got.code, absl::StatusCode::kOk) << bit;
    }
  }
}

TEST(GunzipStream, HostileInputs) {
  const std::string member = ZlibGzip("hello\n", 6);
  const struct {
    const char* name;
    std::string input;
    absl::StatusCode code;
    std::string output;
  } cases[] = {
      {"nothing", "", absl::StatusCode::kDataLoss, ""},
      {"text", "plain text, not gzip at all, and long enough", absl::StatusCode::kDataLoss, ""},
      {"NULs alone", std::string(100, '\0'), absl::StatusCode::kDataLoss, ""},
      {"padding", member + std::string(1000, '\0'), absl::StatusCode::kOk, "hello\n"},
      {"garbage behind", member + "garbage, garbage, garbage", absl::StatusCode::kDataLoss,
       "hello\n"},
      {"member behind padding", member + std::string(9, '\0') + member, absl::StatusCode::kDataLoss,
       "hello\n"},
      {"half a header behind", member + member.substr(0, 9), absl::StatusCode::kDataLoss,
       "hello\n"},
      {"no deflate", std::string("\x1f\x8b\x07\0\0\0\0\0\0\3", 10) + member.substr(10),
       absl::StatusCode::kDataLoss, ""},
      {"block type 3", std::string("\x1f\x8b\x08\0\0\0\0\0\0\3\7\0\0\0\0\0\0\0\0\0", 20),
       absl::StatusCode::kDataLoss, ""},
      {"endless name", std::string("\x1f\x8b\x08\x08\0\0\0\0\0\3", 10) + std::string(100000, 'n'),
       absl::StatusCode::kDataLoss, ""},
      {"zlib, not gzip", std::string("\x78\x9c\x03\x00\x00\x00\x00\x01", 8),
       absl::StatusCode::kDataLoss, ""},
  };
  for (const auto& c : cases) {
    for (size_t in_bytes : {1, 3, 1 << 20}) {
      const Unpacked got = Unpack(c.input, in_bytes, 16);
      EXPECT_EQ(got.code, c.code) << c.name << " " << in_bytes;
      EXPECT_EQ(got.output, c.output) << c.name << " " << in_bytes;
    }
  }
}

TEST(GunzipStream, ABombStopsAtTheCap) {
  const std::string bomb = ZlibGzip(std::string(50 << 20, '\0'), 9);
  for (uint64_t cap : {0, 1, 1000, 1 << 20}) {
    const Unpacked got = Unpack(bomb, 1000, 4096, cap);
    EXPECT_EQ(got.code, absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(got.output.size(), cap);
  }
  EXPECT_EQ(Gunzip(bomb, 1 << 20).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(GunzipStream, OutputOfExactlyTheCapIsFine) {
  const std::string text = LogText(5000, 1);
  const std::string packed = ZlibGzip(text, 6) + ZlibGzip("", 6);
  for (size_t out_bytes : {1, 777, 5000, 8192}) {
    const Unpacked got = Unpack(packed, 100, out_bytes, text.size());
    EXPECT_EQ(got.code, absl::StatusCode::kOk);
    EXPECT_TRUE(got.output == text);
    EXPECT_EQ(Unpack(packed, 100, out_bytes, text.size() - 1).code,
              absl::StatusCode::kResourceExhausted);
  }
}

TEST(GunzipStream, ResetForgetsDamageAndCap) {
  GunzipStream stream(3);
  std::vector<char> buffer(100);
  const std::string packed = ZlibGzip("hello\n", 6);
  for (const std::string& bad : {std::string("no gzip, certainly"), packed}) {
    stream.Feed(bad);
    EXPECT_NE(stream.Next(buffer).state, GunzipState::kNeedInput);
    EXPECT_FALSE(stream.at_member_end());
    stream.Reset(3);
  }
  stream.Reset(kAmple);
  stream.Feed(packed);
  const GunzipStep step = stream.Next(buffer);
  EXPECT_EQ(step.state, GunzipState::kNeedInput);
  EXPECT_EQ(std::string_view(buffer.data(), step.bytes), "hello\n");
  EXPECT_TRUE(stream.at_member_end());
}

}  // namespace
}  // namespace tailrace
