#include "agent/pipeline/rehearsal.h"

#include <algorithm>
#include <map>
#include <utility>

#include "agent/base/strings.h"
#include "agent/event/slab.h"
#include "agent/pipeline/stages/dedupe_stage.h"
#include "parsers/formats/json_format.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

constexpr std::string_view kTimeField = "@timestamp";

// The one record of a batch, as it was at some time.
struct Snapshot {
  struct Value {
    std::string text;
    FieldKind kind;
    friend bool operator==(const Value&, const Value&) = default;
  };
  std::map<std::string, Value, std::less<>> fields;
  std::string time;
  Fate fate = Fate::kGoes;
  bool refused = false;
};

Snapshot TakeSnapshot(const StageBatch& batch) {
  Snapshot snapshot;
  for (const Field& field : batch.fields(0)) {
    snapshot.fields[std::string(field.name)] = {std::string(field.value), field.kind};
  }
  snapshot.time = batch.record(0).time;
  snapshot.fate = batch.record(0).fate;
  snapshot.refused = batch.record(0).refused;
  return snapshot;
}

std::vector<std::string> Changes(const Snapshot& before, const Snapshot& after) {
  std::vector<std::string> names;
  if (before.time != after.time) names.emplace_back(kTimeField);
  for (const auto& [name, value] : before.fields) {
    const auto now = after.fields.find(name);
    if (now == after.fields.end() || now->second != value) names.push_back(name);
  }
  for (const auto& [name, value] : after.fields) {
    if (!before.fields.contains(name)) names.push_back(name);
  }
  return names;
}

std::string_view WhyEnded(Fate fate) {
  switch (fate) {
    case Fate::kGoes:
      return "";
    case Fate::kFiltered:
      return "filtered here";
    case Fate::kDropped:
      return "refused by every parser, dropped";
    case Fate::kRejected:
      return "refused by every parser, to the dead letters";
  }
  return "";
}

std::string Why(const StageReport& report, const Snapshot& before, const Snapshot& after,
                const std::string& ended_by) {
  const bool went = before.fate == Fate::kGoes;
  if (!went && !report.applied) return Concat({"not reached: ended by ", ended_by});
  if (!report.applied) return "`when` does not hold";
  if (went && after.fate != Fate::kGoes) return std::string(WhyEnded(after.fate));
  if (after.refused && !before.refused) return "refused by every parser";
  return report.changed.empty() ? std::string(kNoChange) : "";
}

}  // namespace

Rehearsal::Rehearsal(Plan& plan, StreamInfoPtr stream, const FramerOptions& framing,
                     const Clock& clock)
    : plan_(plan),
      stream_(std::move(stream)),
      framing_(framing),
      clock_(clock),
      flow_(registry_, plan.options().sources),
      binding_(plan.BindStream(*stream_)),
      windows_(binding_),
      run_(flow_) {}

std::vector<RehearsedRecord> Rehearsal::Run(std::string_view text, int64_t offset) {
  // The parsers read a little beyond what they are given.
  const std::string padded = Concat({text, std::string(kSlabPaddingBytes, '\0')});
  text_ = std::string_view(padded).substr(0, text.size());
  text_offset_ = offset;
  for (size_t at = text_.find('\n'); at != std::string_view::npos; at = text_.find('\n', at + 1)) {
    line_ends_.push_back(offset + static_cast<int64_t>(at) + 1);
  }
  read_time_.resize(kUtcTimeBytes);
  FormatUtc(clock_.WallNanos(), read_time_.data());
  WorkerFile file(FileId(1), FileOpened{stream_, {}, std::nullopt}, binding_, framing_, offset,
                  /*max_open_ranges=*/1);
  std::string_view left = text_;
  while (!left.empty()) {
    framed_.Clear();
    framed_.segment = left.data();
    left.remove_prefix(file.framer.Frame(left.substr(0, kSlabBytes), framed_));
    TakeBatch(file, EventEnd::kNone);
  }
  framed_.Clear();
  file.framer.Flush(framed_);
  TakeBatch(file, EventEnd::kFlush);
  windows_.EndAll(SummaryEnd::kStop);
  RehearseSummaries();
  text_ = {};
  NumberRecords();
  return std::move(records_);
}

// Where an event is open, records of pipelines that do not join lines come before it. A summary
// comes behind the record whose place it has.
void Rehearsal::NumberRecords() {
  std::stable_sort(records_.begin(), records_.end(),
                   [](const RehearsedRecord& a, const RehearsedRecord& b) {
                     return std::pair(a.offset, a.summary) < std::pair(b.offset, b.summary);
                   });
  for (size_t i = 1; i < records_.size(); ++i) {
    const bool same = records_[i].offset == records_[i - 1].offset && !records_[i].summary;
    records_[i].record = records_[i - 1].record + (same ? 0 : 1);
  }
}

size_t Rehearsal::LineAt(int64_t offset) const {
  const auto behind = std::upper_bound(line_ends_.begin(), line_ends_.end(), offset);
  return 1 + static_cast<size_t>(behind - line_ends_.begin());
}

void Rehearsal::TakeBatch(WorkerFile& file, EventEnd end) {
  framed_.read_wall_nanos = clock_.WallNanos();
  const RouteBatches batches = multiline_.Run(file, framed_, end, clock_.Now());
  if (binding_.empty()) {
    for (size_t i = 0; i < framed_.size(); ++i) Rehearse(framed_, i, nullptr);
  }
  for (size_t route = 0; route < binding_.size(); ++route) {
    const RecordBatch& batch = *batches.by_route[route];
    for (size_t i = 0; i < batch.size(); ++i) Rehearse(batch, i, &binding_[route]);
  }
}

void Rehearsal::Rehearse(const RecordBatch& batch, size_t index, const Route* route) {
  single_.Clear();
  single_.read_wall_nanos = batch.read_wall_nanos;
  const Span body = single_.AddToArena(batch.Text(batch.bodies[index]));
  const Span time =
      batch.times[index].empty() ? Span{} : single_.AddToArena(batch.Text(batch.times[index]));
  single_.Add(body, time, batch.offsets[index], batch.covered[index], batch.flags[index]);
  single_.arena.append(kArenaPaddingBytes, '\0');
  RehearsedRecord& record = records_.emplace_back();
  record.offset = batch.offsets[index];
  record.line = LineAt(record.offset);
  if (route == nullptr) return;
  record.pipeline = route->pipeline->name;
  RunRoute(*route, record);
  RehearseSummaries();
}

void Rehearsal::RehearseSummaries() {
  for (FileWindows::RouteWindows& route : windows_.routes()) {
    for (PipelineWindows::Table& table : route.windows.tables) {
      while (table.windows.closed() > 0) {
        RehearseSummary(binding_[route.route], table.stage, table.windows.TakeClosed(1, SIZE_MAX));
      }
    }
  }
}

void Rehearsal::RehearseSummary(const Route& route, size_t stage, const DedupeSummaries& summary) {
  const DedupeSummary& made = *summary.front();
  single_.Clear();
  single_.read_wall_nanos = clock_.WallNanos();
  const Span body = single_.AddToArena(made.last.text());
  const Span time = single_.AddToArena(made.last.time());
  single_.Add(body, time, made.last.offset(), made.id_bytes(), made.last.flags());
  single_.arena.append(kArenaPaddingBytes, '\0');
  RehearsedRecord& record = records_.emplace_back();
  record.offset = made.last.offset();
  record.line = LineAt(record.offset);
  record.summary = true;
  record.pipeline = route.pipeline->name;
  StageReport& report = record.stages.emplace_back();
  report.stage = route.pipeline->stages[stage].name;
  report.applied = true;
  report.why = Concat({"the summary of ", std::to_string(made.records), " filtered here"});
  report.changed = {std::string(kDedupeCountField), std::string(kDedupeSinceField)};
  RunRoute(route, record, MadeSummary{stage, &summary});
}

void Rehearsal::RunRoute(const Route& route, RehearsedRecord& record,
                         std::optional<MadeSummary> made) {
  const CompiledPipeline& pipeline = *route.pipeline;
  const auto labels = [this](std::string_view name) { return plan_.Label(*stream_, name); };
  Snapshot before;
  bool begun = false;
  MonotonicTime begin{};
  const auto watch = [&](size_t stages_done, const StageBatch& batch) {
    const MonotonicTime end = clock_.Now();
    Snapshot after = TakeSnapshot(batch);
    if (std::exchange(begun, true)) {
      StageReport& report = record.stages.emplace_back();
      report.stage = pipeline.stages[stages_done - 1].name;
      report.applied = batch.selected().Has(0);
      report.changed = Changes(before, after);
      report.why = Why(report, before, after, record.ended_by);
      if (before.fate == Fate::kGoes || report.applied) report.nanos = (end - begin).count();
      if (before.fate == Fate::kGoes && after.fate != Fate::kGoes) record.ended_by = report.stage;
    }
    before = std::move(after);
    begin = clock_.Now();
  };
  PipelineWindows* const windows = windows_.Of(static_cast<size_t>(&route - binding_.data()));
  const BatchOrigin origin{read_time_, stream_->key, NanosOf(clock_.Now()), windows};
  if (made) {
    run_.RunSummaries(pipeline, made->stage, *made->summary, single_, labels, origin, bodies_,
                      watch);
  } else {
    run_.Run(pipeline, single_, labels, origin, bodies_, watch);
  }
  if (windows != nullptr) windows->ForgetFiltered();
  if (pipeline.stages.empty() && pipeline.parse_json) {
    ReportPlainParse(pipeline, single_.Text(single_.bodies[0]), record);
  }
  Encode(route, record);
}

void Rehearsal::ReportPlainParse(const CompiledPipeline& pipeline, std::string_view text,
                                 RehearsedRecord& record) const {
  FieldList fields;
  ByteArena arena;
  JsonFormat format;
  ParseJob job{text, &fields};
  const MonotonicTime begin = clock_.Now();
  format.Parse(std::span(&job, 1), arena);
  StageReport& report = record.stages.emplace_back();
  report.nanos = (clock_.Now() - begin).count();
  report.stage = "parse";
  report.applied = true;
  if (bodies_.records[0].kind == BodyKind::kRefused) report.why = "refused by every parser";
  if (bodies_.records[0].kind != BodyKind::kMembers) return;
  if (!pipeline.into.empty()) {
    report.changed = {pipeline.into};
  } else {
    for (const Field& field : fields) report.changed.emplace_back(field.name);
  }
  if (FindField(fields, kMessageField) == nullptr) report.changed.emplace_back(kMessageField);
}

SinkReport Rehearsal::ReportSink(const Route& route, size_t output, bool dead_letter) {
  SinkReport report;
  report.sink = route.pipeline->to[output];
  report.dead_letter = dead_letter;
  report.destination = plan_.RenderDestination(report.sink, *stream_);
  EncodeTarget target;
  target.document = &route.templates[output];
  target.into = route.pipeline->into;
  target.read_time = read_time_;
  target.branch = dead_letter ? PipelineRun::kRejectedBit : route.pipeline->branch_bits[output];
  Payload payload;
  encoder_.Encode(single_, bodies_, target, payload);
  const PayloadItem& item = payload.items.front();
  report.document = payload.bytes.view().substr(item.offset + item.body_offset,
                                                item.length - item.body_offset - 1);
  return report;
}

void Rehearsal::Encode(const Route& route, RehearsedRecord& record) {
  const uint64_t branches = bodies_.records[0].branches;
  if (branches == PipelineRun::kRejectedBit) {
    record.sinks.push_back(ReportSink(route, 0, /*dead_letter=*/true));
    return;
  }
  for (size_t output = 0; output < route.pipeline->to.size(); ++output) {
    if ((branches & route.pipeline->branch_bits[output]) == 0) continue;
    record.sinks.push_back(ReportSink(route, output, /*dead_letter=*/false));
  }
}

}  // namespace tailrace
