#include "bench/worker_loop.h"

#include <cstring>
#include <utility>

#include "agent/base/check.h"
#include "sinks/local_sink_links.h"

namespace tailrace {
namespace {

constexpr size_t kRingSlots = 64;

std::shared_ptr<Plan> MakePlan(bool parse_json, std::optional<MultilineStageOptions> multiline,
                               MetricRegistry& registry) {
  PlanOptions plan;
  plan.node_name = "bench-node";
  plan.sources = {"pods"};
  PipelineOptions pipeline;
  pipeline.name = "all";
  pipeline.from = {SourceId(0)};
  pipeline.multiline = std::move(multiline);
  pipeline.plain_parse.json = parse_json;
  PlanSink sink;
  sink.options.name = "out";
  plan.sinks.push_back(sink);
  pipeline.to.push_back(SinkId(0));
  plan.pipelines.push_back(std::move(pipeline));
  return std::make_shared<Plan>(std::move(plan), registry);
}

StreamInfoPtr MakeStream() {
  auto stream = std::make_shared<StreamInfo>();
  stream->source = SourceId(0);
  stream->format = FileFormat::kCri;
  stream->path = "/var/log/pods/shop_api-0_0f0e0d0c-0b0a-0908-0706-050403020100/app/0.log";
  stream->pod = {"shop", "api-0", "0f0e0d0c-0b0a-0908-0706-050403020100", "app", 0};
  return stream;
}

}  // namespace

WorkerLoop::WorkerLoop(bool parse_json, std::optional<MultilineStageOptions> multiline)
    : flow_(registry_, {"pods"}),
      sink_(registry_, "out"),
      dead_letters_(registry_, "dead_letters"),
      slabs_(kRingSlots),
      commands_(kRingSlots),
      control_(kRingSlots) {
  WorkerLinks links;
  links.slabs = &slabs_;
  links.reader_commands = &commands_;
  links.reader_bell = &reader_bell_;
  links.control = &control_;
  links.send_checkpoints = [](CheckpointBatch&) { return true; };
  links.sinks = {sink_.Links()};
  links.dead_letters = dead_letters_.Links();
  links.dead_letter_budgets = {&dead_letters_.budget};
  links.framing = &framing_;
  links.parked = &parked_;
  links.own_bell = &bell_;
  WorkerOptions options;
  options.framing.resize(1);
  options.flush_partial = {std::chrono::seconds(5)};
  worker_ = std::make_unique<Worker>(std::move(options),
                                     MakePlan(parse_json, std::move(multiline), registry_),
                                     std::move(links), flow_, clock_, heartbeat_);
  Segment segment;
  segment.kind = SegmentKind::kOpen;
  segment.file = FileId(0);
  segment.opened = std::make_unique<FileOpened>();
  segment.opened->stream = MakeStream();
  Push(std::move(segment), {});
}

void WorkerLoop::Feed(std::string_view bytes) {
  Segment segment;
  segment.kind = SegmentKind::kData;
  segment.file = FileId(0);
  segment.offset = offset_;
  segment.length = static_cast<uint32_t>(bytes.size());
  offset_ += static_cast<int64_t>(bytes.size());
  Push(std::move(segment), bytes);
}

void WorkerLoop::Push(Segment segment, std::string_view bytes) {
  SlabPtr slab;
  if (free_slabs_.empty()) {
    slab = std::make_unique<Slab>();
  } else {
    slab = std::move(free_slabs_.back());
    free_slabs_.pop_back();
  }
  std::memcpy(slab->bytes.get(), bytes.data(), bytes.size());
  slab->used_bytes = bytes.size();
  segment.read_wall_nanos = clock_.WallNanos();
  slab->segments.push_back(std::move(segment));
  CHECK(slabs_.TryPush(slab));
  Turn();
}

void WorkerLoop::Turn() {
  while (worker_->Step()) {
    while (std::optional<PayloadPtr> payload = sink_.payloads.TryPop()) {
      Settlement settlement = SettleWhole(*std::move(payload), sink_.counters);
      delivered_ += settlement.delivered_items;
      ++payloads_;
      CHECK(sink_.settlements.TryPush(settlement));
    }
    while (std::optional<ReaderCommand> command = commands_.TryPop()) {
      if (command->kind != ReaderCommand::Kind::kFreeSlab) continue;
      command->slab->Clear();
      free_slabs_.push_back(std::move(command->slab));
    }
  }
}

}  // namespace tailrace
