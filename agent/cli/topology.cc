#include "agent/cli/topology.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "agent/cli/plan_options.h"
#include "agent/cli/sink_factory.h"
#include "agent/cli/worker_count.h"
#include "agent/config/memory_split.h"
#include "sinks/dead_letter_sink.h"

namespace tailrace {
namespace {

constexpr size_t kControlRing = 4;
constexpr size_t kSlabsMin = 8;
// A quarter of the slabs may wait for sinks, so that a dead one never takes them from the others.
constexpr size_t kParkedShare = 4;
// Shared out among the sinks.
constexpr int64_t kDeadLetterBytes = 8 << 20;
constexpr int64_t kDeadLetterBytesOfASinkMax = 4 << 20;
// After the deadline the lanes still bring back what they hold, and the disk is given this long.
constexpr std::chrono::seconds kStateTime{5};

template <typename Id>
std::vector<Id> Positions(size_t count) {
  std::vector<Id> ids;
  for (size_t i = 0; i < count; ++i) ids.push_back(Id(static_cast<uint16_t>(i)));
  return ids;
}

PlanOptions PlanOptionsOf(const Config& config, const RunOptions& run) {
  PlanOptions options = MakePlanOptions(config);
  options.record_clock = run.once;
  return options;
}

size_t CountWorkers(const Config& config) {
  return static_cast<size_t>(config.agent.workers > 0 ? config.agent.workers : AutoWorkerCount());
}

}  // namespace

Topology::LaneParts::LaneParts(std::shared_ptr<MemoryBudget> payload_budget, size_t workers,
                               const RingSizes& rings)
    : budget(std::move(payload_budget)) {
  for (size_t i = 0; i < workers; ++i) {
    payloads.push_back(std::make_unique<SpscRing<PayloadPtr>>(rings.payloads));
    settlements.push_back(std::make_unique<SpscRing<Settlement>>(rings.settlements));
    ends.push_back(std::make_unique<LaneEnd>());
  }
}

Topology::WorkerParts::WorkerParts(const RingSizes& rings)
    : slabs(rings.slabs), reader_commands(rings.reader_commands), control(kControlRing) {}

Topology::Topology(const Config& config, const RunOptions& options, MetricRegistry& registry,
                   const Clock& clock)
    : config_(config),
      options_(options),
      registry_(registry),
      clock_(clock),
      worker_count_(CountWorkers(config)),
      flow_(registry, SourceNames(config)),
      plan_(std::make_shared<Plan>(PlanOptionsOf(config, options), registry)),
      sink_ids_(Positions<SinkId>(config.sinks.size())),
      source_ids_(Positions<SourceId>(config.sources.size())),
      sources_(config.sources),
      state_(StateOptions{options.no_state ? "" : config.agent.state_dir, SourceNames(config)},
             worker_count_, registry, clock, NewHeartbeat("state")),
      reader_control_(kControlRing) {}

Topology::~Topology() {
  if (!joiner_.joinable()) return;
  Stop(clock_.Now());
  joiner_.join();
}

absl::StatusOr<std::unique_ptr<Topology>> Topology::Build(const Config& config,
                                                          const RunOptions& options,
                                                          MetricRegistry& registry,
                                                          const Clock& clock) {
  std::unique_ptr<Topology> topology(new Topology(config, options, registry, clock));
  RETURN_IF_ERROR(topology->BuildLanes());
  topology->BuildWorkers();
  topology->BuildReader(topology->state_.Open());
  return topology;
}

Heartbeat& Topology::NewHeartbeat(std::string thread) {
  Heartbeat& heartbeat = heartbeats_.emplace_back(std::move(thread));
  heartbeat.Beat(clock_.Now());  // So that a thread that never gets to beat is seen.
  return heartbeat;
}

SettleFn Topology::SettleInto(LaneParts& parts) {
  return [&parts](size_t worker, Settlement settlement) {
    parts.lane->Settle(worker, std::move(settlement));
  };
}

absl::Status Topology::BuildLanes() {
  const MemorySplit split = SplitMemory(config_.agent.memory_limit_bytes, config_.sinks.size());
  std::vector<DeadLetterFile> dead_letter_files;
  for (const SinkConfig& sink : config_.sinks) {
    sink_counters_.push_back(std::make_unique<SinkCounters>(registry_, sink.plan.options.name));
    SinkCounters& counters = *sink_counters_.back();
    // Agents that are started together, as an upgrade does it, do not come together.
    const std::chrono::milliseconds start_jitter =
        options_.once ? std::chrono::milliseconds(0) : sink.plan.options.flush_interval;
    ASSIGN_OR_RETURN(std::unique_ptr<LaneParts> parts,
                     MakeLaneOf(sink, std::make_shared<MemoryBudget>(split.payloads_a_sink_bytes),
                                counters, start_jitter));
    lanes_.push_back(std::move(parts));
    dead_letter_files.push_back(DeadLettersOf(sink, counters));
    dead_letter_budgets_.push_back(std::make_shared<MemoryBudget>(DeadLetterShare()));
  }
  dead_letter_counters_ = std::make_unique<SinkCounters>(registry_, "dead_letters");
  dead_letter_lane_ =
      std::make_unique<LaneParts>(std::make_shared<MemoryBudget>(0), worker_count_, options_.rings);
  LaneParts& parts = *dead_letter_lane_;
  parts.lane = MakeLane(
      parts,
      std::make_unique<DeadLetterSink>(std::move(dead_letter_files), parts.bell.fd(), clock_,
                                       SettleInto(parts), RealDisk(), &new_dead_letters_),
      "lane:dead_letters");
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Topology::LaneParts>> Topology::MakeLaneOf(
    const SinkConfig& sink, std::shared_ptr<MemoryBudget> budget, SinkCounters& counters,
    std::chrono::milliseconds start_jitter) {
  auto parts = std::make_unique<LaneParts>(std::move(budget), worker_count_, options_.rings);
  const LocalSinkLinks links{&counters, parts->bell.fd(), &clock_};
  ASSIGN_OR_RETURN(std::unique_ptr<SinkClient> client,
                   MakeSinkClient(sink, start_jitter, links, registry_, SettleInto(*parts)));
  parts->lane = MakeLane(*parts, std::move(client), "lane:" + sink.plan.options.name);
  if (sink.type == SinkType::kFile) parts->writes_to = sink.file.path;
  if (sink.type == SinkType::kStdout) parts->writes_to = "stdout";
  return parts;
}

DeadLetterFile Topology::DeadLettersOf(const SinkConfig& sink, SinkCounters& counters) const {
  DeadLetterFile file{sink.plan.options.name, sink.plan.options.dead_letter, &counters};
  if (file.options.path.empty()) {
    file.options.path = config_.agent.state_dir + "/dead_letters/" + file.sink + ".ndjson";
  }
  return file;
}

int64_t Topology::DeadLetterShare() const {
  return std::min(kDeadLetterBytesOfASinkMax,
                  kDeadLetterBytes / static_cast<int64_t>(config_.sinks.size()));
}

std::unique_ptr<Lane> Topology::MakeLane(LaneParts& parts, std::unique_ptr<SinkClient> client,
                                         const std::string& name) {
  std::vector<LanePort> ports;
  for (size_t i = 0; i < worker_count_; ++i) {
    ports.push_back(
        {parts.payloads[i].get(), parts.settlements[i].get(), parts.ends[i].get(), nullptr});
  }
  return std::make_unique<Lane>(std::move(client), std::move(ports), parts.bell, clock_,
                                NewHeartbeat(name));
}

SinkPortLinks Topology::LinksTo(LaneParts& parts, size_t worker, SinkCounters& counters) {
  return {parts.budget.get(),           &counters,
          parts.payloads[worker].get(), parts.settlements[worker].get(),
          parts.ends[worker].get(),     &parts.bell};
}

void Topology::BuildWorkers() {
  const MemorySplit split = SplitMemory(config_.agent.memory_limit_bytes, config_.sinks.size());
  max_slabs_ = std::max<size_t>(
      kSlabsMin, static_cast<size_t>(split.slabs_bytes) / (kSlabBytes + kSlabPaddingBytes));
  WorkerOptions options;
  for (const SourceConfig& source : sources_) {
    options.framing.push_back(MakeFramerOptions(source));
    options.flush_partial.push_back(source.tail.flush_partial);
  }
  framing_ = std::make_unique<MemoryBudget>(split.framing_bytes);
  parked_ = std::make_unique<MemoryBudget>(static_cast<int64_t>(max_slabs_ / kParkedShare));
  for (size_t i = 0; i < worker_count_; ++i) {
    workers_.push_back(std::make_unique<WorkerParts>(options_.rings));
    WorkerParts& parts = *workers_.back();
    WorkerLinks links;
    links.slabs = &parts.slabs;
    links.reader_commands = &parts.reader_commands;
    links.reader_bell = &reader_bell_;
    links.control = &parts.control;
    links.send_checkpoints = [this, i](CheckpointBatch& batch) { return state_.TrySend(i, batch); };
    for (size_t sink = 0; sink < lanes_.size(); ++sink) {
      links.sinks.push_back(LinksTo(*lanes_[sink], i, *sink_counters_[sink]));
      lanes_[sink]->lane->SetWorkerBell(i, parts.bell);
    }
    links.dead_letters = LinksTo(*dead_letter_lane_, i, *dead_letter_counters_);
    for (auto& budget : dead_letter_budgets_) links.dead_letter_budgets.push_back(budget.get());
    links.framing = framing_.get();
    links.parked = parked_.get();
    dead_letter_lane_->lane->SetWorkerBell(i, parts.bell);
    links.own_bell = &parts.bell;
    parts.worker = std::make_unique<Worker>(options, plan_, std::move(links), flow_, clock_,
                                            NewHeartbeat("worker:" + std::to_string(i)));
  }
}

void Topology::BuildReader(StoredState stored) {
  TailOptions options;
  for (const SourceConfig& source : config_.sources) options.sources.push_back(source.tail);
  options.cluster_name = config_.agent.cluster_name;
  options.node_name = config_.agent.node_name;
  options.id_key = config_.agent.id_key;
  options.max_read_rate_bytes = config_.agent.max_read_rate_bytes;
  options.once = options_.once;
  options.max_slabs = max_slabs_;
  ReaderPorts ports;
  for (auto& parts : workers_) {
    ports.workers.push_back({&parts->slabs, &parts->bell, &parts->reader_commands});
  }
  ports.control = &reader_control_;
  ports.reloads = &reader_reloads_;
  ports.doorbell = &reader_bell_;
  ports.heartbeat = &NewHeartbeat("reader");
  reader_ = std::make_unique<Reader>(std::move(options), std::move(stored), MakeSelect(), clock_,
                                     registry_, std::move(ports));
}

// With copies of its own: the reader uses it while the config changes.
SelectFn Topology::MakeSelect() const {
  std::vector<Selector> selectors;
  for (const SourceConfig& source : sources_) selectors.push_back(source.select);
  return [selectors = std::move(selectors), node_name = config_.agent.node_name](
             SourceId source, const StreamInfo& stream) {
    return selectors[source.value()].Matches([&](std::string_view label) {
      return label == "node" ? std::string_view(node_name) : stream.Label(label);
    });
  };
}

void Topology::PublishMemory() const {
  const auto publish = [&](const char* part, const std::string& sink, int64_t bytes) {
    MetricLabels labels{{"part", part}};
    if (!sink.empty()) labels.emplace_back("sink", sink);
    registry_
        .GetGauge("tailrace_memory_bytes", "Memory that is in use of what memory_limit shares out.",
                  std::move(labels))
        .Set(static_cast<double>(bytes));
  };
  publish("framing", "", framing_->used_bytes());
  for (size_t i = 0; i < sink_ids_.size(); ++i) {
    const std::string& sink = config_.sinks[i].plan.options.name;
    const size_t id = sink_ids_[i].value();
    publish("payloads", sink, lanes_[id]->budget->used_bytes());
    publish("dead_letters", sink, dead_letter_budgets_[id]->used_bytes());
  }
}

void Topology::Start() {
  state_.Start();
  // Parked for good: whoever ended it rings once, and the descriptor stays readable.
  CHECK(ended_bell_.TryPark([] { return true; }));
  for (auto& parts : lanes_) StartLane(*parts);
  StartLane(*dead_letter_lane_);
  joiner_ = std::thread([this] {
    std::thread reader([this] { reader_->Run(); });
    std::vector<std::thread> workers;
    for (auto& parts : workers_) workers.emplace_back([&parts] { parts->worker->Run(); });
    reader.join();
    for (std::thread& worker : workers) worker.join();
    // After Stop, or with --once, nobody else touches them.
    for (auto& parts : lanes_) {
      if (parts != nullptr) parts->thread.join();
    }
    dead_letter_lane_->thread.join();
    state_status_ = state_.Stop(clock_.Now() + kStateTime);
    ended_bell_.Ring();
  });
}

void Topology::StartLane(LaneParts& parts) {
  parts.thread = std::thread([&parts] {
    for (const auto& other : parts.after) {
      while (!other->WaitForNotificationWithTimeout(std::chrono::seconds(1))) parts.lane->Beat();
    }
    parts.lane->Run();
    parts.ended->Notify();
  });
}

void Topology::Stop(MonotonicTime drain_by) {
  stopping_ = true;
  ReaderCommand stop;
  stop.kind = ReaderCommand::Kind::kStop;
  // A full ring holds an earlier stop.
  if (reader_control_.TryPush(stop)) reader_bell_.Ring();
  for (auto& parts : workers_) {
    WorkerCommand command;
    command.drain_by = drain_by;
    if (parts->control.TryPush(command)) parts->bell.Ring();
  }
}

absl::Status Topology::Join() {
  joiner_.join();
  return state_status_;
}

}  // namespace tailrace
