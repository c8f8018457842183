#include "parsers/formats/syslog_format.h"

#include <gtest/gtest.h>

#include <string>

#include "parsers/formats/structured_data.h"
#include "tests/parsers/formats/format_run.h"

namespace tailrace {
namespace {

TEST(SyslogFormat, Rfc5424IsReadWhole) {
  SyslogFormat format;
  ExpectCases(
      format,
      {
          {"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xef\xbb\xbf'su root' "
           "failed",
           R"({"facility":"auth","severity":"crit","version":1,)"
           R"("timestamp":"2003-10-11T22:14:15.003Z","hostname":"mymachine.example.com",)"
           R"("appname":"su","msgid":"ID47","message":"'su root' failed"})"},
          {"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time",
           R"({"facility":"local4","severity":"notice","version":1,)"
           R"("timestamp":"2003-08-24T05:14:15.000003-07:00","hostname":"192.0.2.1",)"
           R"("appname":"myproc","procid":8710,"message":"%% It's time"})"},
          {R"(<0>999 - - - worker-1 - [a@1 x="1" y="q\"b\\c\]"][b] )",
           R"({"facility":"kern","severity":"emerg","version":999,"procid":"worker-1",)"
           R"("structured_data":{"a@1":{"x":"1","y":"q\"b\\c]"},"b":{}},"message":""})"},
          {"<191>1 - - - - - -", R"({"facility":"local7","severity":"debug","version":1})"},
          {"<13>1 - h a 007 - - two\nlines",
           R"({"facility":"user","severity":"notice","version":1,"hostname":"h","appname":"a",)"
           R"("procid":"007","message":"two\nlines"})"},
          {"34 <13>1 - h a 007 - - counted in all",
           R"({"facility":"user","severity":"notice","version":1,"hostname":"h","appname":"a",)"
           R"("procid":"007","message":"counted in all"})"},
      });
}

TEST(SyslogFormat, StructuredDataIsOneObject) {
  SyslogFormat format;
  const struct {
    std::string_view data;
    std::string_view json;
  } kCases[] = {
      {R"([a ip="1" ip="2" b="3" ip="4"])", R"({"a":{"ip":["1","2","4"],"b":"3"}})"},
      {R"([a x="1"][b][a y="2"])", R"({"a":{"x":"1","y":"2"},"b":{}})"},
      {R"([. ..="1"])", R"({"_._":{"_._._":"1"}})"},
      {"[a x=\"\t\xff\x01 Ὂ℃\"]", "{\"a\":{\"x\":\"\\t�\\u0001 Ὂ℃\"}}"},
      {R"([a\b c\d=""])", R"({"a\\b":{"c\\d":""}})"},
  };
  for (const auto& c : kCases) {
    const auto fields = ParseToJson(format, "<1>1 - - - - - " + std::string(c.data));
    ASSERT_TRUE(fields.has_value()) << c.data;
    EXPECT_EQ((*fields)["structured_data"].dump(), c.json) << c.data;
  }
}

TEST(SyslogFormat, StructuredDataIsBounded) {
  SyslogFormat format;
  const auto with = [](size_t elements, size_t parameters) {
    std::string text = "<1>1 - - - - - ";
    for (size_t i = 0; i < elements; ++i) text += "[e" + std::to_string(i) + "]";
    text += "[p";
    for (size_t i = 0; i < parameters; ++i) text += " n=\"v\"";
    return text + "]";
  };
  constexpr size_t kElements = StructuredData::kElementsMax;
  constexpr size_t kParameters = StructuredData::kParametersMax;
  EXPECT_NE(ParseToText(format, with(kElements - 1, kParameters)), "refused");
  EXPECT_EQ(ParseToText(format, with(kElements, 1)), "refused");
  EXPECT_EQ(ParseToText(format, with(1, kParameters + 1)), "refused");
}

TEST(SyslogFormat, UnknownEscapesAreKeptWhereThatIsWanted) {
  const std::string text = R"(<1>1 - - - - - [a path="C:\temp\]" q="\\" r="\x\""] m)";
  SyslogFormat strict, lenient({.keep_unknown_escapes = true});
  EXPECT_EQ(ParseToText(strict, text), "refused");
  EXPECT_EQ((*ParseToJson(lenient, text))["structured_data"].dump(),
            R"({"a":{"path":"C:\\temp]","q":"\\","r":"\\x\""}})");
}

TEST(SyslogFormat, WhatIsCloseToRfc5424IsRefused) {
  SyslogFormat format;
  const std::string host(255, 'h'), app(48, 'a'), process(128, 'p'), id(32, 'm');
  EXPECT_NE(ParseToText(format, "<1>1 - " + host + " " + app + " " + process + " " + id + " - x"),
            "refused");
  const std::string kTexts[] = {
      "<1>1 - " + host + "h - - - -",
      "<1>1 - - " + app + "a - - -",
      "<1>1 - - - " + process + "p - -",
      "<1>1 - - - - " + id + "m -",
      "<1>1 - - - - -",
      "<1>1 - - - - - ",
      "<1>1 - - - - - -x",
      "<1>1 - h\xc3\xb6st - - - -",
      "<1>1 - h\x7fst - - - -",
      "<1>1  - - - - - -",
      "<192>1 - - - - - -",
      "<01>1 - - - - - -",
      "<>1 - - - - - -",
      "<1>0 - - - - - -",
      "<1>1000 - - - - - -",
      "<1>1 2003-10-11T22:14:60Z - - - - -",
      "<1>1 2003-10-11t22:14:15Z - - - - -",
      "<1>1 2003-10-11T22:14:15z - - - - -",
      "<1>1 2003-10-11T22:14:15 - - - - -",
      "<1>1 2003-02-29T22:14:15Z - - - - -",
      "12 <1>1 - - - - - -",
      "<1>1 - - - - - [a x=\"1\"",
      "<1>1 - - - - - [a x=\"1]",
      "<1>1 - - - - - [a x=1]",
      "<1>1 - - - - - [a  x=\"1\"]",
      "<1>1 - - - - - [a x=\"1\"y=\"2\"]",
      "<1>1 - - - - - [" + std::string(33, 'i') + "]",
  };
  for (const std::string& text : kTexts) {
    EXPECT_EQ(ParseToText(format, text), "refused") << text;
  }
}

TEST(SyslogFormat, AMessageMayHoldAnyBytes) {
  SyslogFormat format;
  const std::string kMessages[] = {std::string(1, '\0'), "[b] \x01", "\xff", " two", "-"};
  for (const std::string& message : kMessages) {
    const auto fields = ParseToJson(format, "<1>1 - - - - - - " + message);
    ASSERT_TRUE(fields.has_value()) << message;
    EXPECT_EQ((*fields)["message"].get<std::string>(), message);
  }
}

TEST(SyslogFormat, Rfc3164IsReadAsFoundInTheWild) {
  SyslogFormat format;
  ExpectCases(
      format,
      {
          {"<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
           R"({"facility":"auth","severity":"crit","timestamp":"Oct 11 22:14:15",)"
           R"("hostname":"mymachine","appname":"su","message":"'su root' failed"})"},
          {"Jun  3 16:33:35 haproxy[73411]: no host, no priority",
           R"({"timestamp":"Jun  3 16:33:35","appname":"haproxy","procid":73411,)"
           R"("message":"no host, no priority"})"},
          {"Jun 3 16:33:35 h postfix/smtpd[12]: one digit",
           R"({"timestamp":"Jun 3 16:33:35","hostname":"h","appname":"postfix/smtpd",)"
           R"("procid":12,"message":"one digit"})"},
          {"Jan  1 00:00:00 fe80::1 app[w-1]:glued",
           R"({"timestamp":"Jan  1 00:00:00","hostname":"fe80::1","appname":"app",)"
           R"("procid":"w-1","message":"glued"})"},
          {"Jan  1 00:00:00 host last message repeated 3 times",
           R"({"timestamp":"Jan  1 00:00:00","hostname":"host",)"
           R"("message":"last message repeated 3 times"})"},
          {"Jan  1 00:00:00 host http://x is no tag",
           R"({"timestamp":"Jan  1 00:00:00","hostname":"host","message":"http://x is no tag"})"},
          {"Jan  1 00:00:00 lone", R"({"timestamp":"Jan  1 00:00:00","message":"lone"})"},
          {"Jan  1 00:00:00 host app: ",
           R"({"timestamp":"Jan  1 00:00:00","hostname":"host","appname":"app","message":""})"},
          {"2022-08-27T17:22:01.694554+03:00 host sshd[2]: Accepted x - -",
           R"({"timestamp":"2022-08-27T17:22:01.694554+03:00","hostname":"host",)"
           R"("appname":"sshd","procid":2,"message":"Accepted x - -"})"},
          {"2022-08-27T17:22:01Z host kernel: a b - c",
           R"({"timestamp":"2022-08-27T17:22:01Z","hostname":"host","appname":"kernel",)"
           R"("message":"a b - c"})"},
          {R"(2022-08-27T17:22:01Z host NSX 3106 - [a@1 b="c"] kept alive)",
           R"({"timestamp":"2022-08-27T17:22:01Z","hostname":"host","appname":"NSX",)"
           R"("procid":3106,"structured_data":{"a@1":{"b":"c"}},"message":"kept alive"})"},
          {"<189>46: *Mar  1 18:48:50.483 UTC: %SYS-5-CONFIG_I: Configured",
           R"({"facility":"local7","severity":"notice","timestamp":"Mar  1 18:48:50.483",)"
           R"("appname":"%SYS-5-CONFIG_I","message":"Configured"})"},
          {"<166>Aug 28 2018 19:00:00 asa : %ASA-6-302013: Built",
           R"({"facility":"local4","severity":"info","timestamp":"Aug 28 2018 19:00:00",)"
           R"("hostname":"asa","appname":"%ASA-6-302013","message":"Built"})"},
          {"<166>2018 Aug 28 19:00:00 sw app[1] bracket is enough",
           R"({"facility":"local4","severity":"info","timestamp":"2018 Aug 28 19:00:00",)"
           R"("hostname":"sw","appname":"app","procid":1,"message":"bracket is enough"})"},
          {"42 <34>Oct 11 22:14:15 h su: with its newline",
           R"({"facility":"auth","severity":"crit","timestamp":"Oct 11 22:14:15",)"
           R"("hostname":"h","appname":"su","message":"with its newline"})"},
      });
}

TEST(SyslogFormat, TextWithoutATimeIsRefused) {
  SyslogFormat format;
  ExpectCases(format, {
                          {"", "refused"},
                          {"<", "refused"},
                          {"<1", "refused"},
                          {"<1>", "refused"},
                          {"<34>su: 'su root' failed", "refused"},
                          {"hello world", "refused"},
                          {"Oct 11 22:14", "refused"},
                          {"Oct 11 22:14:15", "refused"},
                          {"Okt 11 22:14:15 h a: b", "refused"},
                          {"Oct 32 22:14:15 h a: b", "refused"},
                          {"Oct 0 22:14:15 h a: b", "refused"},
                          {"Oct 11 24:14:15 h a: b", "refused"},
                          {"Oct 11 22:14:15h a: b", "refused"},
                          {"Oct 11 22-14-15 h a: b", "refused"},
                          {"<34>2018", "refused"},
                          {"46: *", "refused"},
                          {"99999999 <1>1 - - - - - -", "refused"},
                      });
}

}  // namespace
}  // namespace tailrace
