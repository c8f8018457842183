// The map of a stage `redact`: what it becomes, and what is wrong with it.
#include "agent/config/redact_section.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "agent/yaml/yaml_document.h"
#include "tests/agent/config/loaded_text.h"

namespace tailrace {
namespace {

struct Loaded {
  std::optional<RedactOptions> options;
  std::string diagnostics;
};

Loaded Load(const std::string& yaml) {
  Loaded loaded;
  Diagnostics diagnostics;
  const LoadEnvironment environment = MakeEnvironment({{"KEY", "0123456789abcdef"}});
  const std::unique_ptr<YamlDocument> document = YamlDocument::Parse("r.yaml", yaml, diagnostics);
  if (document != nullptr) {
    LoadContext context{environment, diagnostics};
    loaded.options = LoadRedact(context, document->root());
  }
  loaded.diagnostics = diagnostics.Render();
  return loaded;
}

TEST(RedactSection, EveryKeyArrives) {
  const Loaded loaded = Load(
      "{detect: [email, credit_card], patterns: [{name: employee, regex: 'E[0-9]{6}$$'}],\n"
      " fields: [message, user.mail], action: hash, key: \"${KEY}\", key_id: k2}");
  ASSERT_TRUE(loaded.options.has_value()) << loaded.diagnostics;
  EXPECT_EQ(loaded.diagnostics, "");
  EXPECT_EQ(loaded.options->detectors, (DetectorSet{Detector::kEmail, Detector::kCreditCard}));
  ASSERT_EQ(loaded.options->patterns.size(), 1u);
  EXPECT_EQ(loaded.options->patterns[0].name, "employee");
  EXPECT_EQ(loaded.options->patterns[0].regex, "E[0-9]{6}$$");
  EXPECT_EQ(loaded.options->fields, (std::vector<std::string>{"message", "user.mail"}));
  EXPECT_EQ(loaded.options->action, RedactAction::kHash);
  EXPECT_EQ(loaded.options->key, Secret("0123456789abcdef"));
  EXPECT_EQ(loaded.options->key_id, "k2");
}

TEST(RedactSection, DefaultsMaskTheWholeRecord) {
  const Loaded loaded = Load("{detect: all}");
  ASSERT_TRUE(loaded.options.has_value()) << loaded.diagnostics;
  EXPECT_EQ(loaded.diagnostics, "");
  EXPECT_EQ(loaded.options->detectors, DetectorSet::All());
  EXPECT_TRUE(loaded.options->fields.empty());
  EXPECT_EQ(loaded.options->action, RedactAction::kMask);
  EXPECT_EQ(loaded.options->keep_last, 0u);
  EXPECT_EQ(Load("{detect: email, keep_last: 4}").options->keep_last, 4u);
}

TEST(RedactSection, WhatIsDoubtfulIsAWarning) {
  const struct {
    std::string yaml, begins;
  } cases[] = {
      {"{detect: email, action: hash}", "r.yaml:1:1: warning: without a \"key\" the hashes are "},
      {"{detect: email, action: hash, key: hunter2}",
       "r.yaml:1:1: warning: \"key\" is shorter than 16 bytes"},
      {"detect: email\naction: hash\nkey: hunter2\n",
       "r.yaml:1:1: warning: \"key\" is shorter than 16 bytes"},
      {"{detect: email, key: 0123456789abcdef}",
       "r.yaml:1:1: warning: \"key\" has no effect without \"action: hash\""},
      {"{detect: email, action: remove, keep_last: 4}",
       "r.yaml:1:44: warning: \"keep_last\" has no effect without \"action: mask\""},
  };
  for (const auto& test : cases) {
    const Loaded loaded = Load(test.yaml);
    EXPECT_TRUE(loaded.options.has_value()) << test.yaml;
    EXPECT_TRUE(loaded.diagnostics.starts_with(test.begins)) << loaded.diagnostics;
    EXPECT_EQ(loaded.diagnostics.find("hunter2"), std::string::npos) << loaded.diagnostics;
  }
}

TEST(RedactSection, WhatIsWrongIsSaid) {
  const struct {
    std::string yaml, begins;
  } cases[] = {
      {"[email]", "r.yaml:1:1: error: \"redact\": expected a map, got a list\n"},
      {"{}", "r.yaml:1:1: error: nothing to look for: name detectors in \"detect\""},
      {"{detect: [emial]}",
       "r.yaml:1:11: error: \"detect\": unknown detector \"emial\"; did you mean \"email\"?\n"},
      {"{detect: {email: 1}}", "r.yaml:1:10: error: \"detect\": expected "},
      {"{detect: all, patterns: x}",
       "r.yaml:1:25: error: \"patterns\": expected a list, got a value\n"},
      {"{patterns: [{name: a, regex: '('}]}",
       "r.yaml:1:30: error: \"regex\": bad regular expression: missing ): ( at byte 0\n"},
      {"{patterns: [{name: a, regex: [x]}]}",
       "r.yaml:1:30: error: \"regex\": expected a regular expression, got a list\n"},
      {"{patterns: [{name: a}]}", "r.yaml:1:13: error: "},
      {"{patterns: [{regex: a}]}", "r.yaml:1:13: error: "},
      {"{patterns: [{name: a, regexp: a}]}", "r.yaml:1:23: error: unknown key \"regexp\""},
      {"{patterns: [{name: 'a b', regex: a}]}", "r.yaml:1:1: error: \"name\" of a pattern: "},
      {"{patterns: [{name: email, regex: a}]}",
       "r.yaml:1:1: error: the name \"email\" is that of another detector\n"},
      {"{detect: all, action: hide}", "r.yaml:1:23: error: \"action\": "},
      {"{detect: all, keep_last: -1}", "r.yaml:1:26: error: \"keep_last\": "},
      {"{detect: all, keep_last: 65}", "r.yaml:1:26: error: \"keep_last\": "},
      {"{detect: all, action: hash, key: \"${NO_KEY}\"}", "r.yaml:1:35: error: "},
      {"{detect: all, action: hash, key: 0123456789abcdef, key_id: 'a:b'}",
       "r.yaml:1:1: error: \"key_id\": expected 1 to 32 letters"},
      {"{detect: all, field: [x]}",
       "r.yaml:1:15: error: unknown key \"field\" in \"redact\"; did you mean \"fields\"?\n"},
  };
  for (const auto& test : cases) {
    const Loaded loaded = Load(test.yaml);
    EXPECT_FALSE(loaded.options.has_value()) << test.yaml;
    EXPECT_TRUE(loaded.diagnostics.starts_with(test.begins)) << test.yaml << "\n"
                                                             << loaded.diagnostics;
  }
}

}  // namespace
}  // namespace tailrace
