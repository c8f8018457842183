#include <array>
#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "agent/config/parser_section.h"
#include "agent/config/redact_section.h"
#include "agent/config/stages/stage_loaders.h"
#include "agent/pipeline/stages/parser_stage.h"
#include "agent/pipeline/stages/redact_stage.h"
#include "agent/pipeline/stages/timestamp_stage.h"

namespace tailrace {
namespace {

constexpr size_t kMaxLayouts = 16;

bool IsPlain(const LoadedParser& parser, PlainFormat format) {
  if (parser.specs.size() != 1 || !parser.specs.front().types.empty()) return false;
  const auto* plain = std::get_if<PlainFormat>(&parser.specs.front().parser);
  return plain != nullptr && *plain == format;
}

// The field `into`, "" without; nullopt after an error.
std::optional<std::string> LoadInto(StageLoad& load, const LoadedParser& parser) {
  const YamlNode* node = load.beside.Take("into");
  if (node == nullptr) return std::string();
  const std::optional<FieldPath> path = LoadPath(load, *node, "into", PathUse::kWrite);
  if (!path) return std::nullopt;
  const std::string& name = path->name();
  absl::Status status;
  if (name == kMessageField) status = CheckWritable("message.");
  if (IsPlain(parser, PlainFormat::kNone)) {
    status = absl::InvalidArgumentError("\"parse: none\" makes no fields");
  }
  if (status.ok()) return name;
  load.context.diagnostics.Error(node->place(), {"\"into\": ", FromAbsl(status.message())});
  return std::nullopt;
}

// A preset whose records span lines joins them, unless the pipeline says how itself.
void JoinAsThePresetSays(StageLoad& load, const ParserPlan& plan) {
  const MultilineOptions* const joins = plan.multiline();
  if (joins == nullptr || load.pipeline.multiline || !load.pipeline.stages.empty()) return;
  absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(*joins);
  if (!rules.ok()) return;  // Not with a preset that was loaded.
  load.pipeline.multiline = MultilineStageOptions{.rules = *std::move(rules)};
}

std::optional<std::vector<TimeLayout>> LoadLayouts(StageLoad& load, MapReader& reader) {
  reader.Require("format");
  const std::vector<ConfigText> formats = reader.TextList("format");
  const std::optional<ConfigText> zone = reader.Text("zone", "a time zone, such as Europe/Paris");
  std::vector<TimeLayout> layouts;
  if (zone) {
    const absl::StatusOr<TimeZone> known = TimeZone::Load(zone->text);
    if (!known.ok()) {
      reader.ErrorIn("zone", *zone, known.status());
      return std::nullopt;
    }
  }
  for (const ConfigText& format : formats) {
    absl::StatusOr<TimeLayout> layout =
        TimeLayout::Compile(format.text, zone ? std::string_view(zone->text) : "UTC");
    if (layout.ok()) {
      layouts.push_back(*std::move(layout));
    } else {
      reader.ErrorIn("format", format, layout.status());
    }
  }
  if (layouts.size() > kMaxLayouts) {
    load.context.diagnostics.Error(reader.place(), {"\"format\": more than 16 layouts"});
    return std::nullopt;
  }
  if (layouts.empty() || layouts.size() != formats.size()) return std::nullopt;
  return layouts;
}

}  // namespace

std::optional<StageMaker> LoadParse(StageLoad& load, const YamlNode& value) {
  constexpr std::array<std::string_view, 3> kOnError = {"keep", "drop", "dead_letter"};
  const LoadedParser parser = LoadParser(load.context, load.presets, value, "parse");
  ParserStageOptions options;
  options.plan = parser.plan;
  options.from = *FieldPath::Parse(kMessageField);
  const YamlNode* from = load.beside.Take("from");
  bool good = parser.plan != nullptr;
  if (from != nullptr) {
    std::optional<FieldPath> path = LoadPath(load, *from, "from", PathUse::kRead);
    good &= path.has_value();
    if (path) options.from = *std::move(path);
  }
  const bool says_on_error = load.beside.Has("on_error");
  options.on_error = static_cast<OnParseError>(load.beside.Choice("on_error", kOnError));
  std::optional<std::string> into = LoadInto(load, parser);
  if (!good || !into) return std::nullopt;
  options.into = *into;
  load.spec.parser = parser.plan;
  JoinAsThePresetSays(load, *parser.plan);
  const bool json = IsPlain(parser, PlainFormat::kJson);
  if ((json || IsPlain(parser, PlainFormat::kNone)) && from == nullptr && !says_on_error) {
    load.plain = PlainParse{json, *into};
  }
  return ParserStage(std::move(options));
}

std::optional<StageMaker> LoadTimestamp(StageLoad& load, const YamlNode& value) {
  MapReader reader(load.context, value, value.place(), "the stage \"timestamp\"");
  reader.Require("field");
  TimestampOptions options;
  bool good = false;
  if (const YamlNode* field = reader.Take("field"); field != nullptr) {
    std::optional<FieldPath> path = LoadPath(load, *field, "field", PathUse::kRead);
    good = path.has_value();
    if (path) options.field = *std::move(path);
  }
  std::optional<std::vector<TimeLayout>> layouts = LoadLayouts(load, reader);
  reader.Finish();
  if (!good || !layouts) return std::nullopt;
  options.layouts = *std::move(layouts);
  return TimestampStage(std::move(options));
}

std::optional<StageMaker> LoadRedaction(StageLoad& load, const YamlNode& value) {
  const std::optional<RedactOptions> options = LoadRedact(load.context, value);
  if (!options) return std::nullopt;
  absl::StatusOr<Redactor> redactor = Redactor::Compile(*options);
  if (redactor.ok()) return RedactStage(*std::move(redactor));
  load.context.diagnostics.Error(value.place(),
                                 {"\"redact\": ", FromAbsl(redactor.status().message())});
  return std::nullopt;
}

}  // namespace tailrace
