#include "tests/parsers/multiline_run.h"

#include <gtest/gtest.h>

#include "parsers/format.h"

namespace tailrace {

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<Event> EventsOf(const MultilineRules& rules, const std::vector<std::string>& lines) {
  std::vector<Event> events;
  MultilineState state;
  for (const std::string& line : lines) {
    const std::string padded = line + std::string(kTextPaddingBytes, ':');
    const bool was_open = state.open();
    const LineRole role = state.Next(rules, std::string_view(padded).substr(0, line.size()));
    const bool joins = role == LineRole::kContinues || role == LineRole::kEnds;
    EXPECT_TRUE(was_open || !joins) << line;
    EXPECT_EQ(state.open(), role == LineRole::kBegins || role == LineRole::kContinues) << line;
    if (!joins) events.emplace_back();
    events.back().push_back(line);
  }
  return events;
}

MultilineRules RulesFor(std::vector<std::string> languages) {
  return MultilineRules::Compile({.languages = std::move(languages)}).value();
}

}  // namespace tailrace
