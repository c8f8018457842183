// Files that are made to exhaust something.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "agent/yaml/yaml_document.h"

namespace tailrace {
namespace {

std::string Repeated(std::string_view text, size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string NestedMaps(size_t depth) {
  std::string out;
  for (size_t i = 0; i < depth; ++i) out += std::string(i, ' ') + "a:\n";
  return out;
}

// Each level names the one before ten times: 10^levels values when expanded.
std::string AliasBomb(int levels) {
  std::string out = "a0: &a0 [x, x]\n";
  for (int i = 1; i <= levels; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    out += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    out += Repeated(before + ", ", 9) + before + "]\n";
  }
  return out;
}

TEST(YamlHostile, WhatBreaksABoundIsRefusedWithOneError) {
  struct Case {
    std::string_view name;
    std::string yaml;
    std::string_view message;
  };
  const Case cases[] = {
      {"brackets", Repeated("[", 10'000), "nested over 64 levels deep"},
      {"braces", Repeated("{a: ", 10'000), "nested over 64 levels deep"},
      {"dashes", Repeated("- ", 10'000), "nested over 64 levels deep"},
      {"questions", Repeated("? ", 10'000), "nested over 64 levels deep"},
      {"indents", NestedMaps(1000), "nested over 64 levels deep"},
      {"alias bomb", AliasBomb(9), "over 100000 values when aliases are expanded"},
      {"alias quadratic",
       "a: &a [" + Repeated("x, ", 400) + "x]\nb: [" + Repeated("*a, ", 400) + "*a]\n",
       "over 100000 values when aliases are expanded"},
      {"many values", "[" + Repeated("a, ", 200'000) + "a]", "over 100000 values"},
      {"too large", std::string(YamlDocument::kMaxBytes + 1, ' '), "the file is larger than 4 MiB"},
      {"one long quote", "a: \"" + std::string(1'000'000, 'x'), "quote"},
      {"colons", std::string(100'000, ':'), "invalid YAML"},
      {"bangs", std::string(100'000, '!'), "invalid YAML"},
      {"nul bytes", std::string(1000, '\0'), "a control character"},
      {"utf-16",
       std::string("\xFF\xFE"
                   "a\0:\0",
                   6),
       "not UTF-8"},
  };
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    EXPECT_EQ(YamlDocument::Parse("f", c.yaml, diagnostics), nullptr) << c.name;
    EXPECT_EQ(diagnostics.errors(), 1u) << c.name;
    const std::string rendered = diagnostics.Render();
    EXPECT_NE(rendered.find(c.message), std::string::npos) << c.name << "\n" << rendered;
    EXPECT_LT(rendered.size(), 1000u) << c.name;
  }
}

TEST(YamlHostile, WhatStaysWithinTheBoundsIsRead) {
  const std::string cases[] = {
      NestedMaps(YamlDocument::kMaxDepth - 1) + std::string(YamlDocument::kMaxDepth - 1, ' ') + "b",
      Repeated("[", YamlDocument::kMaxDepth) + Repeated("]", YamlDocument::kMaxDepth),
      AliasBomb(3),
      "[" + Repeated("a, ", 90'000) + "a]",
      std::string(YamlDocument::kMaxBytes, ' '),
      "a: \"" + std::string(1'000'000, 'x') + "\"",
  };
  for (const std::string& yaml : cases) {
    Diagnostics diagnostics;
    EXPECT_NE(YamlDocument::Parse("f", yaml, diagnostics), nullptr) << diagnostics.Render();
  }
}

TEST(YamlHostile, ThousandsOfDuplicatesAreReportedInBoundedSpace) {
  Diagnostics diagnostics;
  EXPECT_NE(YamlDocument::Parse("f", Repeated("a: 1\n", 20'000), diagnostics), nullptr);
  EXPECT_EQ(diagnostics.errors(), 19'999u);
  EXPECT_TRUE(diagnostics.Render().ends_with("and 19899 more\n"));
}

}  // namespace
}  // namespace tailrace
