#include "agent/yaml/diagnostics.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tailrace {
namespace {

std::string RenderedAt(std::string text, size_t offset) {
  const SourceText source("f.yaml", std::move(text));
  Diagnostics diagnostics;
  diagnostics.Error({&source, offset}, {"bad ", "thing"});
  return diagnostics.Render();
}

TEST(Diagnostics, TheCaretStandsUnderItsCharacter) {
  struct Case {
    std::string text;
    size_t offset;
    std::string_view rendered;
  };
  const Case cases[] = {
      {"a: b\n  c: d\n", 7, "f.yaml:2:3: error: bad thing\n  c: d\n  ^\n"},
      {"\ta:\tb\n", 4, "f.yaml:1:5: error: bad thing\n\ta:\tb\n\t  \t^\n"},
      {"\xC3\xA9: \xC3\xBC\n", 4, "f.yaml:1:4: error: bad thing\n\xC3\xA9: \xC3\xBC\n   ^\n"},
      {"a\r\nb\r\n", 3, "f.yaml:2:1: error: bad thing\nb\n^\n"},
      {"", 0, "f.yaml:1:1: error: bad thing\n\n^\n"},
      {"abc", 3, "f.yaml:1:4: error: bad thing\nabc\n   ^\n"},
      {"a\x01"
       "b\xFF"
       "c",
       4, "f.yaml:1:5: error: bad thing\na?b?c\n    ^\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(RenderedAt(c.text, c.offset), c.rendered);
}

TEST(Diagnostics, LongLinesAreCutAroundTheCaret) {
  const std::string line = std::string(1000, 'x') + "!" + std::string(1000, 'y');
  EXPECT_EQ(RenderedAt(line, 1000), "f.yaml:1:1001: error: bad thing\n..." + std::string(100, 'x') +
                                        "!" + std::string(99, 'y') + "...\n" +
                                        std::string(103, ' ') + "^\n");
}

TEST(Diagnostics, SecretsInTheLineAreMaskedAndTheCaretStaysRight) {
  EXPECT_EQ(RenderedAt("{password: hunter22, user: x}", 21),
            "f.yaml:1:22: error: bad thing\n{password: ***, user: x}\n                ^\n");
  EXPECT_EQ(RenderedAt("password: hunter2", 13),
            "f.yaml:1:14: error: bad thing\npassword: ***\n          ^\n");
}

TEST(Diagnostics, AreRenderedInTheOrderOfTheFile) {
  const SourceText source("f", "a\nb\n");
  Diagnostics diagnostics;
  diagnostics.Hint({&source, 2}, {"three"});
  diagnostics.Warning({&source, 0}, {"two"});
  diagnostics.ErrorInFile("f", {"one"});
  diagnostics.HintInFile("e", {"zero"});
  EXPECT_EQ(diagnostics.Render(),
            "e: hint: zero\nf: error: one\nf:1:1: warning: two\na\n^\nf:2:1: hint: three\nb\n^\n");
  EXPECT_EQ(diagnostics.errors(), 1u);
  EXPECT_EQ(diagnostics.warnings(), 1u);
}

TEST(Diagnostics, KeepsAHundredAndCountsTheRest) {
  Diagnostics diagnostics;
  for (int i = 0; i < 103; ++i) diagnostics.ErrorInFile("f", {"x"});
  EXPECT_EQ(diagnostics.errors(), 103u);
  EXPECT_TRUE(diagnostics.Render().ends_with("f: error: x\nand 3 more\n"));
}

TEST(Diagnostics, NothingRendersAsNothing) { EXPECT_EQ(Diagnostics().Render(), ""); }

TEST(SuggestName, NamesTheNearestOrAllWhenFew) {
  EXPECT_EQ(SuggestName("includ", {"include", "exclude"}), "; did you mean \"include\"?");
  EXPECT_EQ(SuggestName("zzz", {"include", "exclude"}), "; known: include, exclude");
  EXPECT_EQ(SuggestName("zzz", {}), "");
}

TEST(Quoted, EscapesControlBytesAndCutsAtACharacter) {
  EXPECT_EQ(Quoted("a\nb"), "\"a\\x0ab\"");
  EXPECT_EQ(Quoted(std::string(80, 'x')), "\"" + std::string(80, 'x') + "\"");
  EXPECT_EQ(Quoted(std::string(79, 'x') + "\xC3\xA9"), "\"" + std::string(79, 'x') + "...\"");
}

}  // namespace
}  // namespace tailrace
