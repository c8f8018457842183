#include "parsers/time_layout_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "parsers/timestamp.h"

namespace tailrace {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

int64_t Nanos(std::string_view utc) {
  TimestampReader reader;
  return reader.Parse(utc).value();
}

LayoutReader MakeReader(std::string_view layout, std::string_view zone = "UTC") {
  return LayoutReader(TimeLayout::Compile(layout, zone).value());
}

std::string Read(LayoutReader& reader, std::string_view text, std::string_view reference) {
  char out[kUtcTimeBytes];
  return reader.ParseToUtc(text, Nanos(reference), out) ? std::string(out, 19) : "no";
}

struct Case {
  std::string_view text;
  std::string_view reference;
  std::string_view utc;
};

// One reader for all, so that each case also follows what the one before left behind.
void ExpectCases(LayoutReader reader, std::initializer_list<Case> cases) {
  for (int round = 0; round < 2; ++round) {
    for (const Case& c : cases) {
      EXPECT_EQ(Read(reader, c.text, c.reference), c.utc) << c.text << " at " << c.reference;
    }
  }
}

TEST(LayoutReader, AMissingYearIsTheNearestOne) {
  ExpectCases(MakeReader("%b %e %H:%M:%S"),
              {
                  {"Dec 31 23:59:59", "2026-01-01T00:00:03Z", "2025-12-31T23:59:59"},
                  {"Dec 31 23:59:59", "2025-12-31T23:59:59Z", "2025-12-31T23:59:59"},
                  {"Dec 31 23:59:58", "2024-12-31T23:00:00Z", "2024-12-31T23:59:58"},
                  {"Jan  1 00:00:01", "2025-12-31T23:59:58Z", "2026-01-01T00:00:01"},
                  {"Jan  1 00:00:01", "2026-01-01T00:00:02Z", "2026-01-01T00:00:01"},
                  {"Jul  1 12:00:00", "2026-01-02T00:00:00Z", "2026-07-01T12:00:00"},
                  {"Jul  3 12:00:00", "2026-01-01T00:00:00Z", "2025-07-03T12:00:00"},
                  {"Feb 29 12:00:00", "2024-03-01T00:00:00Z", "2024-02-29T12:00:00"},
                  {"Feb 29 12:00:00", "2025-06-01T00:00:00Z", "2024-02-29T12:00:00"},
                  {"Feb 29 12:00:00", "2026-06-01T00:00:00Z", "2028-02-29T12:00:00"},
                  {"Feb 29 12:00:00", "2101-01-01T00:00:00Z", "2104-02-29T12:00:00"},
                  {"Feb 30 12:00:00", "2026-06-01T00:00:00Z", "no"},
              });
}

TEST(LayoutReader, AMissingDateIsTheNearestDay) {
  ExpectCases(MakeReader("%H:%M:%S", "Asia/Tokyo"),
              {
                  {"23:59:59", "2026-01-01T15:00:03Z", "2026-01-01T14:59:59"},
                  {"00:00:01", "2026-01-01T14:59:58Z", "2026-01-01T15:00:01"},
                  {"09:00:01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01"},
                  {"09:00:01", "2026-01-02T00:00:00Z", "2026-01-02T00:00:01"},
                  {"09:00:59", "2026-01-02T12:00:58Z", "2026-01-03T00:00:59"},
                  {"09:00:59", "2026-01-02T12:01:01Z", "2026-01-03T00:00:59"},
                  {"09:00:59", "2026-01-02T11:59:00Z", "2026-01-02T00:00:59"},
              });
}

TEST(LayoutReader, AnHourThatIsMissingIsReadByTheOldClock) {
  ExpectCases(MakeReader("%F %T", "Europe/Paris"),
              {
                  {"2026-03-29 01:59:59", "2026-03-29T00:00:00Z", "2026-03-29T00:59:59"},
                  {"2026-03-29 02:00:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00"},
                  {"2026-03-29 02:30:00", "2026-03-29T00:00:00Z", "2026-03-29T01:30:00"},
                  {"2026-03-29 03:00:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00"},
                  {"2026-07-01 12:00:00", "2026-03-29T00:00:00Z", "2026-07-01T10:00:00"},
                  {"2026-12-01 12:00:00", "2026-03-29T00:00:00Z", "2026-12-01T11:00:00"},
              });
}

TEST(LayoutReader, AnHourThatIsThereTwiceIsTheOneNearerToTheReference) {
  ExpectCases(MakeReader("%F %T", "America/New_York"),
              {
                  {"2026-11-01 00:59:59", "2026-11-01T06:00:00Z", "2026-11-01T04:59:59"},
                  {"2026-11-01 01:30:00", "2026-11-01T05:30:01Z", "2026-11-01T05:30:00"},
                  {"2026-11-01 01:30:00", "2026-11-01T06:30:01Z", "2026-11-01T06:30:00"},
                  {"2026-11-01 01:30:00", "2026-11-01T05:59:00Z", "2026-11-01T05:30:00"},
                  {"2026-11-01 01:30:00", "2026-11-01T06:01:00Z", "2026-11-01T06:30:00"},
                  {"2026-11-01 02:00:00", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00"},
              });
  // An abbreviation says which one it is.
  ExpectCases(
      MakeReader("%F %T %Z", "America/New_York"),
      {
          {"2026-11-01 01:30:00 EDT", "2026-11-01T06:30:00Z", "2026-11-01T05:30:00"},
          {"2026-11-01 01:30:00 EST", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00"},
          {"2026-11-01 01:30:00 America/New_York", "2026-11-01T06:30:00Z", "2026-11-01T06:30:00"},
      });
}

TEST(LayoutReader, AbbreviationsOfSeveralMeaningsAreKnownInTheirOwnZone) {
  ExpectCases(MakeReader("%F %T %Z", "Asia/Kolkata"),
              {{"2026-01-02 05:30:00 IST", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00"}});
  ExpectCases(MakeReader("%F %T %Z", "Europe/Dublin"),
              {{"2026-07-02 05:30:00 IST", "2026-01-01T00:00:00Z", "2026-07-02T04:30:00"}});
  ExpectCases(MakeReader("%F %T", "+05:45"),
              {{"2026-07-02 05:45:00", "2026-01-01T00:00:00Z", "2026-07-02T00:00:00"}});
}

TEST(LayoutReader, AFractionBeforeTheSecondsIsNotPartOfTheMinute) {
  LayoutReader reader(TimeLayout::Compile("%Y-%m-%d %f:%H:%M:%S").value());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(reader.Parse("2026-01-02 25:03:04:05", 0), Nanos("2026-01-02T03:04:05.25Z"));
  }
}

TEST(LayoutReader, WhatItRemembersChangesNothing) {
  const std::string_view kLayouts[] = {"%F %T.%f",       "%b %e %H:%M:%S", "%H:%M:%S",
                                       "%F %H:%M:%S %z", "%F %T %Z",       "%F %I:%M:%S %p"};
  const std::string_view kZones[] = {"UTC", "America/New_York", "Asia/Kathmandu"};
  std::mt19937_64 random(5);
  for (const std::string_view layout : kLayouts) {
    for (const std::string_view zone : kZones) {
      const TimeLayout compiled = TimeLayout::Compile(layout, zone).value();
      LayoutReader warm(compiled);
      for (int i = 0; i < 3000; ++i) {
        // Few minutes, around a change of clocks and of the year, and references near and far.
        const auto number = [&](uint64_t below) { return static_cast<int>(random() % below); };
        char text[64];
        const char* const kDays[] = {"2026-11-01", "2025-12-31", "2026-01-01"};
        const char* const kShortDays[] = {"Nov  1", "Dec 31", "Jan  1"};
        const int day = number(3), hour = number(3), minute = number(2), second = number(62);
        std::string line;
        if (layout.starts_with("%F")) line.append(kDays[day]).append(" ");
        if (layout.starts_with("%b")) line.append(kShortDays[day]).append(" ");
        std::snprintf(text, sizeof(text), "%02d:%02d:%02d", hour, minute, second);
        line += text;
        if (layout.ends_with("%f")) line += ".5";
        if (layout.ends_with("%z")) line += number(2) == 0 ? " +0100" : " -03:30";
        if (layout.ends_with("%Z")) line += number(2) == 0 ? " EST" : " EDT";
        if (layout.ends_with("%p")) line += number(2) == 0 ? " AM" : " PM";
        const int64_t reference =
            Nanos("2026-01-01T00:00:00Z") + (number(1000) - 500) * int64_t{86400} * kSecond;
        LayoutReader cold(compiled);
        ASSERT_EQ(warm.Parse(line, reference), cold.Parse(line, reference))
            << layout << " " << line;
      }
    }
  }
}

TEST(LayoutReader, EveryNanosecondOfAYearComesBack) {
  std::mt19937_64 random(9);
  LayoutReader reader = MakeReader("rfc3339");
  for (int i = 0; i < 100'000; ++i) {
    const auto nanos = static_cast<int64_t>(random() % (uint64_t{1} << 62));
    char text[kUtcTimeBytes];
    FormatUtc(nanos, text);
    ASSERT_EQ(reader.Parse({text, kUtcTimeBytes}, 0), nanos);
  }
}

}  // namespace
}  // namespace tailrace
