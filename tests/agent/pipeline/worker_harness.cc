#include "tests/agent/pipeline/worker_harness.h"

#include <cstring>
#include <utility>

#include "sinks/returned_payload.h"

namespace tailrace {
namespace {

std::shared_ptr<Plan> MakePlan(const HarnessOptions& options, MetricRegistry& registry) {
  PlanOptions plan;
  plan.sources = {"files"};
  PipelineOptions pipeline;
  pipeline.name = "all";
  pipeline.from = {SourceId(0)};
  pipeline.plain_parse.json = options.parse_json;
  pipeline.stages = options.stages;
  plan.record_clock = options.record_clock;
  for (size_t i = 0; i < options.sinks; ++i) {
    PlanSink sink;
    sink.options.name = "sink" + std::to_string(i);
    sink.options.when_full = options.when_full;
    plan.sinks.push_back(sink);
    pipeline.to.push_back(SinkId(static_cast<uint16_t>(i)));
  }
  plan.pipelines.push_back(std::move(pipeline));
  if (!options.pipelines.empty()) plan.pipelines = options.pipelines;
  return std::make_shared<Plan>(std::move(plan), registry);
}

}  // namespace

WorkerHarness::WorkerHarness(const HarnessOptions& options)
    : flow_(registry_, {"files"}),
      dead_letters_(1 << 20),
      framing_(options.framing_budget_bytes),
      parked_(options.parked_segments_max),
      slabs_(1024),
      commands_(1024),
      control_(4),
      sink_budget_bytes_(options.sink_budget_bytes),
      when_full_(options.when_full),
      format_(options.format) {
  WorkerLinks links;
  links.slabs = &slabs_;
  links.reader_commands = &commands_;
  links.reader_bell = &reader_bell_;
  links.control = &control_;
  links.send_checkpoints = [this](CheckpointBatch& batch) {
    checkpoints_.insert(checkpoints_.end(), batch.begin(), batch.end());
    return true;
  };
  for (size_t i = 0; i < options.sinks; ++i) {
    sinks_.push_back(std::make_unique<Wires>(options.sink_budget_bytes));
    links.sinks.push_back(LinksTo(*sinks_.back(), "sink" + std::to_string(i)));
  }
  links.dead_letters = LinksTo(dead_letters_, "dead_letters");
  links.dead_letter_budgets.assign(options.sinks, dead_letters_.budget.get());
  links.framing = &framing_;
  links.parked = &parked_;
  links.own_bell = &bell_;
  WorkerOptions worker_options;
  FramerOptions framing;
  framing.max_line_bytes = options.max_line_bytes;
  worker_options.framing = {framing};
  worker_options.flush_partial = {options.flush_partial};
  worker_ = std::make_unique<Worker>(std::move(worker_options), MakePlan(options, registry_),
                                     std::move(links), flow_, clock_, heartbeat_);
}

SinkPortLinks WorkerHarness::LinksTo(Wires& wires, const std::string& sink) {
  counters_.push_back(std::make_unique<SinkCounters>(registry_, sink));
  return {wires.budget.get(), counters_.back().get(),
          &wires.payloads,    &wires.settlements,
          &wires.end,         &wires.bell};
}

std::unique_ptr<WorkerEpoch> WorkerHarness::NextEpoch(const std::vector<std::string>& names,
                                                      std::optional<size_t> shares) {
  auto epoch = std::make_unique<WorkerEpoch>();
  epoch->number = ++epochs_;
  PlanOptions plan;
  plan.sources = {"files"};
  PipelineOptions& pipeline = plan.pipelines.emplace_back();
  pipeline.name = "all";
  pipeline.from = {SourceId(0)};
  for (size_t i = 0; i < names.size(); ++i) {
    SinkOptions& sink = plan.sinks.emplace_back().options;
    sink.name = names[i];
    sink.when_full = when_full_;
    if (!names[i].empty()) pipeline.to.push_back(SinkId(static_cast<uint16_t>(i)));
    if (i < sinks_.size()) continue;
    sinks_.push_back(shares ? std::make_unique<Wires>(sinks_[*shares]->budget)
                            : std::make_unique<Wires>(sink_budget_bytes_));
    epoch->added.push_back({sink, LinksTo(*sinks_.back(), names[i]), dead_letters_.budget.get()});
  }
  epoch->plan = std::make_shared<Plan>(std::move(plan), registry_);
  epoch->framing = {FramerOptions{}};
  epoch->flush_partial = {std::chrono::seconds(5)};
  epoch->flows = flow_.SourcePointers();
  return epoch;
}

void WorkerHarness::Begin(std::unique_ptr<WorkerEpoch> epoch) {
  Segment segment;
  segment.kind = SegmentKind::kEpoch;
  segment.epoch = epoch->number;
  WorkerCommand command;
  command.epoch = std::move(epoch);
  CHECK(control_.TryPush(command));
  Push(std::move(segment));
}

void WorkerHarness::GiveBack(PayloadPtr payload) {
  Settlement settlement = ReturnWhole(std::move(payload));
  CHECK(sinks_[settlement.sink.value()]->settlements.TryPush(settlement));
}

void WorkerHarness::Push(Segment segment, std::string_view bytes) {
  auto slab = std::make_unique<Slab>();
  CHECK(bytes.size() <= kSlabBytes);
  if (!bytes.empty()) std::memcpy(slab->bytes.get(), bytes.data(), bytes.size());
  slab->used_bytes = bytes.size();
  segment.read_wall_nanos = clock_.WallNanos();
  slab->segments.push_back(std::move(segment));
  CHECK(slabs_.TryPush(slab));
}

FileId WorkerHarness::OpenFile(int64_t offset) { return Open(offset, std::nullopt, 0); }

FileId WorkerHarness::OpenNewer(FileId older, int64_t older_end, int64_t offset) {
  return Open(offset, older, older_end);
}

FileId WorkerHarness::Open(int64_t offset, std::optional<FileId> predecessor,
                           int64_t predecessor_end) {
  const FileId file(static_cast<uint32_t>(streams_.size()));
  auto stream = std::make_shared<StreamInfo>();
  stream->source = SourceId(0);
  stream->format = format_;
  stream->identity.inode = 100 + file.value();
  stream->key.bytes[11] = static_cast<uint8_t>(file.value());
  stream->path = "/var/log/" + std::to_string(file.value()) + ".log";
  stream->lineage = predecessor ? streams_[predecessor->value()]->lineage : 1000 + file.value();
  streams_.push_back(stream);
  Segment segment;
  segment.kind = SegmentKind::kOpen;
  segment.file = file;
  segment.offset = offset;
  segment.opened =
      std::make_unique<FileOpened>(FileOpened{stream, Anchor{}, predecessor, predecessor_end});
  Push(std::move(segment));
  return file;
}

void WorkerHarness::SendData(FileId file, int64_t offset, std::string_view bytes) {
  Segment segment;
  segment.kind = SegmentKind::kData;
  segment.file = file;
  segment.offset = offset;
  segment.length = static_cast<uint32_t>(bytes.size());
  segment.read_wall_nanos = clock_.WallNanos();
  Push(std::move(segment), bytes);
}

void WorkerHarness::SendStep(SegmentKind kind, FileId file, int64_t offset) {
  Segment segment;
  segment.kind = kind;
  segment.file = file;
  segment.offset = offset;
  Push(std::move(segment));
}

void WorkerHarness::SendSkip(FileId file, int64_t offset, int64_t bytes) {
  Segment segment;
  segment.kind = SegmentKind::kSkip;
  segment.file = file;
  segment.offset = offset;
  segment.skipped_bytes = bytes;
  Push(std::move(segment));
}

void WorkerHarness::SendRekey(FileId file, int64_t offset, uint8_t key) {
  auto stream = std::make_shared<StreamInfo>(*streams_[file.value()]);
  stream->key.bytes[11] = key;
  streams_[file.value()] = stream;
  Segment segment;
  segment.kind = SegmentKind::kRekey;
  segment.file = file;
  segment.offset = offset;
  segment.opened =
      std::make_unique<FileOpened>(FileOpened{std::move(stream), Anchor{}, std::nullopt, 0});
  Push(std::move(segment));
}

void WorkerHarness::SendGrew(FileId file, int64_t offset, int64_t file_bytes) {
  Segment segment;
  segment.kind = SegmentKind::kGrew;
  segment.file = file;
  segment.offset = offset;
  segment.file_bytes = file_bytes;
  Push(std::move(segment));
}

void WorkerHarness::SendEndOfInput(bool flush_held) {
  Segment segment;
  segment.kind = SegmentKind::kEndOfInput;
  segment.flush_held = flush_held;
  Push(std::move(segment));
}

std::vector<ReaderCommand> WorkerHarness::TakeCommands() {
  std::vector<ReaderCommand> commands;
  while (std::optional<ReaderCommand> command = commands_.TryPop()) {
    commands.push_back(*std::move(command));
  }
  return commands;
}

void WorkerHarness::Run(std::chrono::milliseconds advance) {
  clock_.Advance(advance);
  while (worker_->Step()) {
  }
}

std::vector<PayloadPtr> WorkerHarness::TakePayloads(size_t sink) {
  std::vector<PayloadPtr> payloads;
  while (std::optional<PayloadPtr> payload = sinks_[sink]->payloads.TryPop()) {
    payloads.push_back(*std::move(payload));
  }
  return payloads;
}

std::vector<nlohmann::json> WorkerHarness::Documents(const Payload& payload) {
  std::vector<nlohmann::json> documents;
  for (const PayloadItem& item : payload.items) {
    documents.push_back(nlohmann::json::parse(payload.bytes.view().substr(
        item.offset + item.body_offset, item.length - item.body_offset)));
  }
  return documents;
}

void WorkerHarness::Deliver(PayloadPtr payload) {
  Settlement settlement;
  settlement.sink = payload->sink;
  settlement.released = payload->ranges;
  settlement.delivered_items = payload->items.size();
  Wires& wires = *sinks_[payload->sink.value()];
  settlement.recycled = std::move(payload);
  CHECK(wires.settlements.TryPush(settlement));
}

void WorkerHarness::Reject(PayloadPtr payload, const std::string& reason) {
  Settlement settlement;
  settlement.sink = payload->sink;
  for (const PayloadItem& item : payload->items) {
    RejectedItem& rejected = settlement.rejected.emplace_back();
    rejected.document = payload->bytes.view().substr(item.offset, item.length);
    rejected.reason = reason;
    rejected.ranges.assign(payload->ranges.begin() + item.first_range,
                           payload->ranges.begin() + item.first_range + item.range_count);
  }
  settlement.released = payload->ranges;
  Wires& wires = *sinks_[payload->sink.value()];
  settlement.recycled = std::move(payload);
  CHECK(wires.settlements.TryPush(settlement));
}

std::vector<PayloadPtr> WorkerHarness::TakeDeadLetters() {
  std::vector<PayloadPtr> payloads;
  while (std::optional<PayloadPtr> payload = dead_letters_.payloads.TryPop()) {
    payloads.push_back(*std::move(payload));
  }
  return payloads;
}

int64_t WorkerHarness::Frontier(FileId file) {
  int64_t frontier = -1;
  for (const Checkpoint& checkpoint : checkpoints_) {
    if (checkpoint.stream == streams_[file.value()]) frontier = checkpoint.frontier_bytes;
  }
  return frontier;
}

uint64_t WorkerHarness::Metric(std::string_view name) const {
  uint64_t total = 0;
  for (const MetricFamily& family : registry_.Snapshot()) {
    if (family.name != name) continue;
    for (const MetricSeries& series : family.series) total += series.counter->value();
  }
  return total;
}

}  // namespace tailrace
