// Reads the value of `parse:`: a name, a map with one parser, or a list of these that is tried in
// order.
//
//   json                                   also logfmt, key_value, csv, syslog, klog, none, and
//                                          every preset
//   {pattern: '<ip> - <user>'}             LogQL's pattern
//   {regex: '(?P<ip>\S+) (?P<n>\d+)'}      RE2
//   {grok: '%{IP:ip} %{WORD:w}', patterns: {WORD: '\w+'}, pattern_files: [own], names: ecs}
//   {csv: {columns: [a, b], delimiter: ","}}
//   {key_value: {pair_separator: ",", value_separator: ":", quotes: "'"}}
//   {syslog: {keep_unknown_escapes: true}}
//
// `types: {b: int}` stands beside each of them. References are not replaced within patterns.
//
// Threads    Not thread-safe; reads pattern files.
// Failure    What is wrong is added to the diagnostics: an unknown name with the nearest one, what
//            a pattern cannot have with its place in it.
#pragma once

#include <string_view>
#include <vector>

#include "agent/config/map_reader.h"
#include "agent/config/preset_library.h"
#include "parsers/chain/parser_plan.h"
#include "parsers/chain/parser_spec.h"

namespace tailrace {

// Every parser in `specs` compiles. Empty after an error.
struct LoadedParser {
  std::vector<ParserSpec> specs;
  ParserPlanPtr plan;  // nullptr after an error.
};

// `key` is what the value stands at, for messages: "parse".
LoadedParser LoadParser(LoadContext& context, PresetLibrary& presets, const YamlNode& node,
                        std::string_view key);

// The parser of that name, without options; false, with an error at `place`, when there is none.
[[nodiscard]] bool LoadNamedParser(LoadContext& context, PresetLibrary& presets,
                                   std::string_view name, Place place, ParserSpec& spec);

// What fields are to become: int, float, bool or string.
FieldTypes LoadFieldTypes(MapReader& reader, std::string_view key);

}  // namespace tailrace
