#include "parsers/formats/key_value_format.h"

#include <gtest/gtest.h>

#include "tests/parsers/formats/format_run.h"

namespace tailrace {
namespace {

TEST(KeyValueFormat, PairsBetweenBlanksBecomeFields) {
  KeyValueFormat format({});
  ExpectCases(format, {
                          {"a=1 b=2", R"({"a":"1","b":"2"})"},
                          {"  a = 1 \t b= 2  ", R"({"a":"1","b":"2"})"},
                          {"a= b=2", R"({"a":"b=2"})"},
                          {"a=", R"({"a":""})"},
                          {"word a=1", R"({"word":true,"a":"1"})"},
                          {"a=1 =(x) b=2", R"_({"a":"1","=(x)":true,"b":"2"})_"},
                          {"\"a b\" = \"c \\\" d\" e", R"({"a b":"c \" d","e":true})"},
                          {"a=\"b\"c d=\"e", R"({"a":"\"b\"c","d":"\"e"})"},
                          {"a=1 b=x a=2", R"({"a":["1","2"],"b":"x"})"},
                          {"Cc Cc=bob", R"({"Cc":"bob"})"},
                          {"\\=\"oh boy\"", R"({"\\":"oh boy"})"},
                      });
}

TEST(KeyValueFormat, SeparatorsAreConfigured) {
  KeyValueFormat commas({.pair_separator = ",", .value_separator = ":", .quotes = "\"'"});
  ExpectCases(commas,
              {
                  {"env:prod, path:'/a, b' , beta", R"({"env":"prod","path":"/a, b","beta":true})"},
                  {"a:b c , d : e", R"({"a":"b c","d":"e"})"},
                  {",,a:1,,", R"({"a":"1"})"},
                  {"a:\"x\" y, b:1", R"({"a":"\"x\" y","b":"1"})"},
                  {"t:12:30:05", R"({"t":"12:30:05"})"},
              });
  KeyValueFormat words({.pair_separator = "||", .value_separator = "--"});
  ExpectCases(words, {
                         {"\"a b\" -- \"c\"  ||  d   -- e|f-g", R"({"a b":"c","d":"e|f-g"})"},
                     });
  KeyValueFormat lines({.pair_separator = "\n", .value_separator = ":"});
  ExpectCases(lines, {
                         {"To: tom\r\nX:\n a b : \"q r\"  ", R"({"To":"tom","X":"","a b":"q r"})"},
                     });
  KeyValueFormat tabs({.pair_separator = "\t"});
  ExpectCases(tabs, {{"a=1\tb=2 3", R"({"a":"1","b":"2","3":true})"}});
}

TEST(KeyValueFormat, WhatHasNoPairOrAnEmptyKeyIsRefused) {
  KeyValueFormat format({});
  ExpectCases(format, {
                          {"", "refused"},
                          {"  ", "refused"},
                          {"plain words", "refused"},
                          {"=x", "refused"},
                          {"a=1 \"\"", "refused"},
                          {"a=1 \"\"=2", "refused"},
                          {"a=1 \"b", "refused"},
                          {"a=1 \"b\"c", "refused"},
                      });
}

TEST(KeyValueFormat, OptionsThatContradictAreRefused) {
  const KeyValueOptions kOptions[] = {
      {.pair_separator = ""},
      {.value_separator = ""},
      {.pair_separator = "=", .value_separator = "="},
      {.value_separator = "\""},
      {.quotes = "\\"},
      {.pair_separator = std::string(17, '-')},
  };
  for (const KeyValueOptions& options : kOptions) {
    EXPECT_EQ(options.Validate().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace tailrace
