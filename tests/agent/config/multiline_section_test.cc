// The stage `multiline` as it is written, and what is wrong with it as it is shown.
#include "agent/config/multiline_section.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;

std::string WithStages(const std::string& stages) {
  return "pipelines:\n  all:\n    from: pods\n    to: out\n    stages:\n" + stages + kSources +
         kSinks;
}

MultilineStageOptions Loaded(const std::string& value) {
  const LoadedText loaded = LoadText(WithStages("      - multiline: " + value + "\n"));
  EXPECT_EQ(loaded.errors, 0u) << loaded.diagnostics;
  return loaded.config->pipelines[0].multiline.value();
}

TEST(MultilineSection, TakesALanguageAListOrAMap) {
  EXPECT_EQ(Loaded("java").rules.languages(), kTraceJava);
  EXPECT_EQ(Loaded("[java, go]").rules.languages(), kTraceJava | kTraceGo);
  EXPECT_EQ(Loaded("all").rules.languages(), kTraceAll);
  const MultilineStageOptions options = Loaded(
      "{languages: [python], start: '^S', continue: '^c', end: '^e', timeout: 250ms, "
      "max_lines: 7, max_bytes: 2KiB}");
  EXPECT_EQ(options.rules.languages(), kTracePython);
  EXPECT_TRUE(options.rules.start() && options.rules.continuation() && options.rules.end());
  EXPECT_EQ(options.timeout, milliseconds(250));
  EXPECT_EQ(options.max_lines, 7u);
  EXPECT_EQ(options.max_bytes, 2048u);
}

TEST(MultilineSection, HasTheDefaultsOfItsOptions) {
  const MultilineStageOptions loaded = Loaded("{languages: java}");
  const MultilineStageOptions defaults{loaded.rules};
  EXPECT_EQ(loaded.max_lines, defaults.max_lines);
  EXPECT_EQ(loaded.max_bytes, defaults.max_bytes);
  EXPECT_EQ(loaded.timeout, defaults.timeout);
}

TEST(MultilineSection, StandsBeforeAnyOtherStage) {
  const LoadedText loaded = LoadText(WithStages("      - multiline: java\n      - parse: json\n"));
  EXPECT_EQ(loaded.errors, 0u) << loaded.diagnostics;
  EXPECT_TRUE(loaded.config->pipelines[0].multiline.has_value());
  EXPECT_TRUE(loaded.config->pipelines[0].plain_parse.json);
}

struct Case {
  const char* stages;
  const char* error;  // Of the first line.
};

const Case kCases[] = {
    {"      - multiline: jav\n",
     "tailrace.yaml:6:20: error: unknown multiline language \"jav\"; did you mean java?"},
    {"      - multiline: [java, cobol]\n",
     "tailrace.yaml:6:27: error: unknown multiline language \"cobol\""},
    {"      - multiline: []\n",
     "tailrace.yaml:6:20: error: multiline needs a language or a pattern"},
    {"      - multiline: {timeout: 1s}\n",
     "tailrace.yaml:6:20: error: multiline needs a language or a pattern"},
    {"      - multiline: {languages: java, continue: '^ '}\n",
     "tailrace.yaml:6:20: error: multiline: continue or end without start take every line, so "
     "nothing is left for the languages; add a start or leave the languages out"},
    {"      - multiline: {strat: '^S'}\n",
     "tailrace.yaml:6:21: error: unknown key \"strat\" in \"multiline\"; did you mean \"start\"?"},
    {"      - multiline: {start: '^S', max_lines: 1}\n",
     "tailrace.yaml:6:45: error: \"max_lines\": must be from 2 to 100000"},
    {"      - multiline: {start: '^S', max_bytes: 9MiB}\n",
     "tailrace.yaml:6:45: error: \"max_bytes\": must be from 1B to 8MiB"},
    {"      - parse: json\n      - multiline: java\n",
     "tailrace.yaml:7:9: error: \"multiline\" must be the first stage: it joins lines, and the "
     "others take what is joined"},
    {"      - multiline: java\n      - multiline: go\n",
     "tailrace.yaml:7:9: error: a pipeline joins lines once"},
    {"      - {multiline: java, when: 'a=\"b\"'}\n",
     "tailrace.yaml:6:27: error: \"when\" is not supported beside \"multiline\""},
};

TEST(MultilineSection, SaysWhatIsWrongAndWhere) {
  for (const Case& one : kCases) {
    const LoadedText loaded = LoadText(WithStages(one.stages));
    EXPECT_EQ(loaded.errors, 1u) << loaded.diagnostics;
    EXPECT_EQ(loaded.diagnostics.substr(0, loaded.diagnostics.find('\n')), one.error);
  }
}

TEST(MultilineSection, APatternThatIsNoneIsPointedAt) {
  const LoadedText loaded = LoadText(WithStages("      - multiline: {start: 'a(b'}\n"));
  EXPECT_EQ(loaded.errors, 1u);
  EXPECT_EQ(loaded.diagnostics.find("tailrace.yaml:6:"), 0u) << loaded.diagnostics;
  EXPECT_NE(loaded.diagnostics.find("\"start\": "), std::string::npos) << loaded.diagnostics;
}

}  // namespace
}  // namespace tailrace
