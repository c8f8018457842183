#include "parsers/time_layout.h"

#include <gtest/gtest.h>

#include <string>

#include "agent/base/strings.h"
#include "parsers/time_layout_reader.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

int64_t Nanos(std::string_view utc) {
  TimestampReader reader;
  return reader.Parse(utc).value();
}

// What `layout` makes of `text`, in UTC; "no" when it refuses.
std::string Read(std::string_view layout, std::string_view text, std::string_view zone = "UTC",
                 std::string_view reference = "2026-01-02T03:04:05Z") {
  const absl::StatusOr<TimeLayout> compiled = TimeLayout::Compile(layout, zone);
  if (!compiled.ok()) return std::string(compiled.status().message());
  LayoutReader reader(*compiled);
  char out[kUtcTimeBytes], again[kUtcTimeBytes];
  const bool ok = reader.ParseToUtc(text, Nanos(reference), out);
  // What is remembered of the first time changes nothing.
  EXPECT_EQ(reader.ParseToUtc(text, Nanos(reference), again), ok) << text;
  if (!ok) return "no";
  EXPECT_EQ(std::string(out, kUtcTimeBytes), std::string(again, kUtcTimeBytes)) << text;
  return {out, kUtcTimeBytes};
}

struct Case {
  std::string_view layout;
  std::string_view text;
  std::string_view utc;
};

TEST(TimeLayout, NamedLayoutsReadWhatTheirNamesSay) {
  const Case kCases[] = {
      {"rfc3339", "2026-01-02T03:04:05.678901234Z", "2026-01-02T03:04:05.678901234Z"},
      {"rfc3339", "2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000000000Z"},
      {"rfc3339", "2026-01-02T03:04:05", "no"},
      {"rfc3339", " 2026-01-02T03:04:05Z\n", "2026-01-02T03:04:05.000000000Z"},
      {"iso8601", "2026-01-02 03:04:05,123", "2026-01-02T03:04:05.123000000Z"},
      {"iso8601", "2026-01-02T03:04:05 -0130", "2026-01-02T04:34:05.000000000Z"},
      {"epoch", "1767323045", "2026-01-02T03:04:05.000000000Z"},
      {"epoch", "1767323045.678901234", "2026-01-02T03:04:05.678901234Z"},
      {"epoch_s", "-1.5", "1969-12-31T23:59:58.500000000Z"},
      {"unix", "0", "1970-01-01T00:00:00.000000000Z"},
      {"epoch_ms", "1767323045678", "2026-01-02T03:04:05.678000000Z"},
      {"epoch_ms", "1767323045678.9012", "2026-01-02T03:04:05.678901200Z"},
      {"epoch_us", "1767323045678901.5", "2026-01-02T03:04:05.678901500Z"},
      {"epoch_ns", "1767323045678901234", "2026-01-02T03:04:05.678901234Z"},
      {"epoch_ns", "1767323045678901234.9", "2026-01-02T03:04:05.678901234Z"},
      {"epoch", "1767323045.", "no"},
      {"epoch", ".5", "no"},
      {"epoch", "", "no"},
      {"epoch", "-", "no"},
      {"epoch", "1e9", "no"},
      {"epoch", "9214646400", "no"},
      {"epoch", "9214646399", "2261-12-31T23:59:59.000000000Z"},
      {"epoch_ns", "99999999999999999999999", "no"},
      {"syslog", "Jan  2 03:04:05", "2026-01-02T03:04:05.000000000Z"},
      {"syslog", "Jan 2 03:04:05.25", "2026-01-02T03:04:05.250000000Z"},
      {"syslog", "Aug 28 2018 19:00:00", "2018-08-28T19:00:00.000000000Z"},
      {"syslog", "2018 Aug 28 19:00:00", "2018-08-28T19:00:00.000000000Z"},
      {"syslog", "2003-10-11T22:14:15.003-07:00", "2003-10-12T05:14:15.003000000Z"},
      {"klog", "0102 03:04:05.678901", "2026-01-02T03:04:05.678901000Z"},
      {"klog", "20210517 15:04:22.619632", "2021-05-17T15:04:22.619632000Z"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(Read(c.layout, c.text), c.utc) << c.layout << " " << c.text;
}

TEST(TimeLayout, StrptimeConversionsAreRead) {
  const Case kCases[] = {
      {"%Y-%m-%d %H:%M:%S.%f %z", "2026-01-02 03:04:05.678901 +0100",
       "2026-01-02T02:04:05.678901000Z"},
      {"%d/%b/%Y:%H:%M:%S %z", "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36.000000000Z"},
      {"%a %b %e %H:%M:%S %Y", "Sat Oct  1 14:30:00 2022", "2022-10-01T14:30:00.000000000Z"},
      {"%A, %d %B %Y %I:%M:%S %p", "Friday, 02 January 2026 12:04:05 AM",
       "2026-01-02T00:04:05.000000000Z"},
      {"%m/%d/%y %I:%M %p", "01/02/26 3:04 pm", "2026-01-02T15:04:00.000000000Z"},
      {"%F %T,%3N", "2026-01-02 03:04:05,678", "2026-01-02T03:04:05.678000000Z"},
      {"%F %T%.f", "2026-01-02 03:04:05", "2026-01-02T03:04:05.000000000Z"},
      {"%F %T%.3f", "2026-01-02 03:04:05.5", "2026-01-02T03:04:05.500000000Z"},
      {"%D %R", "01/02/69 03:04", "1969-01-02T03:04:00.000000000Z"},
      {"%D %R", "01/02/68 03:04", "2068-01-02T03:04:00.000000000Z"},
      {"%Y%m%d%H%M%S%L", "20260102030405678", "2026-01-02T03:04:05.678000000Z"},
      {"%Y.%j", "2024.366", "2024-12-31T00:00:00.000000000Z"},
      {"%Y.%j", "2026.366", "no"},
      {"%s.%f", "1767323045.25", "2026-01-02T03:04:05.250000000Z"},
      {"[%Y-%m-%d] %%", "[2026-01-02] %", "2026-01-02T00:00:00.000000000Z"},
      {"%Y-%m-%d%n%H:%M", "2026-01-02  \t03:04", "2026-01-02T03:04:00.000000000Z"},
      {"%FT%T%:z", "2026-01-02T03:04:05-05:30", "2026-01-02T08:34:05.000000000Z"},
      {"%F %T %Z", "2026-01-02 03:04:05 EST", "2026-01-02T08:04:05.000000000Z"},
      {"%F %T %Z", "2026-07-02 03:04:05 CEST", "2026-07-02T01:04:05.000000000Z"},
      {"%F %T %Z", "2026-01-02 03:04:05 UTC", "2026-01-02T03:04:05.000000000Z"},
      {"%F %T %Z", "2026-01-02 03:04:05 -02", "2026-01-02T05:04:05.000000000Z"},
      {"%F %T %Z", "2026-01-02 03:04:05 IST", "no"},
      {"%F %T %Z", "2026-01-02 03:04:05 Moon", "no"},
      {"%F %T", "2026-01-02 03:04", "no"},
      {"%F %T", "2026-01-02 03:04:05x", "no"},
      {"%F %T", "2026-01-02 03:04:60", "2026-01-02T03:04:59.999999999Z"},
      {"%F %T", "2026-01-02 03:04:61", "no"},
      {"%F %T", "2026-01-02 24:00:00", "no"},
      {"%F %T", "2026-02-29 03:04:05", "no"},
      {"%F %T", "2024-02-29 03:04:05", "2024-02-29T03:04:05.000000000Z"},
      {"%F %T", "2026-13-01 03:04:05", "no"},
      {"%F %T", "1677-12-31 23:59:59", "no"},
      {"%F %T", "", "no"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(Read(c.layout, c.text), c.utc) << c.layout << " " << c.text;
}

TEST(TimeLayout, JavaLettersAreRead) {
  const Case kCases[] = {
      {"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-01-02T03:04:05.678+01:00",
       "2026-01-02T02:04:05.678000000Z"},
      {"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-01-02T03:04:05.678Z",
       "2026-01-02T03:04:05.678000000Z"},
      {"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-01-02T03:04:05.678901234Z",
       "2026-01-02T03:04:05.678901234Z"},
      {"yyyy-MM-dd HH:mm:ss,SSS", "2026-01-02 03:04:05,678", "2026-01-02T03:04:05.678000000Z"},
      {"EEE, d MMM uuuu h:mm a z", "Fri, 2 Jan 2026 3:04 PM GMT", "2026-01-02T15:04:00.000000000Z"},
      {"dd MMMM yy kk:mm", "02 September 26 24:04", "2026-09-02T00:04:00.000000000Z"},
      {"yyyyMMddHHmmssSSS", "20260102030405678", "2026-01-02T03:04:05.678000000Z"},
      {"yyyy-DDD", "2024-060", "2024-02-29T00:00:00.000000000Z"},
      {"yyyy 'o''clock' HH", "2026 o'clock 07", "2026-01-01T07:00:00.000000000Z"},
      {"yyyy''HH", "2026'07", "2026-01-01T07:00:00.000000000Z"},
      {"MMM d HH:mm:ss", "Dec 31 23:59:59", "2025-12-31T23:59:59.000000000Z"},
      {"yyyy-MM-dd HH:mm", "2026-1-02 03:04", "no"},
      {"yyyy-MM-dd HH:mm VV", "2026-07-02 03:04 UTC", "2026-07-02T03:04:00.000000000Z"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(Read(c.layout, c.text), c.utc) << c.layout << " " << c.text;
}

TEST(TimeLayout, BadLayoutsAreRefusedWithTheConstructAndItsPlace) {
  const struct {
    std::string_view layout;
    std::string_view message;
  } kCases[] = {
      {"%Y-%q", "bad layout \"%Y-%q\": unknown conversion %q at byte 3"},
      {"%Y-%", "bad layout \"%Y-%\": nothing follows the % at byte 3"},
      {"%Y %3d", "bad layout \"%Y %3d\": unknown conversion %3d at byte 3"},
      {"%Y %.S", "bad layout \"%Y %.S\": unknown conversion %.S at byte 3"},
      {"%H:%H", "bad layout \"%H:%H\": a second hour at byte 3"},
      {"%F %d", "bad layout \"%F %d\": a second day at byte 3"},
      {"%I:%M", "bad layout \"%I:%M\": an hour of 12 and AM/PM need each other at byte 0"},
      {"%H:%M %p", "bad layout \"%H:%M %p\": an hour of 12 and AM/PM need each other at byte 0"},
      {"%d %H", "bad layout \"%d %H\": a day without a month at byte 0"},
      {"%b %j", "bad layout \"%b %j\": a day of the year beside a month at byte 0"},
      {"%Y %M", "bad layout \"%Y %M\": minutes or seconds without an hour at byte 0"},
      {"%s %Y", "bad layout \"%s %Y\": an epoch beside other parts of a time at byte 0"},
      {"%f%Y", "bad layout \"%f%Y\": digits behind a number of any length at byte 2"},
      {"%%", "bad layout \"%%\": it names no part of a time at byte 0"},
      {"", "bad layout \"\": it names no part of a time at byte 0"},
      {"yyyy-MM-ddTHH",
       "bad layout \"yyyy-MM-ddTHH\": unknown letters T (text stands in quotes) at byte 10"},
      {"yyyy 'open", "bad layout \"yyyy 'open\": no quote ends the text that begins at byte 5"},
      {"yyyy[.SSS]",
       "bad layout \"yyyy[.SSS]\": reserved character [ (quote it, or take two layouts for an "
       "optional part) at byte 4"},
      {"rfc3393",
       "bad layout \"rfc3393\": no layout has this name; did you mean rfc3339? at byte 0"},
  };
  for (const auto& c : kCases) {
    const absl::StatusOr<TimeLayout> layout = TimeLayout::Compile(c.layout);
    EXPECT_EQ(layout.status().code(), absl::StatusCode::kInvalidArgument) << c.layout;
    EXPECT_EQ(FromAbsl(layout.status().message()), c.message);
  }
  EXPECT_EQ(TimeLayout::Compile(std::string(257, '-')).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FromAbsl(TimeLayout::Compile("%F", "Europe/Pariss").status().message()),
            "unknown time zone \"Europe/Pariss\": take a name of tzdata (Europe/Paris), an offset "
            "(+02:00), UTC or local");
}

}  // namespace
}  // namespace tailrace
