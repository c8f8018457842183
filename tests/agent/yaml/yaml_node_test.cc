#include "agent/yaml/yaml_node.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "agent/yaml/yaml_document.h"

namespace tailrace {
namespace {

TEST(YamlNode, PlaceInTextFollowsTheQuoting) {
  struct Case {
    std::string_view yaml;
    size_t offset;  // In the text of the value.
    size_t line;
    size_t column;
  };
  const Case cases[] = {
      {"k: abc", 0, 1, 4},         {"k: abc", 2, 1, 6},         {"k: \"abc\"", 2, 1, 7},
      {"k: 'abc'", 2, 1, 7},       {"k: 'a''bc'", 2, 1, 8},      // a'|bc
      {"k: \"a\\\"bc\"", 2, 1, 8},                               // a"|bc
      {"k: \"a\\tb\"", 2, 1, 8},   {"k: \"a\\x41b\"", 2, 1, 4},  // Not tracked: the start.
      {"k: '\\d+x'", 3, 1, 8},     // A backslash is itself in single quotes.
      {"k: |\n  abc\n", 1, 1, 4},  // A block: its start.
      {"k: a\\db", 3, 1, 7},
  };
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    const std::unique_ptr<YamlDocument> document =
        YamlDocument::Parse("f", std::string(c.yaml), diagnostics);
    ASSERT_NE(document, nullptr) << diagnostics.Render();
    const Place place = document->root().Find("k")->PlaceInText(c.offset);
    const Mark mark = place.source->MarkAt(place.offset);
    EXPECT_EQ(mark.line, c.line) << c.yaml;
    EXPECT_EQ(mark.column, c.column) << c.yaml;
  }
}

TEST(YamlNode, FindGivesTheValueOrNothing) {
  Diagnostics diagnostics;
  const std::unique_ptr<YamlDocument> document =
      YamlDocument::Parse("f", "a: 1\nb: [x]\nc: {}\nd:\n", diagnostics);
  ASSERT_NE(document, nullptr);
  const YamlNode& root = document->root();
  EXPECT_EQ(root.Find("a")->text(), "1");
  EXPECT_EQ(root.Find("a")->kind_name(), "a value");
  EXPECT_EQ(root.Find("b")->kind_name(), "a list");
  EXPECT_EQ(root.Find("c")->kind_name(), "a map");
  EXPECT_EQ(root.Find("d")->kind_name(), "nothing");
  EXPECT_EQ(root.Find("e"), nullptr);
}

}  // namespace
}  // namespace tailrace
