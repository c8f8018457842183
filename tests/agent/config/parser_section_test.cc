// What `parse:` and its form on the command line become, and what is said where they are wrong.
#include "agent/config/parser_section.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/config/inline_parser.h"
#include "agent/config/preset_library.h"
#include "agent/yaml/yaml_document.h"
#include "tests/agent/config/loaded_text.h"
#include "tests/agent/config/preset_run.h"

namespace tailrace {
namespace {

struct Loaded {
  LoadedParser parser;
  std::string said;
};

// The value behind "parse: " in a file of its own; `folder` is where that stands.
Loaded Load(const std::string& value, const std::string& folder = "") {
  const LoadEnvironment environment = MakeEnvironment();
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  presets.Add("mine", "mine.yaml", "parse: {regex: '(?P<a>x)'}\n");
  presets.Add("broken", "broken.yaml", "parse: {regex: '(?=x)'}\n");
  presets.Add("round", "round.yaml", "parse: [json, round]\n");
  const auto document =
      YamlDocument::Parse(folder + "f.yaml", "parse: " + value + "\n", diagnostics);
  Loaded loaded;
  loaded.parser = LoadParser(context, presets, *document->root().Find("parse"), "parse");
  loaded.said = diagnostics.Render();
  return loaded;
}

std::string Documents(const ParserPlanPtr& plan, const std::vector<std::string>& lines) {
  std::string documents;
  for (const ParsedRecord& record : RunParser(plan, lines, 0)) {
    documents +=
        record.parsed() ? std::to_string(record.alternative) + record.document.dump() : "-";
  }
  return documents;
}

struct ValueCase {
  std::string value;
  std::vector<std::string> lines;
  std::string documents;  // With the number of the parser that took it.
};

TEST(ParserSection, TakesNamesMapsAndLists) {
  const ValueCase kCases[] = {
      {"json", {R"({"a":1})", "x"}, R"(0{"a":1}-)"},
      {"none", {"x"}, "0{}"},
      {"[json, logfmt, none]", {"x", "a=b", R"({"a":1})"}, R"(2{}1{"a":"b"}0{"a":1})"},
      {"{logfmt: {}, types: {a: int, b: bool}}",
       {"a=7 b=true c=7"},
       R"(0{"a":7,"b":true,"c":"7"})"},
      {"{pattern: '<a> <b.c>', types: {b.c: float}}", {"x 1.50"}, R"(0{"a":"x","b.c":1.5})"},
      {"{regex: '^(?<a>\\w+)$'}", {"x", "x y"}, R"(0{"a":"x"}-)"},
      {"{grok: '%{N:a:int} %{WORD:w}', patterns: {N: '[0-9]+'}}", {"7 x"}, R"(0{"a":7,"w":"x"})"},
      {"{grok: '%{COMMONAPACHELOG}', names: legacy}",
       {R"(h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1)"},
       R"(0{"clientip":"h","ident":"-","auth":"-","timestamp":"10/Oct/2000:13:55:36 -0700","verb":"GET",)"
       R"("request":"/","httpversion":"1.0","response":"200","bytes":"1"})"},
      {"{csv: {columns: [a, '', c], delimiter: ;}}", {"1;2;3"}, R"(0{"a":"1","c":"3"})"},
      {"{key_value: {pair_separator: ',', value_separator: ':', quotes: \"'\"}}",
       {"a:'x,y',b:z"},
       R"(0{"a":"x,y","b":"z"})"},
      {"[{syslog: {keep_unknown_escapes: true}}, klog]",
       {R"(<1>1 - - - - - [a b="\c"])"},
       R"(0{"facility":"kern","severity":"alert","version":1,)"
       R"("structured_data":{"a":{"b":"\\c"}}})"},
      {"[mine, json]", {"x", "{}"}, R"(0{"a":"x"}1{})"},
  };
  for (const ValueCase& c : kCases) {
    const Loaded loaded = Load(c.value);
    EXPECT_EQ(loaded.said, "") << c.value;
    ASSERT_NE(loaded.parser.plan, nullptr) << c.value;
    EXPECT_EQ(Documents(loaded.parser.plan, c.lines), c.documents) << c.value;
  }
}

TEST(ParserSection, ReadsPatternFilesFromTheFolderOfTheConfig) {
  const std::string folder = FreshFolder() + "/";
  WriteFile(folder + "own", "# mine\nTWO [0-9]{2}\n");
  const Loaded loaded = Load("{grok: '%{TWO:a}', pattern_files: [own]}", folder);
  EXPECT_EQ(loaded.said, "");
  ASSERT_NE(loaded.parser.plan, nullptr);
  EXPECT_EQ(Documents(loaded.parser.plan, {"42"}), R"(0{"a":"42"})");
}

struct ErrorCase {
  std::string value;
  std::string said;  // The message behind "f.yaml:1:"
};

TEST(ParserSection, SaysWhatIsWrongAndWhere) {
  const ErrorCase kCases[] = {
      {"nginx_acces", R"(8: error: unknown parser "nginx_acces"; did you mean "nginx_access"?)"},
      {"[json, loggfmt]", R"(15: error: unknown parser "loggfmt"; did you mean "logfmt"?)"},
      {"{regex: '(?=x)(?P<a>y)'}",
       R"(17: error: "regex": bad regular expression: look-ahead (?= cannot be expressed in RE2 at byte 0)"},
      {"{grok: '%{WORD:a} (b)\\1'}",
       R"(29: error: "grok": bad regular expression: back-reference \1 cannot be expressed in RE2 at byte 13)"},
      {"{grok: '%{NOPE:a}'}",
       R"(16: error: "grok": bad regular expression: unknown pattern NOPE at byte 0)"},
      {"{regx: 'x'}",
       R"(8: error: a parser needs a key that says which it is, such as "pattern", "regex" or "grok"; did you mean "regex"?)"},
      {"{regex: 'x', grok: 'y'}",
       R"(21: error: a parser is either "regex" or "grok"; put them into a list)"},
      {"{regex: '(?P<a>x)', patterns: {A: b}}",
       R"(28: error: unknown key "patterns" in the parser "regex"; known: regex, types)"},
      {"{logfmt: {}, types: {a: integer}}",
       R"(32: error: "types": unknown type "integer"; known: int, float, bool, string)"},
      {"{csv: {delimiter: ab}}", "8: error: \"csv\": "},
      {"{grok: '%{A:a}', pattern_files: [none_there]}", "41: error: \"pattern_files\": "},
      {"[]", "8: error: \"parse\" is an empty list"},
      {"[[json]]", "9: error: \"parse\": expected a parser, such as json, got a list"},
      {"[none, json]", "15: warning: nothing comes so far: \"none\" before it takes every text"},
      {"{regex: '(?P<a>.*)(?P<b>.*)(?P<c>é)(?P<d>.*?)(?P<e>\\p{Greek})'}",
       "16: warning: \"regex\" runs on RE2 with 5 captures, at about 1.5 us a line, since "},
  };
  for (const ErrorCase& c : kCases) {
    const Loaded loaded = Load(c.value);
    const std::string first = loaded.said.substr(0, loaded.said.find('\n'));
    EXPECT_TRUE(first.starts_with("f.yaml:1:" + c.said)) << c.value << "\n" << loaded.said;
    EXPECT_EQ(loaded.parser.plan == nullptr, first.find("warning") == std::string::npos) << c.value;
  }
}

TEST(ParserSection, ShowsWhatIsWrongInAPresetInThePresetsFile) {
  EXPECT_EQ(Load("broken").said,
            "broken.yaml:1:17: error: \"regex\": bad regular expression: look-ahead (?= cannot be "
            "expressed in RE2 at byte 0\n"
            "parse: {regex: '(?=x)'}\n"
            "                ^\n"
            "f.yaml:1:8: error: the preset \"broken\" cannot be used\n"
            "parse: broken\n"
            "       ^\n");
  EXPECT_NE(Load("round").said.find("round.yaml: error: the preset \"round\" uses itself"),
            std::string::npos);
}

InlineParser LoadInline(const std::string& text, std::string& said) {
  const LoadEnvironment environment = MakeEnvironment();
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  InlineParser parser = ParseInlineSpec(context, presets, "--as", text);
  said = diagnostics.Render();
  return parser;
}

TEST(InlineParser, IsANameOrAKindAndAPattern) {
  const ValueCase kCases[] = {
      {"json", {R"({"a":1})"}, R"(0{"a":1})"},
      {"grok:%{WORD:a}:%{INT:b:int}", {"x:7"}, R"(0{"a":"x","b":7})"},
      {"pattern:<a> <b>", {"x y"}, R"(0{"a":"x","b":"y"})"},
      {"regex:(?P<a>[a-z:]+)", {"x:y"}, R"(0{"a":"x:y"})"},
      {"system_syslog",
       {"Oct 11 22:14:15 h a: b"},
       R"(0{"host.hostname":"h","process.name":"a","message":"b",)"
       R"("@timestamp":"1969-10-11T22:14:15.000000000Z"})"},
  };
  for (const ValueCase& c : kCases) {
    std::string said;
    const InlineParser parser = LoadInline(c.value, said);
    EXPECT_EQ(said, "") << c.value;
    ASSERT_NE(parser.plan, nullptr) << c.value;
    EXPECT_EQ(Documents(parser.plan, c.lines), c.documents) << c.value;
  }
}

TEST(InlineParser, JoinsTheLinesOfTraces) {
  std::string said;
  const InlineParser java = LoadInline("multiline:java,go", said);
  EXPECT_EQ(said, "");
  ASSERT_TRUE(java.multiline.has_value());
  EXPECT_EQ(java.multiline->languages, (std::vector<std::string>{"java", "go"}));
  EXPECT_EQ(Documents(java.plan, {"x"}), "0{}");
  const InlineParser preset = LoadInline("kafka", said);
  ASSERT_TRUE(preset.multiline.has_value());
  EXPECT_FALSE(preset.multiline->start_pattern.empty());
}

TEST(InlineParser, ShowsThePlaceOfAMistake) {
  const std::pair<std::string, std::string> kCases[] = {
      {"jsn", "--as:1:1: error: unknown parser \"jsn\"; did you mean \"json\"?\njsn\n^\n"},
      {"regex:a(?!b)",
       "--as:1:8: error: bad regular expression: look-ahead (?! cannot be expressed in RE2 at byte "
       "1\nregex:a(?!b)\n       ^\n"},
      {"multiline:jva",
       "--as:1:11: error: unknown multiline language \"jva\"; did you mean java?\n"
       "multiline:jva\n          ^\n"},
  };
  for (const auto& [text, expected] : kCases) {
    std::string said;
    EXPECT_EQ(LoadInline(text, said).plan, nullptr) << text;
    EXPECT_EQ(said, expected);
  }
}

}  // namespace
}  // namespace tailrace
