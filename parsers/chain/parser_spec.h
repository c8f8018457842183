// What a config says of parsers: one, or several that are tried in order, and what presets add to
// them. Options alone; ParserPlan (parser_plan.h) compiles them.
//
// Threads    Plain values.
// Ownership  Presets are shared and immutable.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "parsers/formats/csv_format.h"
#include "parsers/formats/key_value_format.h"
#include "parsers/formats/syslog_format.h"
#include "parsers/multiline_rules.h"
#include "parsers/patterns/capture_format.h"
#include "parsers/patterns/pattern_library.h"

namespace tailrace {

// The formats without options.
enum class PlainFormat : uint8_t {
  kNone,  // Takes every text and makes no fields.
  kJson,
  kLogfmt,
  kKlog,
};

struct PatternSpec {
  std::string pattern;  // LogQL's.
};
struct RegexSpec {
  std::string pattern;
};
struct GrokSpec {
  std::string pattern;
  std::vector<std::pair<std::string, std::string>> patterns;  // Names and expressions.
  std::vector<std::string> pattern_texts;                     // Whole pattern files.
  GrokNames names = GrokNames::kEcs;
};

struct PresetSpec;

struct ParserSpec {
  std::string name;  // As the config has it: "json", "grok", "nginx_access".
  std::variant<PlainFormat, KeyValueOptions, CsvOptions, SyslogOptions, PatternSpec, RegexSpec,
               GrokSpec, std::shared_ptr<const PresetSpec>>
      parser;
  FieldTypes types;  // Texts of these fields become numbers or booleans where they can.
};

// A parser for what another one left in a field.
struct FieldParserSpec {
  std::string from;
  std::vector<ParserSpec> parse;  // When all of them refuse, nothing changes.
  std::string into;               // Put before the names, with a dot between; empty: nothing.
  bool keep = true;               // The field stays, unless the parser makes one of its name.
};

struct TimestampSpec {
  std::vector<std::string> fields;  // The first that can be read counts, and is removed.
  std::vector<std::string> formats;
  std::string zone = "UTC";
};

// What stands in conf/parsers/NAME.yaml. After `parse` the rest is done in the order of the fields
// here; names that a record does not have are passed over.
struct PresetSpec {
  std::string name;
  std::string description;
  std::optional<MultilineOptions> multiline;
  std::vector<ParserSpec> parse;
  std::vector<FieldParserSpec> then;
  std::vector<std::pair<std::string, std::string>> rename;  // From, to.
  // Texts of a field that stand for others: {log.level: {I: info}}.
  std::map<std::string, std::map<std::string, std::string, std::less<>>> values;
  FieldTypes types;
  std::optional<TimestampSpec> timestamp;
  std::vector<std::string> remove;
  bool remove_empty = false;  // Fields that are empty texts.
};

}  // namespace tailrace
