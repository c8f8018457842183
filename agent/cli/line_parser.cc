#include "agent/cli/line_parser.h"

#include <array>
#include <utility>

#include "agent/base/check.h"
#include "agent/cli/field_json.h"
#include "agent/json/json_writer.h"
#include "parsers/timestamp.h"

namespace tailrace {

LineParser::LineParser(InlineParser parser, Output output)
    : chain_(std::move(parser.plan)), output_(std::move(output)) {
  if (!parser.multiline) return;
  absl::StatusOr<MultilineRules> rules = MultilineRules::Compile(*parser.multiline);
  CHECK(rules.ok());  // Who loaded the parser has seen that.
  rules_ = *std::move(rules);
}

void LineParser::TakeLine(std::string line) {
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

void LineParser::End() {
  if (!std::exchange(open_, false)) return;
  Parse(event_);
}

void LineParser::Parse(std::string& text) {
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
  if (parser.maker == nullptr && parser.preset == nullptr) {
    fields_.push_back({"message", text, FieldKind::kText, /*ours=*/true});
  }
  std::array<char, kUtcTimeBytes> time;
  if (job.time == ChainTime::kRead) {
    FormatUtc(job.time_nanos, time.data());
    fields_.insert(fields_.begin(), {"@timestamp",
                                     {time.data(), time.size()},
                                     FieldKind::kText,
                                     /*ours=*/true});
  }
  output_(FieldsAsJson(fields_));
}

void LineParser::Refuse(std::string_view text) {
  failed_ = true;
  std::string line;
  JsonWriter json(&line);
  json.BeginObject().Key("message").String(text);
  json.Key("parse_error").String("refused by every parser").EndObject();
  output_(std::move(line));
}

}  // namespace tailrace
