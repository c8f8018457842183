#include "agent/json/json_rewrite.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/agent/json/padded_text.h"
#include "tests/agent/json/reference_json.h"

namespace tailrace {
namespace {

struct Rewritten {
  std::string text;
  RewriteCounts counts;
};

Rewritten Rewrite(std::string_view text) {
  const PaddedText padded(text);
  JsonRewriter rewriter;
  JsonFields fields;
  Rewritten result;
  result.counts = rewriter.Rewrite(padded.view(), result.text, fields);
  return result;
}

TEST(JsonRewriter, MakesObjectsSafe) {
  struct Case {
    std::string_view text, rewritten;
    uint32_t duplicates, renamed;
  };
  const Case kCases[] = {
      {"{}", "{}", 0, 0},
      {" {\n\"a\" :\r1 , \"b\": [ 1 , {} ] } ", "{\"a\":1,\"b\":[1,{}]}", 0, 0},
      {"{\"a\":1,\"b\":2,\"a\":3}", "{\"b\":2,\"a\":3}", 1, 0},
      {"{\"a\":1,\"a\":2,\"a\":3}", "{\"a\":3}", 2, 0},
      {"{\"a\":{\"x\":1,\"x\":[{\"y\":2}]},\"\\u0061\":3,\"b\":4}", "{\"\\u0061\":3,\"b\":4}", 2,
       0},
      {"{\"a\":{\"x\":1,\"x\":2},\"b\":[{\"x\":1},{\"x\":1,\"x\":2}]}",
       "{\"a\":{\"x\":2},\"b\":[{\"x\":1},{\"x\":2}]}", 2, 0},
      {"{\"\":1,\"_\":2}", "{\"_\":2}", 1, 1},
      {"{\"_\":1,\"\":2}", "{\"_\":2}", 1, 1},
      {"{\".a\":{\"b..c\":1},\"\\\"\\u002e\":2}", "{\"_.a\":{\"b._.c\":1},\"\\\"._\":2}", 0, 3},
      {"{\"a\":\"\\ud800x\\udc00\\ud83d\\ude00\"}", "{\"a\":\"\\ufffdx\\ufffd\\ud83d\\ude00\"}", 0,
       0},
      {"{\"\\ud800\":1,\"\\udc00\":2}", "{\"\\ufffd\":2}", 1, 0},
      {"{\"a\":\"{,:}\\\"\",\"n\":-1.50e+7}", "{\"a\":\"{,:}\\\"\",\"n\":-1.50e+7}", 0, 0}};
  for (const Case& c : kCases) {
    const Rewritten result = Rewrite(c.text);
    EXPECT_EQ(result.text, c.rewritten);
    EXPECT_EQ(result.counts.duplicates, c.duplicates) << c.text;
    EXPECT_EQ(result.counts.renamed, c.renamed) << c.text;
  }
}

// What an independent parser reads, with the names repaired and later ones in place of earlier.
nlohmann::json Repaired(const nlohmann::json& value) {
  if (value.is_array()) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& element : value) out.push_back(Repaired(element));
    return out;
  }
  if (!value.is_object()) return value;
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [name, member] : value.items()) out[name] = Repaired(member);
  return out;
}

bool AnyNameNeedsRepair(const JsonTraits& traits) { return traits.unsafe_names; }

TEST(JsonRewriter, KeepsWhatAnIndependentParserReads) {
  RandomJson random(6);
  JsonWalker walker;
  JsonRewriter rewriter;
  JsonFields fields;
  JsonFields rewritten_fields;
  int compared = 0;
  for (int i = 0; i < 20000; ++i) {
    const PaddedText text(random.Object(4));
    ASSERT_EQ(walker.Walk(text.view(), fields), WalkResult::kObject);
    std::string out;
    const RewriteCounts counts = rewriter.Rewrite(text.view(), out, rewritten_fields);
    EXPECT_EQ(counts.duplicates > 0 || counts.renamed > 0,
              fields.traits().duplicate_names || fields.traits().unsafe_names)
        << text.view();
    ASSERT_LE(out.size(), 2 * text.view().size() + 64);
    const auto reread = ReferenceParse(out);
    ASSERT_TRUE(reread.has_value()) << out;
    if (!AnyNameNeedsRepair(fields.traits())) {
      ASSERT_EQ(*reread, Repaired(*ReferenceParse(text.view()))) << text.view();
      ++compared;
    }
    const PaddedText again(out);
    ASSERT_EQ(walker.Walk(again.view(), fields), WalkResult::kObject);
    EXPECT_FALSE(fields.traits().needs_rewrite()) << out;
    ASSERT_EQ(fields.size(), rewritten_fields.size());
    for (size_t f = 0; f < fields.size(); ++f) {
      EXPECT_EQ(fields[f].key(out), rewritten_fields[f].key(out));
      EXPECT_EQ(fields[f].value(out), rewritten_fields[f].value(out));
      EXPECT_EQ(fields[f].kind, rewritten_fields[f].kind);
      EXPECT_EQ(fields[f].key_escaped, rewritten_fields[f].key_escaped);
    }
  }
  EXPECT_GT(compared, 1000);
}

TEST(JsonRewriter, TakesAMillionNamesOfOneObject) {
  std::string text = "{";
  for (int i = 0; i < 1000000; ++i) {
    if (i > 0) text += ',';
    text += "\"n" + std::to_string(i % 500000) + "\":1";
  }
  text += "}";
  const Rewritten result = Rewrite(text);
  EXPECT_EQ(result.counts.duplicates, 500000u);
}

}  // namespace
}  // namespace tailrace
