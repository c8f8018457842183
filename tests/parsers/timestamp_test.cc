#include "parsers/timestamp.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace tailrace {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

std::string Normalized(std::string_view text) {
  TimestampReader reader;
  char out[kUtcTimeBytes];
  switch (reader.Normalize(text, out)) {
    case TimeForm::kInvalid:
      return "invalid";
    case TimeForm::kUtcNanos:
      return std::string(text);
    case TimeForm::kOther:
      return std::string(out, kUtcTimeBytes);
  }
  return "";
}

std::string Formatted(int64_t nanos) {
  char out[kUtcTimeBytes];
  FormatUtc(nanos, out);
  return std::string(out, kUtcTimeBytes);
}

TEST(Timestamp, OtherFormsBecomeUtcWithNanoseconds) {
  const struct {
    const char* text;
    const char* utc;
  } kCases[] = {
      {"2026-01-02T03:04:05.678901234Z", "2026-01-02T03:04:05.678901234Z"},
      {"2026-01-02T03:04:05.67890123Z", "2026-01-02T03:04:05.678901230Z"},
      {"2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600000000Z"},
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000000Z"},
      {"2026-01-02t03:04:05z", "2026-01-02T03:04:05.000000000Z"},
      {"2026-01-02t03:04:05.678901234Z", "2026-01-02T03:04:05.678901234Z"},
      {"2026-01-02T03:04:05.678901234z", "2026-01-02T03:04:05.678901234Z"},
      {"2026-01-02T03:04:05.6789012349Z", "2026-01-02T03:04:05.678901234Z"},
      {"2026-01-02T03:04:05.678901234567890Z", "2026-01-02T03:04:05.678901234Z"},
      {"2026-01-02T03:04:05.678901234+00:00", "2026-01-02T03:04:05.678901234Z"},
      {"2026-01-02T03:04:05.678901234-00:00", "2026-01-02T03:04:05.678901234Z"},
      {"2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000000000Z"},
      {"2026-01-01T00:30:00.5+05:45", "2025-12-31T18:45:00.500000000Z"},
      {"2026-12-31T23:30:00-08:00", "2027-01-01T07:30:00.000000000Z"},
      {"2024-02-29T23:59:59.999999999Z", "2024-02-29T23:59:59.999999999Z"},
      {"2024-03-01T01:00:00+02:00", "2024-02-29T23:00:00.000000000Z"},
      {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000000Z"},
      {"1678-01-01T00:00:00+23:59", "1677-12-31T00:01:00.000000000Z"},
      {"2261-12-31T23:59:59.999999999Z", "2261-12-31T23:59:59.999999999Z"},
      // Leap seconds are the last nanosecond before them.
      {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999999Z"},
      {"2016-12-31T23:59:60.123456789Z", "2016-12-31T23:59:59.999999999Z"},
      {"2017-01-01T01:59:60+02:00", "2016-12-31T23:59:59.999999999Z"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Normalized(c.text), c.utc) << c.text;
}

TEST(Timestamp, WhatIsNoTimeIsRefused) {
  const char* const kCases[] = {
      "",
      "Z",
      "hello",
      "2026-01-02",
      "2026-01-02T03:04Z",
      "2026-01-02T03:04:05",
      "2026-01-02T03:04:05.Z",
      "2026-01-02T03:04:05.678901234",
      "2026-01-02T03:04:05.678901234ZZ",
      "2026-01-02T03:04:05.67890123aZ",
      "2026-01-02T03:04:05,678901234Z",
      "2026-01-02 03:04:05.678901234Z",
      "2026-01-02T03:04:05.678901234+0000",
      "2026-01-02T03:04:05.678901234+00",
      "2026-01-02T03:04:05.678901234+24:00",
      "2026-01-02T03:04:05.678901234+00:60",
      "2026-01-02T03:04:05.678901234+-1:00",
      "2026-13-02T03:04:05.678901234Z",
      "2026-00-02T03:04:05.678901234Z",
      "2026-01-00T03:04:05.678901234Z",
      "2026-01-32T03:04:05.678901234Z",
      "2026-02-29T03:04:05.678901234Z",
      "2100-02-29T03:04:05.678901234Z",
      "2026-04-31T03:04:05.678901234Z",
      "2026-01-02T24:04:05.678901234Z",
      "2026-01-02T03:60:05.678901234Z",
      "2026-01-02T03:04:60.678901234Z",
      "2026-01-02T03:59:61.678901234Z",
      "1677-12-31T23:59:59.000000000Z",
      "2262-01-01T00:00:00.000000000Z",
      "0001-01-01T00:00:00Z",
      "20x6-01-02T03:04:05.678901234Z",
      "-026-01-02T03:04:05.678901234Z",
      "2026/01/02T03:04:05.678901234Z",
      " 026-01-02T03:04:05.678901234Z",
      "2026-01-02T03:04:05.678901234 ",
  };
  for (const char* text : kCases) EXPECT_EQ(Normalized(text), "invalid") << text;
  EXPECT_EQ(Normalized(std::string(30, '\0')), "invalid");
  EXPECT_EQ(Normalized(std::string(30, '\xFF')), "invalid");
}

TEST(Timestamp, EveryByteOfTheUsualFormIsChecked) {
  const std::string valid = "2026-01-02T03:04:05.678901234Z";
  for (size_t at = 0; at < valid.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = valid;
      text[at] = static_cast<char>(byte);
      TimestampReader cold, warm;
      char out[kUtcTimeBytes];
      ASSERT_EQ(warm.Normalize(valid, out), TimeForm::kUtcNanos);
      // The remembered minute changes nothing.
      EXPECT_EQ(warm.Normalize(text, out), cold.Normalize(text, out)) << at << " " << byte;
      if (cold.Normalize(text, out) == TimeForm::kUtcNanos) {
        EXPECT_EQ(Formatted(cold.Parse(text).value()), text);
      }
    }
  }
}

TEST(Timestamp, ParseUndoesFormat) {
  std::mt19937_64 random(7);
  TimestampReader reader;
  constexpr int64_t kFirst = -9'214'560'000;  // 1678-01-01.
  constexpr int64_t kLast = 9'214'646'399;    // 2261-12-31T23:59:59.
  for (int i = 0; i < 200'000; ++i) {
    const int64_t second = kFirst + static_cast<int64_t>(random() % (kLast - kFirst + 1));
    const int64_t nanos = second * kSecond + static_cast<int64_t>(random() % kSecond);
    const std::string text = Formatted(nanos);
    ASSERT_EQ(reader.Parse(text), nanos) << text;
    char out[kUtcTimeBytes];
    ASSERT_EQ(reader.Normalize(text, out), TimeForm::kUtcNanos) << text;
  }
  EXPECT_EQ(Formatted(kFirst * kSecond), "1678-01-01T00:00:00.000000000Z");
  EXPECT_EQ(Formatted(kLast * kSecond), "2261-12-31T23:59:59.000000000Z");
  EXPECT_EQ(Formatted(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(Formatted(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(Formatted(1767323045678901234), "2026-01-02T03:04:05.678901234Z");
}

TEST(Timestamp, EveryDayOf584YearsHasItsDate) {
  int64_t day = -106'650;  // 1678-01-01.
  TimestampReader reader;
  for (int year = 1678; year <= 2261; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int kDays[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int month = 1; month <= 12; ++month) {
      for (int date = 1; date <= kDays[month - 1]; ++date, ++day) {
        char text[64];
        std::snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year, month, date);
        ASSERT_EQ(reader.Parse(text), day * 86400 * kSecond) << text;
        ASSERT_EQ(Formatted(day * 86400 * kSecond).substr(0, 19), std::string(text, 19));
      }
    }
  }
}

}  // namespace
}  // namespace tailrace
