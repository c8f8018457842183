#include "parsers/formats/logfmt_format.h"

#include <gtest/gtest.h>

#include <string>

#include "parsers/formats/repeated_names.h"
#include "tests/parsers/formats/format_run.h"

namespace tailrace {
namespace {

TEST(LogfmtFormat, PairsBecomeFields) {
  LogfmtFormat format;
  ExpectCases(format, {
                          {"level=info msg=\"Stopping all fetchers\" took=3ms",
                           R"({"level":"info","msg":"Stopping all fetchers","took":"3ms"})"},
                          {"a=", R"({"a":""})"},
                          {"a= b=1", R"({"a":"","b":"1"})"},
                          {"a=\"\" b=1", R"({"a":"","b":"1"})"},
                          {"  \t a=1 \t\t b=2\t ", R"({"a":"1","b":"2"})"},
                          {"a=1 done b=2", R"({"a":"1","done":true,"b":"2"})"},
                          {"path=/x?y=1&z=2 q==", R"({"path":"/x?y=1&z=2","q":"="})"},
                          {"a=b\"c d='e f'", R"({"a":"b\"c","d":"'e","f'":true})"},
                          {"@time#x.y-z=\"Sun Jan 10 16:47:39 EST 2021\"",
                           R"({"@time#x.y-z":"Sun Jan 10 16:47:39 EST 2021"})"},
                          {"schlüssel=größe", R"({"schlüssel":"größe"})"},
                          {"m=\"line\\none\\t\\\"two\\\" \\\\ \\u00e9\\u20ac\\ud83d\\ude00 \\x41\"",
                           "{\"m\":\"line\\none\\t\\\"two\\\" \\\\ é€😀 A\"}"},
                          {"m=\"C:\\dir \\q \\xZZ \\u12\"", R"({"m":"C:\\dir \\q \\xZZ \\u12"})"},
                          {"a=1\nb=2", R"({"a":"1","b":"2"})"},
                      });
}

TEST(LogfmtFormat, ARepeatedKeyBecomesAnArray) {
  LogfmtFormat format;
  ExpectCases(format, {
                          {"a=1 b=2 a=3 a=\"x\\\"y\"", R"({"a":["1","3","x\"y"],"b":"2"})"},
                          {"x=1 a a=2", R"({"x":"1","a":"2"})"},
                          {"x=1 a a", R"({"x":"1","a":true})"},
                          {"a=1 a", R"({"a":"1"})"},
                          {"a=1 a=1 b=2 b=2", R"({"a":["1","1"],"b":["2","2"]})"},
                      });
}

TEST(LogfmtFormat, WhatIsNoLogfmtIsRefused) {
  LogfmtFormat format;
  ExpectCases(format, {
                          {"", "refused"},
                          {"   ", "refused"},
                          {"hello", "refused"},
                          {"cannot open file=x", "refused"},
                          {"=x", "refused"},
                          {"a=1 =x", "refused"},
                          {"\"a\"=1", "refused"},
                          {"a=1 b\"c", "refused"},
                          {"a=\"open", "refused"},
                          {"a=\"open\\\"", "refused"},
                          {"a=\"open\\", "refused"},
                          {"a=\"1\"2", "refused"},
                          {"{\"a\":1}", "refused"},
                      });
}

TEST(LogfmtFormat, MoreFieldsThanTheBoundAreRefused) {
  LogfmtFormat format;
  std::string text;
  for (size_t i = 0; i < RepeatedNames::kFieldsMax; ++i) {
    text.append("k").append(std::to_string(i)).append("=v ");
  }
  EXPECT_EQ(ParseToJson(format, text).value().size(), RepeatedNames::kFieldsMax);
  EXPECT_EQ(ParseToText(format, text + "one=more"), "refused");
}

TEST(LogfmtFormat, TokensOfEveryLengthAreFoundWhole) {
  LogfmtFormat format;
  for (size_t key = 1; key < 40; ++key) {
    for (size_t value = 0; value < 40; ++value) {
      const std::string name(key, 'k'), text(value, 'v');
      const std::string bare = "{\"" + name + "\":\"" + text + "\",\"z\":\"1\"}";
      ASSERT_EQ(ParseToText(format, name + "=" + text + " z=1"), bare);
      ASSERT_EQ(ParseToText(format, name + "=\"" + text + "\" z=1"), bare);
    }
  }
}

}  // namespace
}  // namespace tailrace
