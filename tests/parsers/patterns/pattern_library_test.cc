#include "parsers/patterns/pattern_library.h"

#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <string>

#include "parsers/patterns/embedded_files.h"

namespace tailrace {
namespace {

std::string Message(const absl::Status& status) { return std::string(FromAbsl(status.message())); }

// The first word of each line that has a pattern.
std::vector<std::string> NamesIn(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty() && line[0] != '#') names.emplace_back(line.substr(0, line.find(' ')));
  }
  return names;
}

TEST(PatternLibrary, EveryBuiltInPatternCompilesInBothForms) {
  for (const GrokNames names : {GrokNames::kLegacy, GrokNames::kEcs}) {
    const PatternLibrary library = PatternLibrary::BuiltIn(names);
    const std::string_view form = names == GrokNames::kEcs ? "/ecs-v1/" : "/legacy/";
    std::set<std::string> seen;
    for (const EmbeddedFile& file : EmbeddedFiles()) {
      const bool of_form = file.path.find(form) != std::string_view::npos ||
                           file.path.find("/base/") != std::string_view::npos;
      for (const std::string& name : of_form ? NamesIn(file.text) : std::vector<std::string>()) {
        EXPECT_TRUE(seen.insert(name).second) << name << " comes twice";
        const absl::StatusOr<LinePattern> compiled = library.Compile("%{" + name + "}");
        EXPECT_TRUE(compiled.ok()) << file.path << ": " << name << ": " << compiled.status();
      }
    }
    EXPECT_EQ(seen.size(), library.size());
    EXPECT_GT(seen.size(), 330u);
  }
}

TEST(PatternLibrary, PatternsOfTheUserStandBesideThoseBuiltIn) {
  PatternLibrary library = PatternLibrary::BuiltIn(GrokNames::kEcs);
  ASSERT_TRUE(library.Add("ORDER", "o-%{INT}").ok());
  ASSERT_TRUE(library.AddFile("# ours\r\n\nWORD \t[a-z]+ x\r\nTWICE %{WORD}%{WORD}").ok());
  const absl::StatusOr<LinePattern> pattern = library.Compile("%{ORDER:id} %{WORD:word}");
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  std::string_view values[2];
  ASSERT_TRUE(pattern->Match("o-17 abc x", values));
  EXPECT_EQ(values[0], "o-17");
  EXPECT_EQ(values[1], "abc x");
}

TEST(PatternLibrary, ErrorsNameThePlace) {
  PatternLibrary library = PatternLibrary::BuiltIn(GrokNames::kEcs);
  EXPECT_EQ(Message(library.Add("A-B", "x")),
            "bad name of a pattern \"A-B\": letters, digits and _ only");
  EXPECT_EQ(Message(library.AddFile("A x\nB\n")), "line 2: pattern B is empty or too long");
  ASSERT_TRUE(library.AddFile("LOOP a%{LOOP2}\nLOOP2 %{LOOP}\nLOOK x(?!y)").ok());
  EXPECT_EQ(Message(library.Compile("%{INT} %{LOOP}").status()),
            "bad regular expression: pattern LOOP refers to itself at byte 0 of %{LOOP2} at byte 1 "
            "of %{LOOP} at byte 7");
  EXPECT_EQ(Message(library.Compile("%{LOOK}").status()),
            "bad regular expression: look-ahead (?! cannot be expressed in RE2 at byte 1 of "
            "%{LOOK} at byte 0");
  EXPECT_EQ(Message(library.Compile("%{INT} %{IMT:x}").status()),
            "bad regular expression: unknown pattern IMT at byte 7");
}

TEST(PatternLibrary, AddressesAreMatchedWhole) {
  struct Case {
    std::string_view pattern;
    std::string_view text;
    std::string_view found;  // Empty: no match.
  };
  const Case cases[] = {
      {"IP", "from 10.0.0.1 to", "10.0.0.1"},
      {"IP", "::", "::"},
      {"IP", "::1", "::1"},
      {"IP", "fe80::1%eth0 x", "fe80::1%eth0"},
      {"IP", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"IP", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7::"},
      {"IP", "2001:db8::8a2e:370:7334.", "2001:db8::8a2e:370:7334"},
      {"IP", "::ffff:192.168.1.1", "::ffff:192.168.1.1"},
      {"IP", "1:2:3:4:5:6:10.1.2.3", "1:2:3:4:5:6:10.1.2.3"},
      {"IP", "1::2:10.1.2.3", "1::2:10.1.2.3"},
      {"IPV4", "192.300.300.300", ""},
      {"IPV4", "1.2.3", ""},
      {"IPORHOST", "web-1.shop.example:80", "web-1.shop.example"},
      {"MAC", "x 00:1b:44:11:3a:b7", "00:1b:44:11:3a:b7"},
      {"MAC", "001b.4411.3ab7", "001b.4411.3ab7"},
      {"TIMESTAMP_ISO8601", "at 2026-01-02T03:04:05.678+02:00!", "2026-01-02T03:04:05.678+02:00"},
      {"TIMESTAMP_ISO8601", "2026-01-02 03:04", "2026-01-02 03:04"},
      {"HTTPDATE", "[02/Jan/2026:03:04:05 +0000]", "02/Jan/2026:03:04:05 +0000"},
      {"SYSLOGTIMESTAMP", "Jan  2 03:04:05 host", "Jan  2 03:04:05"},
      {"QS", "x \"a \\\" b\" y", "\"a \\\" b\""},
      {"UUID", "id=123e4567-e89b-12d3-a456-426614174000.", "123e4567-e89b-12d3-a456-426614174000"},
      {"EMAILADDRESS", "<jo.doe@shop.example>", "jo.doe@shop.example"},
      {"URI", "see https://u:p@shop.example:8443/a/b?c=d#e end",
       "https://u:p@shop.example:8443/a/b?c=d#e"},
      {"LOGLEVEL", "[WARNING]", "WARNING"},
  };
  PatternLibrary library = PatternLibrary::BuiltIn(GrokNames::kEcs);
  for (const Case& c : cases) {
    const absl::StatusOr<LinePattern> pattern =
        library.Compile("(?<found>%{" + std::string(c.pattern) + "})");
    ASSERT_TRUE(pattern.ok()) << pattern.status();
    std::string_view found[1];
    EXPECT_EQ(pattern->Match(c.text, found), !c.found.empty()) << c.pattern << " on " << c.text;
    EXPECT_EQ(found[0], c.found) << c.pattern << " on " << c.text;
  }
}

}  // namespace
}  // namespace tailrace
