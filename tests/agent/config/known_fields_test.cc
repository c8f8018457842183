// The warning about a field that nothing can produce.
#include <gtest/gtest.h>

#include <string>

#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

LoadedText LoadStages(const std::string& stages) {
  return LoadText(std::string("agent: {id_key: mine}\n"
                              "pipelines:\n"
                              "  all:\n"
                              "    from: pods\n"
                              "    to: out\n"
                              "    stages:\n") +
                  stages + kSources + kSinks);
}

TEST(KnownFields, AFieldThatNothingMakesIsReportedAtItsStageOnce) {
  EXPECT_EQ(
      LoadStages("      - parse: {pattern: '<ip> <status>'}\n"
                 "      - drop: 'statsu=3 or statsu=4'\n")
          .diagnostics,
      "tailrace.yaml:8:9: warning: no stage before this one makes a field \"statsu\", nor has "
      "a record one; did you mean \"status\"?\n"
      "      - drop: 'statsu=3 or statsu=4'\n"
      "        ^\n");
}

struct Case {
  std::string stages;
  std::string unknown;  // "": no warning.
};

const Case kCases[] = {
    // Without a parser there is the text.
    {"- drop: 'message=\"x\"'", ""},
    {"- remove: level", "level"},
    {"- parse: none\n      - remove: level", "level"},
    // Labels are no fields, and what the agent writes is not looked for.
    {"- drop: 'namespace=\"x\"'", ""},
    {"- drop: '.log.offset > 5'", ""},
    // Parsers whose fields the text names make anything.
    {"- parse: json\n      - remove: level", ""},
    {"- parse: [{pattern: '<a> <b>'}, logfmt]\n      - remove: level", ""},
    {"- parse: klog\n      - remove: level", ""},
    {"- parse: syslog\n      - remove: level", ""},
    {"- parse: key_value\n      - remove: level", ""},
    {"- parse: csv\n      - remove: level", ""},
    // The others make what they name.
    {"- parse: {csv: {columns: [a, b]}}\n      - remove: [a, b]", ""},
    {"- parse: {csv: {columns: [a, b]}}\n      - remove: c", "c"},
    {"- parse: {regex: '(?P<a>x)(y)'}\n      - remove: a", ""},
    {"- parse: {regex: '(?P<a>x)(y)'}\n      - remove: y", "y"},
    {"- parse: {grok: '%{WORD:a} %{NUMBER:[b][c]:int}'}\n      - remove: [a, b.c, b]", ""},
    {"- parse: {grok: '%{WORD:a} %{NUMBER:b}'}\n      - remove: WORD", "WORD"},
    {"- parse: redis\n      - remove: [process.pid, log.level]", ""},
    {"- parse: redis\n      - remove: http.request.method", "http.request.method"},
    {"- parse: [redis, json]\n      - remove: http.request.method", ""},
    // Below `into` there is whatever the parser makes, and nowhere else.
    {"- {parse: {pattern: '<a> <b>'}, into: p}\n      - remove: p.a", ""},
    {"- {parse: {pattern: '<a> <b>'}, into: p}\n      - remove: a", "a"},
    {"- {parse: json, into: p}\n      - remove: a", "a"},
    // Stages make names, which later ones may use, above and below as well.
    {"- set: {http.status: 5}\n      - remove: http", ""},
    {"- set: {x: {y: 5}}\n      - remove: x.y", ""},
    {"- set: {x: 5}\n      - rename: {x: y}\n      - drop: 'y=5 and x=5'", ""},
    {"- set: {x: 5, y: '{{ .x }}'}", ""},
    {"- set: {x: '{{ .y }}'}", "y"},
    {"- {set: {x: 5}, when: 'y=5'}", "y"},
    {"- timestamp: {field: ts, format: rfc3339}", "ts"},
    // Removed for some records or for all: it is known still.
    {"- set: {x: 5}\n      - remove: x\n      - drop: 'x=5'", ""},
};

TEST(KnownFields, AreWhatTheStagesBeforeCanMake) {
  for (const Case& c : kCases) {
    const LoadedText loaded = LoadStages("      " + c.stages + "\n");
    EXPECT_EQ(loaded.errors, 0U) << c.stages << loaded.diagnostics;
    EXPECT_EQ(loaded.warnings, c.unknown.empty() ? 0U : 1U) << c.stages << loaded.diagnostics;
    if (c.unknown.empty()) continue;
    EXPECT_NE(loaded.diagnostics.find("a field \"" + c.unknown + "\","), std::string::npos)
        << c.stages << loaded.diagnostics;
  }
}

TEST(KnownFields, BehindAStageThatIsWrongAnythingMayBe) {
  const LoadedText loaded = LoadStages("      - parse: jsno\n      - remove: level\n");
  EXPECT_EQ(loaded.errors, 1U);
  EXPECT_EQ(loaded.warnings, 0U) << loaded.diagnostics;
}

}  // namespace
}  // namespace tailrace
