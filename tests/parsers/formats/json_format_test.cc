#include "parsers/formats/json_format.h"

#include <gtest/gtest.h>

#include "tests/parsers/formats/format_run.h"

namespace tailrace {
namespace {

TEST(JsonFormat, MembersBecomeFields) {
  JsonFormat format;
  ExpectCases(format,
              {
                  {"{}", "{}"},
                  {"\xef\xbb\xbf{}", "{}"},
                  {R"( { "a" : "x" , "b":-1.5e3 } )", R"({"a":"x","b":-1500.0})"},
                  {R"({"t":true,"f":false,"n":null})", R"({"t":true,"f":false,"n":null})"},
                  {R"({"o":{"p":{"q":1}},"a":[1,"2"]})", R"({"o":{"p":{"q":1}},"a":[1,"2"]})"},
                  {R"({"a\n\u0062":"x\"y"})", R"({"a\nb":"x\"y"})"},
                  {R"({"a.b":1})", R"({"a.b":1})"},
              });
}

TEST(JsonFormat, SpellingsOfValuesAreKept) {
  JsonFormat format;
  ByteArena arena;
  const std::string text = R"({"n":1.50,"s":"\u0041","o":{ "x": 1e2}})" + std::string(64, ' ');
  FieldList fields;
  ParseJob job{.text = std::string_view(text).substr(0, text.size() - 64), .fields = &fields};
  format.Parse({&job, 1}, arena);
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields[0].value, "1.50");
  EXPECT_EQ(fields[1].value, R"(\u0041)");
  EXPECT_EQ(fields[1].kind, FieldKind::kJsonString);
  EXPECT_EQ(fields[2].value, R"({ "x": 1e2})");
}

TEST(JsonFormat, WhatNoIndexTakesIsMended) {
  JsonFormat format;
  ExpectCases(format, {
                          {R"({"a":1,"b":2,"a":3})", R"({"b":2,"a":3})"},
                          {R"({"a":1,"\u0061":3})", R"({"a":3})"},
                          {R"({"o":{"a":1,"a":[2]}})", R"({"o":{"a":[2]}})"},
                          {R"({"":1,"a..b":{".":2}})", R"({"_":1,"a._.b":{"_._":2}})"},
                          {R"({"a":"\ud800"})", R"({"a":"�"})"},
                      });
}

TEST(JsonFormat, WhatIsNoObjectIsRefused) {
  JsonFormat format;
  ExpectCases(format, {
                          {"", "refused"},
                          {"\"hello\"", "refused"},
                          {"42", "refused"},
                          {"[{}]", "refused"},
                          {"null", "refused"},
                          {"{", "refused"},
                          {"{\"a\":1", "refused"},
                          {"{\"a\":1,}", "refused"},
                          {"{'a':1}", "refused"},
                          {"{}{}", "refused"},
                          {"{\"a\":\"\x01\"}", "refused"},
                          {"{\"a\":\"\xff\"}", "refused"},
                          {"\xef\xbb\xbf\xef\xbb\xbf{}", "refused"},
                      });
}

}  // namespace
}  // namespace tailrace
