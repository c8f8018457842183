#include "tests/agent/redact/labelled/labelled_set.h"

#include <string>

#include "tests/agent/redact/labelled/dice.h"
#include "tests/agent/redact/labelled/line_patterns.h"
#include "tests/agent/redact/labelled/pattern.h"

namespace tailrace {
namespace {

constexpr unsigned kHitLinesEach = 300;
constexpr unsigned kNearMissesEach = 45;

// What programs write around a message.
struct Surroundings {
  std::string_view before;
  std::string_view after;
  bool json = false;  // The message stands in a JSON string.
};
constexpr Surroundings kSurroundings[] = {
    {"", "", false},
    {"", "", false},
    {"`ts_iso` INFO ", "", false},
    {"`ts_space` [worker-`n2`] WARN com.acme.Shop - ", "", false},
    {"<134>1 `ts_iso` `host` shop `n5` - - ", "", false},
    {"`ts_syslog` `host` shop[`n5`]: ", "", false},
    {"I0501 `clock`.000`n3`       1 main.go:`n3`] ", "", false},
    {R"({"ts":"`ts_iso`","level":"info","msg":")", R"(","trace":"`hex32`","took":`decimal`})",
     true},
    {R"(level=info ts=`ts_iso` caller=main.go:42 msg=")", R"(" took=`decimal`ms)", true},
    {"`ts_iso` stdout F ", "", false},
};

LabelledLine MakeLine(std::string_view pattern, Dice& dice) {
  const bool quotable = pattern.find_first_of("\"\\\n") == std::string_view::npos;
  const Surroundings* around;
  do {
    around = &dice.Pick(kSurroundings);
  } while (around->json && !quotable);
  LabelledLine line;
  line.pattern = pattern;
  Expand(around->before, dice, line);
  LabelledLine message;
  Expand(pattern, dice, message);
  if (around->json && message.text.find_first_of("\"\\\n") != std::string::npos) {
    message.pattern = pattern;
    return message;  // Its values need escapes; that is another test's matter.
  }
  const size_t offset = line.text.size();
  line.text += message.text;
  for (const Label& label : message.labels) {
    line.labels.push_back({label.detector, label.begin + offset, label.end + offset});
  }
  Expand(around->after, dice, line);
  return line;
}

void AddNearMisses(LinePatterns patterns, Dice& dice, std::vector<LabelledLine>& lines) {
  for (std::string_view pattern : patterns) {
    for (unsigned i = 0; i < kNearMissesEach; ++i) lines.push_back(MakeLine(pattern, dice));
  }
}

}  // namespace

std::vector<LabelledLine> MakeHits() {
  std::vector<LabelledLine> lines;
  Dice dice(20240501);
  for (const auto group : {PersonalHits(), CredentialHits()}) {
    for (const HitPatterns& hits : group) {
      for (unsigned i = 0; i < kHitLinesEach; ++i) {
        lines.push_back(MakeLine(hits.patterns[i % hits.patterns.size()], dice));
      }
    }
  }
  return lines;
}

std::vector<LabelledLine> MakeNearMisses() {
  std::vector<LabelledLine> lines;
  Dice dice(20240502);
  AddNearMisses(NumberNearMisses(), dice, lines);
  AddNearMisses(TextNearMisses(), dice, lines);
  return lines;
}

}  // namespace tailrace
