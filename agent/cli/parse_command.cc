#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/cli/commands.h"
#include "agent/cli/field_json.h"
#include "agent/config/inline_parser.h"
#include "agent/config/preset_library.h"
#include "agent/json/json_writer.h"
#include "parsers/chain/parser_chain.h"
#include "parsers/multiline_state.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

// Joins lines to events and prints what the parser makes of each.
class LineParser {
 public:
  LineParser(ParserPlanPtr plan, std::optional<MultilineRules> rules)
      : chain_(std::move(plan)), rules_(std::move(rules)) {}

  void TakeLine(std::string line) {
    line.reserve(line.size() + kTextPaddingBytes);  // Which parsers may read.
    if (!rules_) return Parse(line);
    const LineRole role = state_.Next(*rules_, line);
    if (role == LineRole::kAlone || role == LineRole::kBegins) {
      End();
      event_ = std::move(line);
      open_ = true;
    } else {
      event_.append("\n").append(line);
    }
    if (role == LineRole::kAlone || role == LineRole::kEnds) End();
  }

  void End() {
    if (!open_) return;
    open_ = false;
    Parse(event_);
  }

  bool failed() const { return failed_; }

 private:
  void Parse(std::string& text) {
    text.reserve(text.size() + kTextPaddingBytes);
    fields_.clear();
    arena_.Clear();
    ChainJob job;
    job.text = text;
    job.reference_nanos = clock_.WallNanos();
    job.fields = &fields_;
    chain_.Parse(std::span(&job, 1), arena_);
    if (!job.parsed()) return Refuse(text);
    const ParserPlan::Alternative& parser = chain_.plan().alternatives()[job.alternative];
    const bool plain = parser.maker == nullptr && parser.preset == nullptr;
    if (plain) fields_.push_back({"message", text, FieldKind::kText, /*ours=*/true});
    char time[kUtcTimeBytes];
    if (job.time == ChainTime::kRead) {
      FormatUtc(job.time_nanos, time);
      fields_.insert(fields_.begin(),
                     {"@timestamp", {time, kUtcTimeBytes}, FieldKind::kText, /*ours=*/true});
    }
    std::printf("%s\n", FieldsAsJson(fields_).c_str());
  }

  void Refuse(std::string_view text) {
    failed_ = true;
    std::string line;
    JsonWriter json(&line);
    json.BeginObject().Key("message").String(text);
    json.Key("parse_error").String("refused by every parser").EndObject();
    std::printf("%s\n", line.c_str());
  }

  ParserChain chain_;
  const std::optional<MultilineRules> rules_;
  MultilineState state_;
  std::string event_;  // Of which the end has not come, while open_.
  bool open_ = false;
  const SystemClock clock_;
  FieldList fields_;
  ByteArena arena_;
  bool failed_ = false;
};

}  // namespace

int ParseLines(const std::string& parser, const LoadEnvironment& environment) {
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  InlineParser made = ParseInlineSpec(context, presets, "--as", parser);
  std::fputs(diagnostics.Render().c_str(), stderr);
  if (made.plan == nullptr) return kExitConfig;
  std::optional<MultilineRules> rules;
  if (made.multiline) rules = *MultilineRules::Compile(*made.multiline);
  LineParser lines(std::move(made.plan), std::move(rules));
  for (std::string line; std::getline(std::cin, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.TakeLine(std::move(line));
  }
  lines.End();
  return lines.failed() ? kExitFailures : kExitOk;
}

}  // namespace tailrace
