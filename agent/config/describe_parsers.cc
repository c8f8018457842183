#include "agent/config/describe_parsers.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <span>

#include "agent/base/check.h"
#include "agent/base/strings.h"
#include "parsers/chain/parser_chain.h"
#include "parsers/chain/parser_speed.h"
#include "parsers/multiline_state.h"

namespace tailrace {
namespace {

using Alternative = ParserPlan::Alternative;
using Lines = std::vector<std::string>;

std::string Padded(const std::string& line) { return line + std::string(kTextPaddingBytes, '\n'); }

// The lines as the parser gets them, joined where the preset joins them.
Lines JoinEvents(const PresetSpec& preset, Lines lines) {
  if (!preset.multiline.has_value()) return lines;
  const absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(*preset.multiline);
  CHECK(rules.ok());  // It was compiled when the preset was.
  Lines events;
  MultilineState state;
  for (const std::string& line : lines) {
    const std::string padded = Padded(line);
    const LineRole role = state.Next(*rules, std::string_view(padded).substr(0, line.size()));
    const bool joins = role == LineRole::kContinues || role == LineRole::kEnds;
    if (joins && !events.empty()) {
      events.back().append("\n").append(line);
    } else {
      events.push_back(line);
    }
  }
  return events;
}

ParserPlanPtr PlanOf(const Alternative& alternative) {
  return std::make_shared<const ParserPlan>(std::vector<Alternative>{alternative});
}

Lines TakenBy(const ParserPlanPtr& plan, const Lines& lines) {
  Lines taken;
  ParserChain chain(plan);
  ByteArena arena;
  for (const std::string& line : lines) {
    const std::string padded = Padded(line);
    FieldList fields;
    ChainJob job{.text = std::string_view(padded).substr(0, line.size()), .fields = &fields};
    chain.Parse(std::span(&job, 1), arena);
    if (job.parsed()) taken.push_back(line);
  }
  return taken;
}

class ParserDescription {
 public:
  ParserDescription(PresetLibrary& presets, const LoadEnvironment& environment, const Clock& clock)
      : presets_(presets), environment_(environment), clock_(clock) {}

  // `lines` are those of the preset around it, if there is one.
  void AddPlan(const ParserPlan& plan, const Lines& lines, const std::string& indent) {
    for (const Alternative& alternative : plan.alternatives()) {
      AddAlternative(alternative, lines, indent);
    }
  }

  std::string text;

 private:
  void AddAlternative(const Alternative& alternative, const Lines& outer,
                      const std::string& indent) {
    const ParserFacts& facts = alternative.facts;
    text += Concat({indent, alternative.name, ": ", facts.engine});
    if (facts.captures > 0) text += Concat({", ", std::to_string(facts.captures), " captures"});
    const ParserPlanPtr plan = PlanOf(alternative);
    const Lines lines =
        alternative.preset == nullptr ? TakenBy(plan, outer) : LinesOf(*alternative.preset->spec);
    if (const std::optional<double> nanos = NanosPerLine(plan, lines, clock_)) {
      char number[32];
      std::snprintf(number, sizeof(number), "%.0f", *nanos);
      text += Concat({", ", number, " ns a line"});
    }
    if (!facts.why_re2.empty()) text += Concat({", since ", facts.why_re2});
    text += '\n';
    if (alternative.preset == nullptr) return;
    AddPlan(*alternative.preset->parse, lines, indent + "  ");
    for (const PresetPlan::FieldParser& then : alternative.preset->then) {
      text += Concat({indent, "  then of ", then.from, "\n"});
      AddPlan(*then.parse, {}, indent + "    ");
    }
  }

  Lines LinesOf(const PresetSpec& preset) {
    Diagnostics diagnostics;  // What is wrong with tests of presets was said when they were loaded.
    LoadContext context{environment_, diagnostics};
    Lines lines;
    if (!presets_.Has(preset.name)) return lines;
    for (const PresetTest& test : presets_.Tests(context, preset.name)) {
      lines.insert(lines.end(), test.lines.begin(), test.lines.end());
    }
    return JoinEvents(preset, std::move(lines));
  }

  PresetLibrary& presets_;
  const LoadEnvironment& environment_;
  const Clock& clock_;
};

}  // namespace

std::string DescribeParsers(const Config& config, PresetLibrary& presets,
                            const LoadEnvironment& environment, const Clock& clock) {
  ParserDescription description(presets, environment, clock);
  for (const PipelineOptions& pipeline : config.pipelines) {
    std::string title = Concat({"parsers of pipeline ", pipeline.name, "\n"});
    for (const StageSpec& stage : pipeline.stages) {
      if (stage.parser == nullptr) continue;
      description.text += Concat({title, "  ", stage.name, "\n"});
      title.clear();
      description.AddPlan(*stage.parser, {}, "    ");
    }
  }
  return std::move(description.text);
}

}  // namespace tailrace
