#include "agent/config/units.h"

#include <gtest/gtest.h>

#include <string_view>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

TEST(ParseBytes, TakesBinaryAndDecimalUnits) {
  struct Case {
    std::string_view text;
    int64_t bytes;
  };
  const Case cases[] = {{"0B", 0},
                        {"1B", 1},
                        {"64KiB", 65536},
                        {"1MiB", 1 << 20},
                        {"2GiB", 2147483648},
                        {"1TiB", int64_t{1} << 40},
                        {"1KB", 1000},
                        {"3MB", 3000000},
                        {"1GB", 1000000000},
                        {"1TB", 1000000000000},
                        {"1.5KiB", 1536},
                        {"10 MiB", 10 << 20}};
  for (const Case& c : cases) {
    const absl::StatusOr<int64_t> bytes = ParseBytes(c.text);
    ASSERT_TRUE(bytes.ok()) << c.text << " " << bytes.status();
    EXPECT_EQ(*bytes, c.bytes) << c.text;
  }
}

TEST(ParseBytes, SaysWhatIsWrong) {
  constexpr std::string_view kNoUnit = "a size needs a unit, such as 64KiB or 10MiB";
  constexpr std::string_view kNoSize = "expected a size such as 64KiB or 10MiB";
  struct Case {
    std::string_view text;
    std::string_view message;
  };
  const Case cases[] = {
      {"64", kNoUnit},
      {"1e3", "unknown unit \"e3\" in a size; known: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB"},
      {"", kNoSize},
      {"-1MiB", kNoSize},
      {"+1MiB", kNoSize},
      {"MiB", kNoSize},
      {"inf", kNoSize},
      {"nanB", kNoSize},
      {".5MiB", kNoSize},
      {"1m", "unknown unit \"m\" in a size; known: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB"},
      {"1Mi", "unknown unit \"Mi\" in a size; known: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB"},
      {"1mib", "unknown unit \"mib\" in a size; known: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB"},
      {"9999999999TiB", "the number is too large"},
  };
  for (const Case& c : cases) {
    const absl::Status status = ParseBytes(c.text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status) || absl::IsOutOfRange(status)) << c.text;
    EXPECT_EQ(FromAbsl(status.message()), c.message) << c.text;
  }
}

TEST(ParseByteRate, IsASizeASecond) {
  EXPECT_EQ(*ParseByteRate("5MiB/s"), 5 << 20);
  EXPECT_EQ(FromAbsl(ParseByteRate("5MiB").status().message()), "expected a rate such as 5MiB/s");
  EXPECT_EQ(FromAbsl(ParseByteRate("5/s").status().message()),
            "a size needs a unit, such as 64KiB or 10MiB");
}

TEST(ParseDuration, TakesOneUnitOrSeveral) {
  struct Case {
    std::string_view text;
    int64_t milliseconds;
  };
  const Case cases[] = {{"0", 0},           {"0s", 0},          {"250ms", 250},      {"30s", 30000},
                        {"5m", 300000},     {"1h", 3600000},    {"1d", 86400000},    {"1.5s", 1500},
                        {"1h30m", 5400000}, {"1m500ms", 60500}, {"2d12h", 216000000}};
  for (const Case& c : cases) {
    const absl::StatusOr<milliseconds> duration = ParseDuration(c.text);
    ASSERT_TRUE(duration.ok()) << c.text << " " << duration.status();
    EXPECT_EQ(duration->count(), c.milliseconds) << c.text;
  }
}

TEST(ParseDuration, SaysWhatIsWrong) {
  constexpr std::string_view kNoUnit = "a duration needs a unit, such as 250ms, 30s or 1h30m";
  constexpr std::string_view kNone = "expected a duration such as 250ms, 30s or 1h30m";
  constexpr std::string_view kOrder = "the units of a duration go from large to small: 1h30m";
  struct Case {
    std::string_view text;
    std::string_view message;
  };
  const Case cases[] = {
      {"30", kNoUnit},
      {"1h30", kNoUnit},
      {"", kNone},
      {"-1s", kNone},
      {"s", kNone},
      {"30m1h", kOrder},
      {"1s1s", kOrder},
      {"1us", "unknown unit \"us\" in a duration; known: ms, s, m, h, d"},
      {"1 s", "unknown unit \" s\" in a duration; known: ms, s, m, h, d"},
      {"1min", "unknown unit \"min\" in a duration; known: ms, s, m, h, d"},
      {"9999999999999d", "the number is too large"},
      {"4000000d", "the duration is too long"},
  };
  for (const Case& c : cases) {
    const absl::Status status = ParseDuration(c.text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status) || absl::IsOutOfRange(status)) << c.text;
    EXPECT_EQ(FromAbsl(status.message()), c.message) << c.text;
  }
}

TEST(ParseInteger, TakesWholeNumbersOnly) {
  EXPECT_EQ(*ParseInteger("42"), 42);
  EXPECT_EQ(*ParseInteger("-7"), -7);
  for (std::string_view bad : {"", "4.0", "4x", " 4", "0x4", "four"}) {
    EXPECT_EQ(ParseInteger(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_EQ(ParseInteger("99999999999999999999").status().code(), absl::StatusCode::kOutOfRange);
}

TEST(FormatBytes, UsesTheLargestUnitThatFits) {
  EXPECT_EQ(FormatBytes(0), "0B");
  EXPECT_EQ(FormatBytes(1000), "1000B");
  EXPECT_EQ(FormatBytes(1536), "1.50KiB");
  EXPECT_EQ(FormatBytes(128 << 20), "128MiB");
  EXPECT_EQ(FormatBytes((128 << 20) / 5), "25.60MiB");
  EXPECT_EQ(FormatBytes(int64_t{1} << 40), "1TiB");
}

TEST(FormatDuration, ReadsBack) {
  for (int64_t count : {0, 1, 250, 1000, 1500, 60000, 5400000, 86400000, 90061001}) {
    EXPECT_EQ(ParseDuration(FormatDuration(milliseconds(count)))->count(), count);
  }
  EXPECT_EQ(FormatDuration(milliseconds(5400000)), "1h30m");
}

}  // namespace
}  // namespace tailrace
