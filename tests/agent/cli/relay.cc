#include "tests/agent/cli/relay.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <utility>

#include "agent/base/check.h"
#include "sinks/dead_letter_sink.h"
#include "sinks/local_sink_links.h"

namespace tailrace {
namespace {

constexpr int kQuietRounds = 50;

// Takes everything but each how-many-th item, which it rejects for good.
class ChoosySink final : public SinkClient {
 public:
  ChoosySink(int reject_every, SinkCounters& counters, SettleFn settle)
      : reject_every_(reject_every), counters_(counters), settle_(std::move(settle)) {}

  bool TrySubmit(size_t worker, PayloadPtr& payload) override {
    queue_.emplace_back(worker, std::move(payload));
    return true;
  }
  void Poll(std::chrono::milliseconds) override {
    for (auto& [worker, payload] : queue_) settle_(worker, Verdicts(std::move(payload)));
    queue_.clear();
  }
  void Drain(MonotonicTime) override { Poll({}); }
  bool idle() const override { return queue_.empty(); }
  std::string down_reason() const override { return ""; }

 private:
  Settlement Verdicts(PayloadPtr payload) {
    Settlement settlement;
    settlement.sink = payload->sink;
    for (const PayloadItem& item : payload->items) {
      if (reject_every_ == 0 || ++seen_ % reject_every_ != 0) {
        ++settlement.delivered_items;
        continue;
      }
      const std::string_view bytes = payload->bytes.view();
      RejectedItem& rejected = settlement.rejected.emplace_back();
      rejected.document = bytes.substr(item.offset, item.length - 1);
      rejected.reason = "refused";
      rejected.ranges.assign(payload->ranges.begin() + item.first_range,
                             payload->ranges.begin() + item.first_range + item.range_count);
    }
    counters_.delivered.Add(settlement.delivered_items);
    counters_.rejected.Add(settlement.rejected.size());
    settlement.released = payload->ranges;
    settlement.recycled = std::move(payload);
    return settlement;
  }

  const int reject_every_;
  int seen_ = 0;
  SinkCounters& counters_;
  SettleFn settle_;
  std::deque<std::pair<size_t, PayloadPtr>> queue_;
};

PlanOptions MakePlan() {
  PlanOptions plan;
  plan.sources = {"files"};
  PipelineOptions pipeline;
  pipeline.name = "all";
  pipeline.from = {SourceId(0)};
  pipeline.to = {SinkId(0)};
  plan.pipelines.push_back(std::move(pipeline));
  plan.sinks.emplace_back().options.name = "sink";
  return plan;
}

}  // namespace

Relay::Relay(const std::string& text, int reject_every, RelayTaps taps)
    : taps_(std::move(taps)),
      flow_(registry_, {"files"}),
      counters_(registry_, "sink"),
      dead_letter_counters_(registry_, "dead_letters"),
      from_reader_(64),
      to_worker_(64),
      to_reader_(1024),
      reader_control_(4),
      worker_control_(4) {
  std::string pattern = testing::TempDir() + "relay_XXXXXX";
  dir_ = mkdtemp(pattern.data());
  std::ofstream(dir_ + "/app.log") << text;
  client_ = std::make_unique<ChoosySink>(reject_every, counters_, [this](size_t, Settlement s) {
    taps_.lane_to_worker(s);
    CHECK(sink_.settlements.TryPush(s));
  });
  DeadLetterFile letters{"sink", {}, &counters_};
  letters.options.path = dir_ + "/dead/sink.ndjson";
  dead_letter_client_ = std::make_unique<DeadLetterSink>(
      std::vector<DeadLetterFile>{letters}, -1, clock_,
      [this](size_t, Settlement s) { CHECK(dead_letters_.settlements.TryPush(s)); });
  BuildWorker();
  BuildReader();
}

Relay::~Relay() {
  reader_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

SinkPortLinks Relay::LinksTo(Wires& wires, SinkCounters& counters) {
  return {&wires.budget, &counters, &wires.payloads, &wires.settlements, &wires.end, &wires.bell};
}

void Relay::BuildWorker() {
  WorkerLinks links;
  links.slabs = &to_worker_;
  links.reader_commands = &to_reader_;
  links.reader_bell = &reader_bell_;
  links.control = &worker_control_;
  links.send_checkpoints = [](CheckpointBatch&) { return true; };
  links.sinks.push_back(LinksTo(sink_, counters_));
  links.dead_letters = LinksTo(dead_letters_, dead_letter_counters_);
  links.dead_letter_budgets = {&dead_letters_.budget};
  links.framing = &framing_;
  links.parked = &parked_;
  links.own_bell = &worker_bell_;
  WorkerOptions options;
  options.framing = {FramerOptions{}};
  options.flush_partial = {std::chrono::seconds(5)};
  worker_ =
      std::make_unique<Worker>(std::move(options), std::make_shared<Plan>(MakePlan(), registry_),
                               std::move(links), flow_, clock_, heartbeat_);
}

void Relay::BuildReader() {
  TailOptions options;
  TailSourceOptions& source = options.sources.emplace_back();
  source.name = "files";
  source.include = {dir_ + "/*.log"};
  options.id_key = "key";
  options.once = true;
  ReaderPorts ports;
  ports.workers.push_back({&from_reader_, &worker_bell_, &to_reader_});
  ports.control = &reader_control_;
  ports.doorbell = &reader_bell_;
  ports.heartbeat = &reader_heartbeat_;
  reader_ = std::make_unique<Reader>(
      std::move(options), StoredState{}, [](SourceId, const StreamInfo&) { return true; }, clock_,
      registry_, std::move(ports));
}

bool Relay::CarrySlabs() {
  bool moved = false;
  while (std::optional<SlabPtr> slab = from_reader_.TryPop()) {
    taps_.reader_to_worker(**slab);
    CHECK(to_worker_.TryPush(*slab));
    moved = true;
  }
  return moved;
}

bool Relay::CarryPayloads(Wires& wires, SinkClient& client,
                          const std::function<void(Payload&)>& tap) {
  bool moved = false;
  while (std::optional<PayloadPtr> payload = wires.payloads.TryPop()) {
    tap(**payload);
    CHECK(client.TrySubmit(0, *payload));
    moved = true;
  }
  client.Poll(std::chrono::milliseconds(0));
  return moved;
}

void Relay::Run() {
  for (int quiet = 0; quiet < kQuietRounds;) {
    clock_.Advance(std::chrono::milliseconds(50));
    if (!reader_->done()) reader_->Step();
    bool moved = CarrySlabs();
    while (worker_->Step()) moved = true;
    moved |= CarryPayloads(sink_, *client_, taps_.worker_to_lane);
    moved |= CarryPayloads(dead_letters_, *dead_letter_client_, taps_.worker_to_dead_letters);
    quiet = moved ? 0 : quiet + 1;
  }
}

}  // namespace tailrace
