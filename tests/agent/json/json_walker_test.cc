#include "agent/json/json_walker.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "tests/agent/json/padded_text.h"
#include "tests/agent/json/reference_json.h"

namespace tailrace {
namespace {

WalkResult WalkOnce(std::string_view text) {
  JsonWalker walker;
  JsonFields fields;
  return walker.Walk(PaddedText(text).view(), fields);
}

std::string Nested(std::string_view open, std::string_view close, size_t depth) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(JsonWalker, AcceptsWhatRfc8259Allows) {
  const std::string_view kObjects[] = {"{}",
                                       " {} ",
                                       "\t\r\n{ }\n",
                                       "{\"a\":1}",
                                       "{\"a\":-0}",
                                       "{\"a\":0.5e-7}",
                                       "{\"a\":1E+2}",
                                       "{\"\":\"\"}",
                                       "{\"a\":{}}",
                                       "{\"a\":[]}",
                                       "{\"a\":[{},[],\"\",0,true,false,null]}",
                                       "{\"a\" : 1 , \"b\" : [ 1 , 2 ] }",
                                       "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u12aF\"}",
                                       "{\"a\":\"\x7f\xf4\x8f\xbf\xbf\"}",
                                       "{\"a\":true }",
                                       "{\"a\":12 ,\"b\":null\n}"};
  for (std::string_view text : kObjects) {
    EXPECT_EQ(WalkOnce(text), WalkResult::kObject) << text;
  }
  for (std::string_view text : {"1", " -1.5 ", "\"x\"", "\"\\n\\ud800\"", "null", "true\n", "false",
                                "[]", "[1,[2]]", "[{\"a\":1}]", "\"\""}) {
    EXPECT_EQ(WalkOnce(text), WalkResult::kScalarOrArray) << text;
  }
}

const std::string_view kNoJson[] = {"\"t\\66\"",
                                    "\"\\u12g4\"",
                                    " \"\\x\" ",
                                    "[\"\\x\"]",
                                    "",
                                    " ",
                                    "{",
                                    "}",
                                    "[",
                                    "]",
                                    "{]",
                                    "[}",
                                    "{\"a\"}",
                                    "{\"a\":}",
                                    "{\"a\":1,}",
                                    "{,}",
                                    "{\"a\" 1}",
                                    "{\"a\":1 2}",
                                    "{\"a\":1}}",
                                    "{\"a\":1}{",
                                    "{\"a\":1}{\"b\":2}",
                                    "{{}}",
                                    "{1:2}",
                                    "{\"a\":01}",
                                    "{\"a\":-}",
                                    "{\"a\":+1}",
                                    "{\"a\":1.}",
                                    "{\"a\":.5}",
                                    "{\"a\":1e}",
                                    "{\"a\":1e+}",
                                    "{\"a\":0x1}",
                                    "{\"a\":-01}",
                                    "{\"a\":00}",
                                    "{\"a\":1.2.3}",
                                    "{\"a\":--1}",
                                    "{\"a\":tru}",
                                    "{\"a\":truee}",
                                    "{\"a\":nul}",
                                    "{\"a\":True}",
                                    "{\"a\":NaN}",
                                    "{\"a\":'b'}",
                                    "{a:1}",
                                    "{\"a\":\"b}",
                                    "{\"a\":\"b\\\"}",
                                    "{\"a\":\"\\x\"}",
                                    "{\"a\":\"\\u12g4\"}",
                                    "{\"a\":\"\\u12\"}",
                                    "{\"a\":\"\t\"}",
                                    "{\"a\":\"\n\"}",
                                    "{\"a\":\"\xff\"}",
                                    "{\"a\":\"\xed\xa0\x80\"}",
                                    "{\"a\":\"\xc0\x80\"}",
                                    "{\"a\":[1,]}",
                                    "{\"a\":[,1]}",
                                    "{\"a\":[1 2]}",
                                    "{\"a\":1\f}",
                                    "{\"a\"\x1a"
                                    "1}",
                                    "{\"a\":1\x0c\"b\":2}",
                                    "\xef\xbb\xbf{}",
                                    "{\"a\":tru\"e\"}",
                                    "{\"a\":1\"b\"}",
                                    "{\"a\":\"b\"c}",
                                    "{\"a\"b:1}",
                                    "\\{}",
                                    "{\\}",
                                    "{\"a\":1\\n}",
                                    "1 2",
                                    "\"a\" \"b\"",
                                    "nul",
                                    "-",
                                    "01",
                                    "{\"a\":1]",
                                    "[\"a\":1]",
                                    "{:1}",
                                    "{\"a\"::1}",
                                    "{\"a\":1,,\"b\":2}",
                                    "{\"a\":12345678901234567.}",
                                    "{\"a\":1}\x01",
                                    std::string_view("{\"a\":\0}", 7),
                                    std::string_view("{\"a\":1}\0", 8)};

TEST(JsonWalker, RefusesWhatIsNoJson) {
  for (std::string_view text : kNoJson) EXPECT_EQ(WalkOnce(text), WalkResult::kInvalid) << text;
}

TEST(JsonWalker, NotesTheSpansOfTopLevelMembers) {
  const PaddedText text(
      " { \"a\" : 1 , \"b\":{\"c\":[1,2]} ,\"d\":\"x\\ny\",\"\\u0065\":null,\"f\":true, \"g\":[ ] "
      "} ");
  struct Case {
    std::string_view key, value;
    JsonKind kind;
    bool key_escaped, value_escaped;
  };
  const Case kCases[] = {{"a", "1", JsonKind::kNumber, false, false},
                         {"b", "{\"c\":[1,2]}", JsonKind::kObject, false, false},
                         {"d", "\"x\\ny\"", JsonKind::kString, false, true},
                         {"\\u0065", "null", JsonKind::kNull, true, false},
                         {"f", "true", JsonKind::kTrue, false, false},
                         {"g", "[ ]", JsonKind::kArray, false, false}};
  JsonWalker walker;
  JsonFields fields;
  for (int round = 0; round < 3; ++round) {  // The later rounds follow a learnt path.
    ASSERT_EQ(walker.Walk(text.view(), fields), WalkResult::kObject);
    ASSERT_EQ(fields.size(), std::size(kCases));
    for (size_t i = 0; i < fields.size(); ++i) {
      EXPECT_EQ(fields[i].key(text.view()), kCases[i].key);
      EXPECT_EQ(fields[i].value(text.view()), kCases[i].value);
      EXPECT_EQ(fields[i].kind, kCases[i].kind);
      EXPECT_EQ(fields[i].key_escaped, kCases[i].key_escaped);
      EXPECT_EQ(fields[i].value_escaped, kCases[i].value_escaped);
    }
    EXPECT_EQ(fields.Find(text.view(), "e"), &fields[3]);
    EXPECT_EQ(fields.Find(text.view(), "\\u0065"), nullptr);
    EXPECT_FALSE(fields.traits().needs_rewrite());
    EXPECT_TRUE(fields.traits().escapes);
  }
}

TEST(JsonWalker, FlagsWhatMustBeRewritten) {
  struct Case {
    std::string_view text;
    bool duplicates, unsafe, newlines, surrogates;
  };
  const Case kCases[] = {
      {"{\"a\":1,\"b\":{\"a\":2},\"c\":[{\"a\":1},{\"a\":1}]}", false, false, false, false},
      {"{\"a\":1,\"a\":2}", true, false, false, false},
      {"{\"a\":1,\"\\u0061\":2}", true, false, false, false},
      {"{\"\\u0061\":1,\"a\":2}", true, false, false, false},
      {"{\"\\u0061\":1,\"\\u0061\":2}", true, false, false, false},
      {"{\"x\":{\"y\":[0,{\"z\":1,\"z\":2}]}}", true, false, false, false},
      {"{\"a\":1,\"x\":{\"a\":1},\"a\":2}", true, false, false, false},
      {"[{\"a\":1,\"a\":2}]", false, false, false, false},  // No fields, no traits.
      {"{\"\":1}", false, true, false, false},
      {"{\".a\":1}", false, true, false, false},
      {"{\"a.\":1}", false, true, false, false},
      {"{\"a..b\":1}", false, true, false, false},
      {"{\"a. .b\":1}", false, true, false, false},
      {"{\" \":1}", false, true, false, false},
      {"{\"\\t\":1}", false, true, false, false},
      {"{\"x\":{\"\\u002e\":1}}", false, true, false, false},
      {"{\"a b\":1,\" a\":1,\"a \":1,\"a.b c\":1}", false, false, false, false},
      {"{\"sixteen bytes...\":1}", false, true, false, false},
      {"{\"seventeen bytes..\":1}", false, true, false, false},
      {"{\"fifteen bytes ..and more\":1}", false, true, false, false},
      {"{\"a name of sixteen and many more bytes\":1}", false, false, false, false},
      {"{\n\"a\":1}", false, false, true, false},
      {"{\"a\":1\r}", false, false, true, false},
      {"\r\n{\"a\":\"\\n\"}\r\n", false, false, false, false},
      {"{\"a\":\"\\ud800\"}", false, false, false, true},
      {"{\"a\":\"\\udc00\\ud800\"}", false, false, false, true},
      {"{\"a\":\"\\ud800\\n\"}", false, false, false, true},
      {"{\"a\":\"\\ud83d\\ude00\"}", false, false, false, false},
      {"{\"a\":\"\\\\ud800\"}", false, false, false, false}};
  JsonWalker walker;
  for (const Case& c : kCases) {
    for (int round = 0; round < 2; ++round) {
      JsonFields fields;
      const PaddedText text(c.text);
      ASSERT_NE(walker.Walk(text.view(), fields), WalkResult::kInvalid) << c.text;
      EXPECT_EQ(fields.traits().duplicate_names, c.duplicates) << c.text;
      EXPECT_EQ(fields.traits().unsafe_names, c.unsafe) << c.text;
      EXPECT_EQ(fields.traits().newlines, c.newlines) << c.text;
      EXPECT_EQ(fields.traits().lone_surrogates, c.surrogates) << c.text;
    }
  }
}

// Documents that share the beginning of a learnt path and then differ in where a name belongs.
TEST(JsonWalker, TellsLearntPathsApartByScope) {
  JsonWalker walker;
  JsonFields fields;
  const PaddedText clean("{\"a\":{\"b\":1},\"b\":2,\"c\":{\"b\":3}}");
  const PaddedText twice("{\"a\":{\"b\":1,\"b\":2},\"c\":{\"b\":3}}");
  const PaddedText again("{\"a\":{\"b\":1},\"b\":2,\"b\":{\"b\":3}}");
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(walker.Walk(clean.view(), fields), WalkResult::kObject);
    EXPECT_FALSE(fields.traits().duplicate_names);
    ASSERT_EQ(walker.Walk(twice.view(), fields), WalkResult::kObject);
    EXPECT_TRUE(fields.traits().duplicate_names);
    ASSERT_EQ(walker.Walk(again.view(), fields), WalkResult::kObject);
    EXPECT_TRUE(fields.traits().duplicate_names);
  }
}

TEST(JsonWalker, CapsTheDepth) {
  const size_t most = JsonWalker::kMaxDepth;
  EXPECT_EQ(WalkOnce(Nested("{\"a\":", "}", most)), WalkResult::kObject);
  EXPECT_EQ(WalkOnce(Nested("{\"a\":", "}", most + 1)), WalkResult::kTooDeep);
  EXPECT_EQ(WalkOnce(Nested("[", "]", most)), WalkResult::kScalarOrArray);
  EXPECT_EQ(WalkOnce(Nested("[", "]", most + 1)), WalkResult::kTooDeep);
  EXPECT_EQ(WalkOnce(Nested("[", "]", 100000)), WalkResult::kTooDeep);
}

std::string ManyNames(size_t count) {
  std::string text = "{";
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += "\"n" + std::to_string(i) + "\":" + std::to_string(i);
  }
  return text + "}";
}

TEST(JsonWalker, CapsTheNames) {
  const size_t most = JsonWalker::kDefaultMaxNames;
  JsonWalker walker;
  JsonFields fields;
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(walker.Walk(PaddedText(ManyNames(most)).view(), fields), WalkResult::kObject);
    EXPECT_EQ(fields.size(), most);
    EXPECT_FALSE(fields.traits().duplicate_names);
    EXPECT_EQ(walker.Walk(PaddedText(ManyNames(most + 1)).view(), fields),
              WalkResult::kTooManyNames);
  }
}

TEST(JsonWalker, GrowsForLongTextsAndGoesOnWithShortOnes) {
  JsonWalker walker;
  JsonFields fields;
  for (size_t size : {size_t{10}, size_t{70000}, size_t{3} << 20, size_t{10}, size_t{70000}}) {
    const std::string text = "{\"a\":\"" + std::string(size, 'x') + "\"}";
    ASSERT_EQ(walker.Walk(PaddedText(text).view(), fields), WalkResult::kObject);
    EXPECT_EQ(fields[0].value_length, size + 2);
  }
  const std::string huge(JsonWalker::kMaxBytes + 1, ' ');
  EXPECT_EQ(walker.Walk(PaddedText(huge).view(), fields), WalkResult::kTooLong);
}

bool Accepts(WalkResult result) {
  return result == WalkResult::kObject || result == WalkResult::kScalarOrArray;
}

// nlohmann/json refuses lone surrogates, which RFC 8259 leaves open; all else must be the same.
void ExpectSameVerdict(JsonWalker& walker, const std::string& text) {
  JsonFields fields;
  const WalkResult result = walker.Walk(PaddedText(text).view(), fields);
  const std::optional<bool> reference = ReferenceAccepts(text);
  if (!reference.has_value()) return;
  if (result == WalkResult::kTooDeep && BracketDepth(text) > JsonWalker::kMaxDepth) return;
  if (!*reference && text.find("\\ud") != std::string::npos) return;
  ASSERT_EQ(Accepts(result), *reference) << text;
}

TEST(JsonWalker, AgreesWithAnIndependentParserOnRandomDocuments) {
  RandomJson random(1);
  JsonWalker walker;
  for (int i = 0; i < 20000; ++i) ExpectSameVerdict(walker, random.Value(4));
}

TEST(JsonWalker, AgreesWithAnIndependentParserOnEveryMutationOfAByte) {
  constexpr std::string_view kBytes("{}[]:,\"\\ \n\t0e.-tu\x00\x0c\x1a\x80\xff", 22);
  RandomJson random(2);
  JsonWalker walker;
  for (int i = 0; i < 150; ++i) {
    const std::string text = random.Object(3);
    for (size_t at = 0; at < text.size() && at < 150; ++at) {
      std::string mutant = text;
      for (char byte : kBytes) {
        mutant[at] = byte;
        ExpectSameVerdict(walker, mutant);
      }
      ExpectSameVerdict(walker, text.substr(0, at));
      ExpectSameVerdict(walker, text.substr(0, at) + text.substr(at + 1));
    }
  }
}

TEST(JsonWalker, TakesHostileNamesInLinearTime) {
  // Names that share their first and last bytes, in one object and in many.
  std::string text = "{\"list\":[";
  for (int i = 0; i < 4000; ++i) text += std::string(i > 0 ? "," : "") + "{\"same name\":1}";
  text += "]}";
  JsonWalker walker;
  JsonFields fields;
  ASSERT_EQ(walker.Walk(PaddedText(text).view(), fields), WalkResult::kObject);
  EXPECT_FALSE(fields.traits().duplicate_names);
  EXPECT_EQ(fields.size(), 1u);
}

}  // namespace
}  // namespace tailrace
