#include "parsers/chain/parser_plan.h"

#include "agent/base/strings.h"
#include "parsers/formats/json_format.h"
#include "parsers/formats/klog_format.h"
#include "parsers/formats/logfmt_format.h"

namespace tailrace {
namespace {

using Alternative = ParserPlan::Alternative;

template <class FormatType, class... Options>
FormatMaker MakerOf(Options... options) {
  return [options...] { return std::make_unique<FormatType>(options...); };
}

absl::Status CompileInto(PlainFormat format, const ParserSpec& /*spec*/, Alternative& made) {
  made.facts.engine = "byte scanner";
  switch (format) {
    case PlainFormat::kNone:
      made.facts.engine = "nothing to do";
      made.names.emplace();
      break;
    case PlainFormat::kJson:
      made.facts.engine = "JSON walker";
      made.maker = MakerOf<JsonFormat>();
      break;
    case PlainFormat::kLogfmt:
      made.maker = MakerOf<LogfmtFormat>();
      break;
    case PlainFormat::kKlog:
      made.maker = MakerOf<KlogFormat>();
      break;
  }
  return absl::OkStatus();
}

// Key-value, CSV and syslog.
template <class FormatType, class Options>
absl::Status CompileFormat(const Options& options, Alternative& made) {
  made.facts.engine = "byte scanner";
  made.maker = MakerOf<FormatType>(options);
  return absl::OkStatus();
}

absl::Status CompileInto(const KeyValueOptions& options, const ParserSpec& /*spec*/,
                         Alternative& made) {
  absl::Status status = options.Validate();
  return status.ok() ? CompileFormat<KeyValueFormat>(options, made) : status;
}

absl::Status CompileInto(const CsvOptions& options, const ParserSpec& /*spec*/, Alternative& made) {
  made.ours = !options.columns.empty();
  if (made.ours) made.names = options.columns;
  absl::Status status = options.Validate();
  return status.ok() ? CompileFormat<CsvFormat>(options, made) : status;
}

absl::Status CompileInto(const SyslogOptions& options, const ParserSpec& /*spec*/,
                         Alternative& made) {
  return CompileFormat<SyslogFormat>(options, made);
}

absl::Status CompileInto(const PatternSpec& pattern, const ParserSpec& spec, Alternative& made) {
  absl::StatusOr<LiteralPattern> compiled = LiteralPattern::Compile(pattern.pattern);
  if (!compiled.ok()) return compiled.status();
  made.facts.engine = "literal search";
  made.facts.captures = compiled->names().size();
  made.names = compiled->names();
  made.types = {};
  made.maker = CaptureFormat(*std::move(compiled), spec.types);
  return absl::OkStatus();
}

absl::Status UseLinePattern(absl::StatusOr<LinePattern> compiled, const ParserSpec& spec,
                            Alternative& made) {
  if (!compiled.ok()) return compiled.status();
  made.facts.engine = compiled->engine() == PatternEngine::kScanner ? "scanner" : "RE2";
  made.facts.why_re2 = compiled->why_re2();
  made.names.emplace();
  for (const RegexCapture& capture : compiled->captures()) {
    if (!capture.name.empty()) made.names->push_back(capture.name);
  }
  made.facts.captures = made.names->size();
  made.types = {};
  made.maker = CaptureFormat(*std::move(compiled), spec.types);
  return absl::OkStatus();
}

absl::Status CompileInto(const RegexSpec& regex, const ParserSpec& spec, Alternative& made) {
  return UseLinePattern(LinePattern::Compile(regex.pattern), spec, made);
}

absl::Status CompileInto(const GrokSpec& grok, const ParserSpec& spec, Alternative& made) {
  PatternLibrary library = PatternLibrary::BuiltIn(grok.names);
  for (const std::string& text : grok.pattern_texts) {
    absl::Status status = library.AddFile(text);
    if (!status.ok()) return status;
  }
  for (const auto& [name, expression] : grok.patterns) {
    absl::Status status = library.Add(name, expression);
    if (!status.ok()) return status;
  }
  return UseLinePattern(library.Compile(grok.pattern), spec, made);
}

absl::StatusOr<std::shared_ptr<const PresetPlan>> CompilePreset(
    const std::shared_ptr<const PresetSpec>& spec) {
  PresetPlan plan;
  plan.spec = spec;
  absl::StatusOr<ParserPlanPtr> parse = ParserPlan::Compile(spec->parse);
  if (!parse.ok()) return parse.status();
  plan.parse = *std::move(parse);
  for (const FieldParserSpec& then : spec->then) {
    absl::StatusOr<ParserPlanPtr> compiled = ParserPlan::Compile(then.parse);
    if (!compiled.ok()) return compiled.status();
    const std::string into = then.into.empty() ? "" : then.into + ".";
    plan.then.push_back({then.from, *std::move(compiled), into, then.keep});
  }
  if (spec->multiline.has_value()) {
    const absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(*spec->multiline);
    if (!rules.ok()) return rules.status();
  }
  if (!spec->timestamp.has_value()) return std::make_shared<const PresetPlan>(std::move(plan));
  for (const std::string& format : spec->timestamp->formats) {
    absl::StatusOr<TimeLayout> layout = TimeLayout::Compile(format, spec->timestamp->zone);
    if (!layout.ok()) return layout.status();
    plan.layouts.push_back(*std::move(layout));
  }
  return std::make_shared<const PresetPlan>(std::move(plan));
}

// Adds what the parsers of `plan` make, with `into` before it; forgets `names` where that may be
// anything.
void AddNames(const ParserPlan& plan, const std::string& into,
              std::optional<std::vector<std::string>>& names) {
  for (const Alternative& alternative : plan.alternatives()) {
    if (!alternative.names.has_value()) names.reset();
    if (!names.has_value()) return;
    for (const std::string& name : *alternative.names) names->push_back(into + name);
  }
}

std::optional<std::vector<std::string>> NamesOf(const PresetPlan& plan) {
  std::optional<std::vector<std::string>> names(std::in_place);
  AddNames(*plan.parse, "", names);
  for (const PresetPlan::FieldParser& then : plan.then) AddNames(*then.parse, then.into, names);
  if (!names.has_value()) return std::nullopt;
  for (const auto& [from, to] : plan.spec->rename) names->push_back(to);
  return names;
}

absl::Status CompileInto(const std::shared_ptr<const PresetSpec>& preset,
                         const ParserSpec& /*spec*/, Alternative& made) {
  absl::StatusOr<std::shared_ptr<const PresetPlan>> plan = CompilePreset(preset);
  if (!plan.ok()) return plan.status();
  made.facts.engine = "preset";
  made.names = NamesOf(**plan);
  made.preset = *std::move(plan);
  return absl::OkStatus();
}

void AddFacts(const ParserPlan& plan, std::string_view within, std::vector<ParserFacts>& facts) {
  for (const Alternative& alternative : plan.alternatives()) {
    ParserFacts own = alternative.facts;
    if (!within.empty()) own.name = Concat({within, "/", own.name});
    if (alternative.preset == nullptr) {
      facts.push_back(std::move(own));
      continue;
    }
    AddFacts(*alternative.preset->parse, own.name, facts);
    for (const PresetPlan::FieldParser& then : alternative.preset->then) {
      AddFacts(*then.parse, Concat({own.name, "/", then.from}), facts);
    }
  }
}

}  // namespace

absl::StatusOr<Alternative> ParserPlan::CompileOne(const ParserSpec& spec) {
  Alternative made;
  made.name = made.facts.name = spec.name;
  made.types = spec.types;
  absl::Status status =
      std::visit([&](const auto& parser) { return CompileInto(parser, spec, made); }, spec.parser);
  if (!status.ok()) return status;
  return made;
}

absl::StatusOr<ParserPlanPtr> ParserPlan::Compile(const std::vector<ParserSpec>& specs) {
  if (specs.empty()) return absl::InvalidArgumentError("a list of parsers is empty");
  if (specs.size() > kMaxAlternatives) {
    return absl::InvalidArgumentError(
        Concat({"more than ", std::to_string(kMaxAlternatives), " parsers in a list"}));
  }
  std::vector<Alternative> alternatives;
  for (const ParserSpec& spec : specs) {
    absl::StatusOr<Alternative> compiled = CompileOne(spec);
    if (!compiled.ok()) return compiled.status();
    alternatives.push_back(*std::move(compiled));
  }
  return std::make_shared<const ParserPlan>(std::move(alternatives));
}

std::vector<ParserFacts> ParserPlan::Facts() const {
  std::vector<ParserFacts> facts;
  AddFacts(*this, "", facts);
  return facts;
}

const MultilineOptions* ParserPlan::multiline() const {
  for (const Alternative& alternative : alternatives_) {
    if (alternative.preset == nullptr) continue;
    if (alternative.preset->spec->multiline.has_value()) {
      return &*alternative.preset->spec->multiline;
    }
    const MultilineOptions* within = alternative.preset->parse->multiline();
    if (within != nullptr) return within;
  }
  return nullptr;
}

}  // namespace tailrace
