#include "agent/codec/gzip.h"

#include <gtest/gtest.h>

#include "agent/codec/gunzip.h"
#include "tests/agent/codec/zlib_reference.h"

namespace tailrace {
namespace {

TEST(GzipCompressor, ZlibReadsWhatItWrites) {
  GzipCompressor compressor;
  for (const std::string& payload : Payloads()) {
    std::string output;
    compressor.AppendTo(payload, output);
    ASSERT_TRUE(ZlibGunzip(output) == payload) << payload.size();
  }
}

TEST(GzipCompressor, NeverExceedsItsBound) {
  GzipCompressor compressor;
  for (const std::string& payload : Payloads()) {
    const size_t bound = GzipCompressor::MaxCompressedBytes(payload.size());
    std::string output(bound + 64, '#');
    const size_t size = compressor.Compress(payload, std::span(output.data(), bound));
    EXPECT_LE(size, bound);
    EXPECT_EQ(output.substr(bound), std::string(64, '#'));
  }
}

TEST(GzipCompressor, EveryPayloadStandsAlone) {
  GzipCompressor used;
  std::string ignored;
  used.AppendTo(LogText(300000, 9), ignored);
  const std::string payload = LogText(100000, 5);
  std::string of_used, of_fresh;
  used.AppendTo(payload, of_used);
  GzipCompressor().AppendTo(payload, of_fresh);
  EXPECT_EQ(of_used, of_fresh);
  EXPECT_TRUE(ZlibGunzip(of_used) == payload);
}

TEST(GzipCompressor, AppendToKeepsWhatIsThere) {
  GzipCompressor compressor;
  std::string output = "head";
  compressor.AppendTo("first", output);
  compressor.AppendTo("second", output);
  ASSERT_EQ(output.substr(0, 4), "head");
  EXPECT_EQ(ZlibGunzip(std::string_view(output).substr(4)), "firstsecond");
}

TEST(GzipCompressor, LogTextShrinksToLessThanAThird) {
  std::string output;
  GzipCompressor().AppendTo(LogText(1 << 20, 1), output);
  EXPECT_LT(output.size(), (1u << 20) / 3);
}

}  // namespace
}  // namespace tailrace
