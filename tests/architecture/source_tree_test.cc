#include "tests/architecture/source_tree.h"

#include <gtest/gtest.h>

#include <string_view>

namespace tailrace {
namespace {

TEST(BlankedCode, LeavesCodeAndKeepsEveryLineAndColumn) {
  struct Case {
    std::string_view text;
    std::string_view blanked;
  };
  const Case cases[] = {
      {"a // b\nc", "a     \nc"},
      {"a /* b\nc */ d", "a     \n     d"},
      {"f(\"a//b\")", "f(\"    \")"},
      {"\"\\\"\" + x", "\"  \" + x"},
      {"'\"' + '\\\\' + x", "' ' + '  ' + x"},
      {"1'000", "1_000"},
      {"u8R\"q(a)\"b)q\" + x", "u8R\"        \" + x"},
      {"// R\"(\nx", "      \nx"},
      {"\"unterminated\nx", "\"            \nx"},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(BlankedCode(c.text), c.blanked) << c.text;
}

TEST(WithoutPreprocessor, BlanksDirectivesWithTheirContinuations) {
  EXPECT_EQ(WithoutPreprocessor("a\n  #if b \\\n  c\nd # e\n"), "a\n         \n   \nd # e\n");
}

}  // namespace
}  // namespace tailrace
