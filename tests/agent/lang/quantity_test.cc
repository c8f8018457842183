#include "agent/lang/quantity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tailrace {
namespace {

struct Case {
  std::string_view text;
  std::optional<double> value;
};

TEST(ReadNumber, ReadsWhatGoReads) {
  const Case cases[] = {
      {"0", 0},
      {"200", 200},
      {"-1", -1},
      {"+1", 1},
      {"007", 7},
      {"1.5", 1.5},
      {".5", 0.5},
      {"5.", 5},
      {"1e3", 1000},
      {"1E+3", 1000},
      {"-1.5e-3", -0.0015},
      {"123456789012345", 123456789012345},
      {"1234567890123456789", 1234567890123456789.0},
      {"inf", std::numeric_limits<double>::infinity()},
      {"-Infinity", -std::numeric_limits<double>::infinity()},
      {"", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"-", std::nullopt},
      {"--1", std::nullopt},
      {"+-1", std::nullopt},
      {".", std::nullopt},
      {"1.2.3", std::nullopt},
      {"0x10", std::nullopt},
      {"1_000", std::nullopt},
      {"1e", std::nullopt},
      {"1e999", std::nullopt},
      {"nan(1)", std::nullopt},
      {"true", std::nullopt},
      {"12a", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ReadNumber(c.text), c.value) << c.text;
  EXPECT_TRUE(std::isnan(ReadNumber("NaN").value_or(0)));
}

TEST(ReadNumber, RoundsShortNumbersAsLongOnes) {
  for (const std::string_view text : {"0.1", "0.3", "2.675", "1234567.8901234", "9007199.2547409",
                                      "0.0000000000001", "99999999999999.", "5.", "00.10"}) {
    EXPECT_EQ(ReadNumber(text), std::strtod(std::string(text).c_str(), nullptr)) << text;
  }
}

TEST(ReadDuration, ReadsWhatGoAndPrometheusRead) {
  const Case cases[] = {
      {"0", 0},
      {"0s", 0},
      {"1ns", 1},
      {"5us", 5e3},
      {"5\xc2\xb5s", 5e3},
      {"5\xce\xbcs", 5e3},
      {"250ms", 250e6},
      {"1.5s", 1.5e9},
      {".5s", 0.5e9},
      {"1.s", 1e9},
      {"0.3s", 0.3e9},
      {"1h30m", 5400e9},
      {"1h0m0.25s", 3600.25e9},
      {"30m1h", 5400e9},
      {"-1.5h", -5400e9},
      {"+1m", 60e9},
      {"1d", 86400e9},
      {"1w2d", 9 * 86400e9},
      {"1y", 365 * 86400e9},
      {"0.0000000001s", 0},
      {"100000000000000000000ns", std::nullopt},
      {"200y", std::nullopt},
      {"100y100y", std::nullopt},
      {"", std::nullopt},
      {"1", std::nullopt},
      {"1.5", std::nullopt},
      {"s", std::nullopt},
      {".s", std::nullopt},
      {"1 s", std::nullopt},
      {"1S", std::nullopt},
      {"1min", std::nullopt},
      {"1h30", std::nullopt},
      {"--1s", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ReadDuration(c.text), c.value) << c.text;
}

TEST(ReadBytes, ReadsWhatGoHumanizeReads) {
  const Case cases[] = {
      {"0", 0},
      {"42", 42},
      {"42B", 42},
      {"42MB", 42e6},
      {"42 mb", 42e6},
      {"42mib", 42.0 * 1024 * 1024},
      {"1.5KiB", 1536},
      {"1.5kb", 1500},
      {"5m", 5e6},
      {"5Mi", 5.0 * 1024 * 1024},
      {"10 K", 10e3},
      {"1,024", 1024},
      {"1,5KB", 15000},
      {"1EiB", 0x1p60},
      {"15EB", 15e18},
      {"2.9B", 2},
      {"20EB", std::nullopt},
      {"", std::nullopt},
      {"B", std::nullopt},
      {"-1B", std::nullopt},
      {"1BB", std::nullopt},
      {"1KiBs", std::nullopt},
      {"1.2.3MB", std::nullopt},
      {",", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(ReadBytes(c.text), c.value) << c.text;
  EXPECT_EQ(ReadBytes(std::string(1000, '1')), std::nullopt);
}

TEST(QuantityText, ReadsBackToTheSame) {
  for (const double number : {0.0, 1.0, -1.0, 200.0, 0.1, 1.5e300, -2.5e-7, 123456789012345.0}) {
    EXPECT_EQ(ReadNumber(NumberText(number)), number);
  }
  EXPECT_EQ(NumberText(100000), "100000");
  struct Written {
    double value;
    std::string_view text;
  };
  const Written durations[] = {{0, "0s"},          {250e6, "250ms"},     {5400e9, "1h30m"},
                               {1.5e9, "1s500ms"}, {-60e9, "-1m"},       {86400e9, "24h"},
                               {1001, "1us1ns"},   {3600e9 + 1, "1h1ns"}};
  for (const Written& c : durations) {
    EXPECT_EQ(DurationText(c.value), c.text);
    EXPECT_EQ(ReadDuration(c.text), c.value);
  }
  const Written sizes[] = {{0, "0B"},       {10240, "10KiB"}, {42e6, "42MB"},
                           {1536, "1536B"}, {1500, "1500B"},  {0x1p60, "1EiB"}};
  for (const Written& c : sizes) {
    EXPECT_EQ(BytesText(c.value), c.text);
    EXPECT_EQ(ReadBytes(c.text), c.value);
  }
}

}  // namespace
}  // namespace tailrace
