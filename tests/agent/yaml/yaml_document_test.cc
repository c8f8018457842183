#include "agent/yaml/yaml_document.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace tailrace {
namespace {

// The tree in one line, so that a table can hold it.
std::string Flat(const YamlNode& node) {
  switch (node.kind()) {
    case YamlNode::Kind::kNull:
      return "~";
    case YamlNode::Kind::kScalar:
      return "'" + node.text() + "'";
    case YamlNode::Kind::kSequence: {
      std::string out = "[";
      for (const YamlNode* item : node.items()) out += Flat(*item) + " ";
      return out + "]";
    }
    case YamlNode::Kind::kMap:
      break;
  }
  std::string out = "{";
  for (const YamlEntry& entry : node.entries()) {
    out += entry.key->text() + ":" + Flat(*entry.value) + " ";
  }
  return out + "}";
}

TEST(YamlDocument, ReadsWhatConfigsUse) {
  struct Case {
    std::string yaml;
    std::string_view tree;
  };
  const Case cases[] = {
      {"", "~"},
      {"# nothing\n", "~"},
      {"\xEF\xBB\xBF"
       "a: b\n",
       "{a:'b' }"},
      {"a: b\r\nc: 'd'\r\n", "{a:'b' c:'d' }"},
      {"---\na: b\n...\n", "{a:'b' }"},
      {"%YAML 1.2\n---\na: b\n", "{a:'b' }"},
      {"a: ~\nb: null\nc:\nd: ''\n", "{a:~ b:~ c:~ d:'' }"},
      {"a: [1, two, \"three\"]\nb: {c: d, e: [f]}\n",
       "{a:['1' 'two' 'three' ] b:{c:'d' e:['f' ] } }"},
      {"- a\n- b: c\n  d: e\n", "['a' {b:'c' d:'e' } ]"},
      {"a: &x {b: c}\nd: *x\n", "{a:{b:'c' } d:{b:'c' } }"},
      {"a: |\n  one\n  two\nb: >-\n  one\n  two\n", "{a:'one\ntwo\n' b:'one two' }"},
      {"a: \"x\\ty\"\nb: 'it''s'\nc: !!str 1\n", "{a:'x\ty' b:'it's' c:'1' }"},
      {"\"<<\": a\n", "{<<:'a' }"},  // In quotes it is a key like any other.
      {"a: b # c\n", "{a:'b' }"},
      {"\xC3\xA9: \xF0\x9F\x98\x80\n", "{\xC3\xA9:'\xF0\x9F\x98\x80' }"},
  };
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    const auto document = YamlDocument::Parse("f", c.yaml, diagnostics);
    ASSERT_NE(document, nullptr) << c.yaml << diagnostics.Render();
    EXPECT_EQ(Flat(document->root()), c.tree) << c.yaml;
    EXPECT_EQ(diagnostics.Render(), "") << c.yaml;
  }
}

struct Refusal {
  std::string yaml;
  std::string_view rendered;
  bool goes_on;  // The rest can still be looked at.
};

void ExpectRefused(const Refusal& c) {
  Diagnostics diagnostics;
  const auto document = YamlDocument::Parse("f", c.yaml, diagnostics);
  EXPECT_EQ(document != nullptr, c.goes_on) << c.yaml;
  EXPECT_EQ(diagnostics.Render(), c.rendered) << c.yaml;
}

TEST(YamlDocument, WhatIsRefusedIsShownWithItsPlace) {
  const Refusal cases[] = {
      {"a: 1\nb: 2\na: 3\na: 4\n",
       "f:3:1: error: duplicate key \"a\"; it stands in line 1 as well\na: 3\n^\n"
       "f:4:1: error: duplicate key \"a\"; it stands in line 1 as well\na: 4\n^\n",
       true},
      {"x: {k: 1, 'k': 2}\n",
       "f:1:11: error: duplicate key \"k\"; it stands in line 1 as well\n"
       "x: {k: 1, 'k': 2}\n          ^\n",
       true},
      {"a: &x {b: c}\nd:\n  <<: *x\n  e: f\n",
       "f:3:3: error: the merge key \"<<\" is not supported; write the keys out\n  <<: *x\n  ^\n",
       true},
      {"? [a]\n: b\n", "f:1:3: error: a key must be a name, not a list\n? [a]\n  ^\n", true},
      {": b\n", "f:1:1: error: a key must be a name, not nothing\n: b\n^\n", true},
      {"a: !secret b\n", "f:1:4: error: tags are not supported: \"!secret\"\na: !secret b\n   ^\n",
       true},
  };
  for (const Refusal& c : cases) ExpectRefused(c);
}

TEST(YamlDocument, WhatIsNoYamlIsShownWithItsPlace) {
  const Refusal cases[] = {
      {"a: b\n---\nc: d\n",
       "f:2:1: error: a second YAML document; a config file holds one\n---\n^\n", false},
      {"a: b\n...\nc: d\n",
       "f:3:1: error: a second YAML document; a config file holds one\nc: d\n^\n", false},
      {"- a\nb: c\n",
       "f:2:1: error: this does not belong to what is above; is the indentation right?\nb: c\n^\n",
       false},
      {"a:\n\tb: c\n", "f:2:1: error: a tab; YAML is indented with spaces\n\tb: c\n^\n", false},
      {"a: b\n  \tc: d\n", "f:2:3: error: a tab; YAML is indented with spaces\n  \tc: d\n  ^\n",
       false},
      {"a: \"unclosed\nb: c\n", "f:1:4: error: this quote is never closed\na: \"unclosed\n   ^\n",
       false},
      {"a: 'it''s\n", "f:1:4: error: this quote is never closed\na: 'it''s\n   ^\n", false},
      {"a: b\nc\n", "f:2:1: error: expected \": \" after the key \"c\"\nc\n^\n", false},
      {"a:\n- b\n-c\n", "f:3:1: error: expected \": \" after the key \"-c\"\n-c\n^\n", false},
      {"a: b: c\n",
       "f:1:5: error: invalid YAML: a \":\" cannot stand here; is the indentation right, or does a "
       "value need quotes?\na: b: c\n    ^\n",
       false},
      {"a: [1, 2\n", "f:2:1: error: invalid YAML: expected \",\" or \"]\" here\n\n^\n", false},
      {"a: {b: c\n", "f:2:1: error: invalid YAML: expected \",\" or \"}\" here\n\n^\n", false},
      {"a: b\n]\n", "f:2:1: error: invalid YAML: this bracket was never opened\n]\n^\n", false},
      {"a: @x\n",
       "f:1:4: error: invalid YAML: a value that begins like this needs quotes\na: @x\n   ^\n",
       false},
      {"a: 'x' y\n",
       "f:1:8: error: invalid YAML: this does not fit what is above; is the indentation right, or "
       "does a value need quotes?\na: 'x' y\n       ^\n",
       false},
      {"a: *x\n", "f:1:4: error: invalid YAML: this alias has no anchor\na: *x\n   ^\n", false},
      {"a: &x [*x]\n",
       "f:1:8: error: this alias stands inside of what it stands for\na: &x [*x]\n       ^\n",
       false},
      {"a: \"\\q\"\n",
       "f:1:7: error: invalid YAML: unknown escape character: q\na: \"\\q\"\n      ^\n", false},
      {"a: \xFF\n", "f:1:4: error: this byte is not UTF-8\na: ?\n   ^\n", false},
      {std::string("a: \0\n", 5), "f:1:4: error: a control character; YAML is text\na: ?\n   ^\n",
       false},
  };
  for (const Refusal& c : cases) ExpectRefused(c);
}

TEST(YamlDocument, MarksAreThoseOfTheSource) {
  Diagnostics diagnostics;
  const auto document = YamlDocument::Parse("f",
                                            "\xEF\xBB\xBF"
                                            "a:\n  \xC3\xA9: {b: \"c\"}\n  d:\n",
                                            diagnostics);
  ASSERT_NE(document, nullptr);
  const YamlNode& a = *document->root().Find("a");
  const YamlNode& b = *a.Find("\xC3\xA9")->Find("b");
  EXPECT_EQ(b.place().source->MarkAt(b.place().offset).line, 2u);
  EXPECT_EQ(b.place().source->MarkAt(b.place().offset).column, 10u);
  const YamlNode& d = *a.Find("d");  // Nothing: at its key.
  EXPECT_EQ(d.place().source->MarkAt(d.place().offset).line, 3u);
  EXPECT_EQ(d.place().source->MarkAt(d.place().offset).column, 3u);
}

}  // namespace
}  // namespace tailrace
