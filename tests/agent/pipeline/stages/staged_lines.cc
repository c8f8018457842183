#include "tests/agent/pipeline/stages/staged_lines.h"

#include <utility>

#include "agent/base/check.h"
#include "agent/base/strings.h"
#include "agent/pipeline/plan.h"
#include "agent/pipeline/stages/parser_stage.h"
#include "parsers/timestamp.h"
#include "sinks/field_writer.h"

namespace tailrace {
namespace {

constexpr std::string_view kReadTime = "2026-01-01T00:00:00.000000000Z";
constexpr int64_t kFirstNanos = 1767323045LL * 1'000'000'000;

ParserSpec SpecOf(std::string_view parser) {
  ParserSpec spec;
  spec.name = parser;
  spec.parser = parser == "json"     ? PlainFormat::kJson
                : parser == "logfmt" ? PlainFormat::kLogfmt
                                     : PlainFormat::kNone;
  return spec;
}

}  // namespace

FieldPath Path(std::string_view text) { return *FieldPath::Parse(text); }

CompiledFilter FilterOf(std::string_view text) {
  const absl::StatusOr<Filter> filter = Filter::Parse(text);
  CHECK(filter.ok());
  return *CompiledFilter::Compile(*filter, NameScope({"team"}));
}

StageMaker Parse(std::string_view parser, OnParseError on_error) {
  ParserStageOptions options;
  options.plan = *ParserPlan::Compile({SpecOf(parser)});
  options.from = Path(kMessageField);
  options.on_error = on_error;
  return ParserStage(std::move(options));
}

StagedLines::StagedLines(const std::vector<std::string>& lines,
                         std::map<std::string, std::string, std::less<>> labels)
    : labels_(std::move(labels)) {
  int64_t offset = 0;
  for (const std::string& line : lines) {
    std::string time(kUtcTimeBytes, ' ');
    const auto second = static_cast<int64_t>(framed_.size());
    FormatUtc(kFirstNanos + second * 1'000'000'000, time.data());
    const Span body = framed_.AddToArena(line);
    framed_.Add(body, framed_.AddToArena(time), offset, static_cast<uint32_t>(line.size() + 1), 0);
    offset += static_cast<int64_t>(line.size()) + 1;
  }
  framed_.arena.append(kArenaPaddingBytes, ' ');
  batch_.Begin(framed_, *this, {kReadTime, {}, 0});
}

std::string_view StagedLines::operator()(std::string_view label) const {
  const auto found = labels_.find(label);
  return found == labels_.end() ? std::string_view() : found->second;
}

StagedLines& StagedLines::Run(StageMaker make) {
  auto& spec = specs_.emplace_back(std::make_unique<StageSpec>());
  spec->make = std::move(make);
  auto& chain = chains_.emplace_back(
      std::make_unique<StageChain>(std::span(spec.get(), 1), std::span(&counters_, 1), true));
  chain->Run(batch_);
  return *this;
}

StagedLines& StagedLines::RunWhere(std::string_view when, StageMaker make) {
  auto& spec = specs_.emplace_back(std::make_unique<StageSpec>());
  spec->make = std::move(make);
  spec->when = FilterOf(when);
  auto& chain = chains_.emplace_back(
      std::make_unique<StageChain>(std::span(spec.get(), 1), std::span(&counters_, 1), true));
  chain->Run(batch_);
  return *this;
}

std::string StagedLines::Document(size_t index) {
  switch (batch_.record(index).fate) {
    case Fate::kGoes:
      break;
    case Fate::kFiltered:
      return "filtered";
    case Fate::kDropped:
      return "dropped";
    case Fate::kRejected:
      return "rejected";
  }
  FieldWriter writer;
  const WrittenFields written = writer.Write(batch_.fields(index), NamesOfDocuments());
  std::string text = Concat({"{", written.members, "}"});
  if (!written.event_members.empty()) text += Concat({" event{", written.event_members, "}"});
  if (!written.log_members.empty()) text += Concat({" log{", written.log_members, "}"});
  return text;
}

}  // namespace tailrace
