#include "agent/base/log_text.h"

#include <gtest/gtest.h>

#include <string>

namespace tailrace {
namespace {

std::string Shown(std::string_view text) {
  std::string out;
  AppendLogText(out, text);
  return out;
}

TEST(AppendLogText, AnythingBecomesTextInsideAJsonString) {
  const struct {
    std::string text, shown;
  } cases[] = {
      {"plain", "plain"},
      {"\"} \\", "\\\"} \\\\"},
      {std::string("\0\n\x1b[2J\x7f", 7), "\\u0000\\u000a\\u001b[2J\\u007f"},
      {"\xC2\x9B"
       "2J",
       "\\u009b2J"},  // The escape character of eight bits.
      {"gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80",
       "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80"},
      {"a\xFFz", "a\xEF\xBF\xBDz"},
      {"\xC3", "\xEF\xBF\xBD"},
      {"\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD"},                  // Not the shortest form.
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // A surrogate.
      {"\xE2\x82"
       "a",
       "\xEF\xBF\xBD\xEF\xBF\xBD"
       "a"},
  };
  for (const auto& c : cases) EXPECT_EQ(Shown(c.text), c.shown);
}

TEST(AppendLogText, ALongTextIsCutBetweenCharacters) {
  EXPECT_EQ(Shown(std::string(2048, 'x')), std::string(2048, 'x'));
  EXPECT_EQ(Shown(std::string(2049, 'x')), std::string(2048, 'x') + "...");
  EXPECT_EQ(Shown(std::string(2046, 'x') + "\xE2\x82\xAC"), std::string(2046, 'x') + "...");
}

}  // namespace
}  // namespace tailrace
