#include "agent/config/parser_section.h"

#include <algorithm>
#include <utility>

#include "agent/base/strings.h"
#include "agent/base/text_file.h"
#include "agent/config/config_files.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

constexpr int64_t kMaxPatternFileBytes = 1 << 20;

struct NamedFormat {
  std::string_view name;
  PlainFormat format;
};
constexpr NamedFormat kPlainFormats[] = {{"none", PlainFormat::kNone},
                                         {"json", PlainFormat::kJson},
                                         {"logfmt", PlainFormat::kLogfmt},
                                         {"klog", PlainFormat::kKlog}};
// Keys of a map that say which parser it is.
constexpr std::string_view kParserKeys[] = {"pattern", "regex",  "grok", "csv", "key_value",
                                            "syslog",  "logfmt", "klog", "json"};

std::vector<std::string_view> KnownNames(const PresetLibrary& presets) {
  std::vector<std::string_view> names = {"csv", "key_value", "syslog"};
  for (const NamedFormat& format : kPlainFormats) names.push_back(format.name);
  const std::vector<std::string_view> own = presets.names();
  names.insert(names.end(), own.begin(), own.end());
  return names;
}

// A parser in the making: what it is, and where errors about it belong.
struct Draft {
  ParserSpec spec;
  const YamlNode* pattern = nullptr;  // Its text is what the compiler reads.
};

// The text of a pattern as it stands; nullptr, with an error, when it is none.
const YamlNode* PatternText(MapReader& reader, std::string_view key) {
  const YamlNode* node = reader.Take(key);
  if (node == nullptr) return nullptr;
  if (node->kind() != YamlNode::Kind::kScalar) {
    reader.Error(*node, {Quoted(key), ": expected a pattern, got ", node->kind_name()});
    return nullptr;
  }
  if (node->text().empty()) {
    reader.Error(*node, {Quoted(key), " is empty"});
    return nullptr;
  }
  return node;
}

std::string PathFrom(const YamlNode& node, const std::string& path) {
  if (path.starts_with('/')) return path;
  return Concat({FolderOf(node.place().source->name()), "/", path});
}

void ReadGrokOptions(MapReader& reader, GrokSpec& grok) {
  constexpr std::string_view kNames[] = {"ecs", "legacy"};
  grok.names = reader.Choice("names", kNames) == 1 ? GrokNames::kLegacy : GrokNames::kEcs;
  for (const ConfigText& path : reader.TextList("pattern_files")) {
    const std::string name = PathFrom(*path.node, path.text);
    const LoadEnvironment& environment = reader.context().environment;
    if (environment.refers_to) environment.refers_to(name);
    absl::StatusOr<TextFile> file = ReadTextFile(name, kMaxPatternFileBytes);
    PatternLibrary scratch;
    const absl::Status status = file.ok() ? scratch.AddFile(file->text) : file.status();
    if (status.ok()) {
      grok.pattern_texts.push_back(std::move(file->text));
    } else {
      reader.Error(*path.node, {"\"pattern_files\": ", FromAbsl(status.message())});
    }
  }
  const YamlNode* patterns = reader.Take("patterns");
  if (patterns == nullptr) return;
  if (patterns->kind() != YamlNode::Kind::kMap) {
    reader.Error(*patterns, {"\"patterns\": expected a map of names and expressions, got ",
                             patterns->kind_name()});
    return;
  }
  PatternLibrary scratch;
  for (const YamlEntry& entry : patterns->entries()) {
    const absl::Status status = scratch.Add(entry.key->text(), entry.value->text());
    if (status.ok()) {
      grok.patterns.emplace_back(entry.key->text(), entry.value->text());
    } else {
      reader.Error(*entry.key, {"\"patterns\": ", FromAbsl(status.message())});
    }
  }
}

CsvOptions ReadCsv(LoadContext& context, const YamlNode& node) {
  CsvOptions options;
  MapReader reader(context, node, node.place(), "\"csv\"");
  const YamlNode* columns = reader.Take("columns");
  if (columns != nullptr && columns->kind() != YamlNode::Kind::kSequence) {
    reader.Error(*columns, {"\"columns\": expected a list, got ", columns->kind_name()});
  } else if (columns != nullptr) {
    // Not TextList: "" leaves a column out.
    for (const YamlNode* column : columns->items()) options.columns.push_back(column->text());
  }
  options.delimiter = reader.String("delimiter", options.delimiter);
  options.quote = reader.String("quote", options.quote);
  reader.Finish();
  return options;
}

KeyValueOptions ReadKeyValue(LoadContext& context, const YamlNode& node) {
  KeyValueOptions options;
  MapReader reader(context, node, node.place(), "\"key_value\"");
  options.pair_separator = reader.String("pair_separator", options.pair_separator);
  options.value_separator = reader.String("value_separator", options.value_separator);
  options.quotes = reader.String("quotes", options.quotes);
  reader.Finish();
  return options;
}

SyslogOptions ReadSyslog(LoadContext& context, const YamlNode& node) {
  SyslogOptions options;
  MapReader reader(context, node, node.place(), "\"syslog\"");
  options.keep_unknown_escapes =
      reader.Boolean("keep_unknown_escapes", options.keep_unknown_escapes);
  reader.Finish();
  return options;
}

void ReadWithoutOptions(LoadContext& context, const YamlNode& node, std::string_view key) {
  MapReader reader(context, node, node.place(), Quoted(key));
  reader.Finish();
}

// The parser that `key` says; false after an error.
bool ReadParserKey(LoadContext& context, PresetLibrary& presets, MapReader& reader,
                   std::string_view key, Draft& draft) {
  ParserSpec& spec = draft.spec;
  if (key == "pattern" || key == "regex" || key == "grok") {
    spec.name = key;
    draft.pattern = PatternText(reader, key);
    if (draft.pattern == nullptr) return false;
    const std::string& text = draft.pattern->text();
    if (key == "pattern") spec.parser = PatternSpec{text};
    if (key == "regex") spec.parser = RegexSpec{text};
    if (key != "grok") return true;
    GrokSpec grok{.pattern = text, .patterns = {}, .pattern_texts = {}};
    ReadGrokOptions(reader, grok);
    spec.parser = std::move(grok);
    return true;
  }
  const YamlNode* options = reader.Take(key);
  if (options == nullptr || !LoadNamedParser(context, presets, key, options->place(), spec))
    return false;
  if (key == "csv") {
    spec.parser = ReadCsv(context, *options);
  } else if (key == "key_value") {
    spec.parser = ReadKeyValue(context, *options);
  } else if (key == "syslog") {
    spec.parser = ReadSyslog(context, *options);
  } else {
    ReadWithoutOptions(context, *options, key);
  }
  return true;
}

bool ReadMap(LoadContext& context, PresetLibrary& presets, const YamlNode& node, Draft& draft) {
  std::string_view key;
  for (const YamlEntry& entry : node.entries()) {
    const std::string& name = entry.key->text();
    if (std::find(std::begin(kParserKeys), std::end(kParserKeys), name) == std::end(kParserKeys)) {
      continue;
    }
    if (!key.empty()) {
      context.diagnostics.Error(entry.key->place(), {"a parser is either ", Quoted(key), " or ",
                                                     Quoted(name), "; put them into a list"});
      return false;
    }
    key = name;
  }
  if (key.empty()) {
    const std::string_view near =
        node.entries().empty()
            ? ""
            : NearestName(node.entries()[0].key->text(), kParserKeys, std::size(kParserKeys));
    const std::string hint = near.empty() ? "" : Concat({"; did you mean ", Quoted(near), "?"});
    context.diagnostics.Error(
        node.place(), {"a parser needs a key that says which it is, such as \"pattern\", \"regex\" "
                       "or \"grok\"",
                       hint});
    return false;
  }
  MapReader reader(context, node, node.place(), Concat({"the parser ", Quoted(key)}));
  const size_t errors = context.diagnostics.errors();
  ReadParserKey(context, presets, reader, key, draft);
  draft.spec.types = LoadFieldTypes(reader, "types");
  reader.Finish();
  return context.diagnostics.errors() == errors;
}

// One parser; false after an error.
bool ReadParser(LoadContext& context, PresetLibrary& presets, const YamlNode& node,
                std::string_view key, Draft& draft) {
  if (node.kind() == YamlNode::Kind::kMap) return ReadMap(context, presets, node, draft);
  if (node.kind() != YamlNode::Kind::kScalar) {
    context.diagnostics.Error(
        node.place(), {Quoted(key), ": expected a parser, such as json, got ", node.kind_name()});
    return false;
  }
  return LoadNamedParser(context, presets, node.text(), node.place(), draft.spec);
}

std::optional<ParserPlan::Alternative> Compile(LoadContext& context, const YamlNode& node,
                                               const Draft& draft) {
  absl::StatusOr<ParserPlan::Alternative> compiled = ParserPlan::CompileOne(draft.spec);
  if (compiled.ok()) return *std::move(compiled);
  const Place place = draft.pattern == nullptr
                          ? node.place()
                          : draft.pattern->PlaceInText(SyntaxErrorOffset(compiled.status()));
  context.diagnostics.Error(place,
                            {Quoted(draft.spec.name), ": ", FromAbsl(compiled.status().message())});
  return std::nullopt;
}

void WarnOfRe2(LoadContext& context, Place place, const ParserFacts& facts) {
  if (!facts.slow()) return;
  context.diagnostics.Warning(
      place, {Quoted(facts.name), " runs on RE2 with ", std::to_string(facts.captures),
              " captures, at about 1.5 us a line, since ", facts.why_re2});
}

// Adds what `node` says to `specs` and `alternatives`; false after an error.
bool AddParser(LoadContext& context, PresetLibrary& presets, const YamlNode& node,
               std::string_view key, std::vector<ParserSpec>& specs,
               std::vector<ParserPlan::Alternative>& alternatives) {
  Draft draft;
  if (!ReadParser(context, presets, node, key, draft)) return false;
  std::optional<ParserPlan::Alternative> compiled = Compile(context, node, draft);
  if (!compiled.has_value()) return false;
  WarnOfRe2(context, draft.pattern == nullptr ? node.place() : draft.pattern->place(),
            compiled->facts);
  specs.push_back(std::move(draft.spec));
  alternatives.push_back(*std::move(compiled));
  return true;
}

}  // namespace

FieldTypes LoadFieldTypes(MapReader& reader, std::string_view key) {
  constexpr std::pair<std::string_view, CaptureType> kTypes[] = {{"int", CaptureType::kInt},
                                                                 {"float", CaptureType::kFloat},
                                                                 {"bool", CaptureType::kBool},
                                                                 {"string", CaptureType::kText}};
  FieldTypes types;
  const YamlNode* node = reader.Take(key);
  if (node == nullptr) return types;
  if (node->kind() != YamlNode::Kind::kMap) {
    reader.Error(*node, {Quoted(key),
                         ": expected a map of fields and types, such as {status: int}, "
                         "got ",
                         node->kind_name()});
  }
  for (const YamlEntry& entry : node->entries()) {
    const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& known) {
      return known.first == entry.value->text();
    });
    if (type != std::end(kTypes)) {
      types.emplace(entry.key->text(), type->second);
    } else {
      reader.Error(*entry.value,
                   {Quoted(key), ": unknown type ", Quoted(entry.value->text()),
                    SuggestName(entry.value->text(), {"int", "float", "bool", "string"})});
    }
  }
  return types;
}

bool LoadNamedParser(LoadContext& context, PresetLibrary& presets, std::string_view name,
                     Place place, ParserSpec& spec) {
  spec.name = name;
  for (const NamedFormat& format : kPlainFormats) {
    if (format.name != name) continue;
    spec.parser = format.format;
    return true;
  }
  if (name == "csv") {
    spec.parser = CsvOptions{};
  } else if (name == "key_value") {
    spec.parser = KeyValueOptions{};
  } else if (name == "syslog") {
    spec.parser = SyslogOptions{};
  } else if (presets.Has(name)) {
    std::shared_ptr<const PresetSpec> preset = presets.Find(context, name);
    if (preset == nullptr) {
      context.diagnostics.Error(place, {"the preset ", Quoted(name), " cannot be used"});
      return false;
    }
    spec.parser = std::move(preset);
  } else {
    context.diagnostics.Error(
        place, {"unknown parser ", Quoted(name), SuggestName(name, KnownNames(presets))});
    return false;
  }
  return true;
}

LoadedParser LoadParser(LoadContext& context, PresetLibrary& presets, const YamlNode& node,
                        std::string_view key) {
  std::vector<const YamlNode*> nodes = {&node};
  if (node.kind() == YamlNode::Kind::kSequence) nodes = node.items();
  if (nodes.empty() || nodes.size() > ParserPlan::kMaxAlternatives) {
    context.diagnostics.Error(node.place(),
                              {Quoted(key), nodes.empty() ? " is an empty list" : ": more than ",
                               nodes.empty() ? "" : std::to_string(ParserPlan::kMaxAlternatives),
                               nodes.empty() ? "" : " parsers"});
    return {};
  }
  LoadedParser loaded;
  std::vector<ParserPlan::Alternative> alternatives;
  bool ok = true;
  for (size_t i = 0; i < nodes.size(); ++i) {
    ok &= AddParser(context, presets, *nodes[i], key, loaded.specs, alternatives);
    if (i + 1 < nodes.size() && nodes[i]->text() == "none") {
      context.diagnostics.Warning(nodes[i + 1]->place(),
                                  {"nothing comes so far: \"none\" before it takes every text"});
    }
  }
  if (!ok) return {};
  loaded.plan = std::make_shared<const ParserPlan>(std::move(alternatives));
  return loaded;
}

}  // namespace tailrace
