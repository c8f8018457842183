// The cases that the authors of Logstash's grok patterns check theirs with, over ours.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "parsers/patterns/capture_format.h"
#include "parsers/patterns/pattern_library.h"

namespace tailrace {
namespace {

using nlohmann::json;

constexpr double kPassedShareMin = 0.97;

std::string Corpora() {
  const char* corpora = std::getenv("TAILRACE_CORPORA");
  return corpora != nullptr ? corpora : "../shared/corpora";
}

json ValueOf(const Field& field) {
  if (field.is_string()) return std::string(field.value);
  return json::parse(field.value);
}

// Where `name` stands, its dots as levels.
json& At(json& document, std::string_view name) {
  json* place = &document;
  while (true) {
    const size_t dot = name.find('.');
    place = &(*place)[std::string(name.substr(0, dot))];
    if (dot == std::string_view::npos) return *place;
    name.remove_prefix(dot + 1);
  }
}

// The event as Logstash's filter would leave it. What is there already becomes a list with what
// was found, unless the filter was told to overwrite it: some cases do so for the message.
json Event(const json& c, const std::string& name, const PatternLibrary& library, bool overwrite) {
  json event = {{"message", c["message"]}, {"@version", "1"}};
  std::string pattern = "%{" + name + "}";
  if (c["exact"]) pattern = "\\A(?:" + pattern + ")\\z";
  const absl::StatusOr<LinePattern> compiled = library.Compile(pattern);
  if (!compiled.ok()) {
    event["tags"] = {compiled.status().ToString()};
    return event;
  }
  const std::string text = c["message"];
  FieldList fields;
  ByteArena arena;
  ParseJob job = {.text = text, .fields = &fields};
  const FormatMaker make = CaptureFormat(*compiled);
  const std::unique_ptr<Format> format = make();  // Holds the names.
  format->Parse({&job, 1}, arena);
  if (!job.parsed) event["tags"] = {"_grokparsefailure"};
  for (const Field& field : fields) {
    json& place = At(event, field.name);
    place = place.is_null() || overwrite ? ValueOf(field) : json({place, ValueOf(field)});
  }
  return event;
}

bool Includes(const json& value, const json& expected);

bool Equals(const json& value, const json& expected) {
  if (expected.is_object() && expected.contains("$including")) {
    return value.is_object() && Includes(value, expected["$including"]);
  }
  if (!expected.is_object() || !value.is_object()) return value == expected;
  return value.size() == expected.size() && Includes(value, expected);
}

bool Includes(const json& value, const json& expected) {
  if (value.is_string()) {
    return expected.is_string() && value.get<std::string>().find(expected) != std::string::npos;
  }
  if (value.is_array()) return std::find(value.begin(), value.end(), expected) != value.end();
  for (const auto& [name, inner] : expected.items()) {
    if (!value.contains(name) || !Equals(value[name], inner)) return false;
  }
  return value.is_object();
}

bool Holds(const json& event, const json& check) {
  const std::string matcher = check["matcher"];
  const bool matched = !event.contains("tags");
  if (matcher == "pass" || matcher == "match") return matched;
  if (matcher == "not_pass" || matcher == "not_match") return !matched;
  json value = event;
  for (const json& step : check["path"]) {
    const bool there = step.is_string()
                           ? value.is_object() && value.contains(step.get<std::string>())
                           : value.is_array() && step.get<size_t>() < value.size();
    value = !there             ? json()
            : step.is_string() ? value[step.get<std::string>()]
                               : value[step.get<size_t>()];
  }
  const json& expected = check["expected"];
  if (matcher == "BeNil") return value.is_null();
  if (matcher == "BeAKindOf") return value.is_object();
  if (matcher == "Include") return Includes(value, expected);
  if (matcher == "not_Include") return !Includes(value, expected);
  if (matcher == "Eq" || matcher == "Eql" || matcher == "Equal") return Equals(value, expected);
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (matcher == "StartWith")
    return value.is_string() && text.starts_with(expected.get<std::string>());
  if (matcher == "not_EndWith") return !text.ends_with(expected.get<std::string>());
  ADD_FAILURE() << "unknown matcher " << matcher;
  return false;
}

// "" when all that the case asks for holds.
std::string WhyItFails(const json& c, const PatternLibrary& library) {
  const std::string name =
      c["pattern"].get<std::string>().substr(0, c["pattern"].get<std::string>().find(' '));
  const json kept = Event(c, name, library, false);
  const json overwritten = Event(c, name, library, true);
  for (const json& check : c["asserts"]) {
    if (!Holds(kept, check) && !Holds(overwritten, check)) {
      return "not so: " + check.dump() + "\n    is: " + kept.dump();
    }
  }
  return "";
}

TEST(GrokCorpus, NearlyAllCasesPassInBothForms) {
  const PatternLibrary legacy = PatternLibrary::BuiltIn(GrokNames::kLegacy);
  const PatternLibrary ecs = PatternLibrary::BuiltIn(GrokNames::kEcs);
  std::ifstream cases(Corpora() + "/grok/cases.jsonl");
  ASSERT_TRUE(cases.is_open()) << "set TAILRACE_CORPORA";
  size_t passed = 0, total = 0;
  for (std::string line; std::getline(cases, line);) {
    const json c = json::parse(line);
    const bool is_ecs = c["mode"] == "ecs-v1";
    const std::string why = WhyItFails(c, is_ecs ? ecs : legacy);
    ++total;
    if (why.empty()) {
      ++passed;
    } else {
      std::cout << "case " << total - 1 << " " << c["pattern"] << " " << c["mode"] << " on "
                << c["message"].dump() << "\n    " << why << "\n";
    }
  }
  std::cout << "grok " << passed << "/" << total << "\n";
  EXPECT_GE(static_cast<double>(passed), kPassedShareMin * static_cast<double>(total));
}

}  // namespace
}  // namespace tailrace
