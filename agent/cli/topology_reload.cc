// The part of Topology that changes it while it runs.
#include <algorithm>
#include <set>
#include <utility>

#include "agent/base/check.h"
#include "agent/cli/plan_options.h"
#include "agent/cli/topology.h"
#include "agent/config/memory_split.h"

namespace tailrace {

// A lane that does not run yet.
struct Topology::NewSink {
  std::unique_ptr<LaneParts> parts;
  std::unique_ptr<SinkCounters> counters;
  std::shared_ptr<MemoryBudget> dead_letters;
  SinkOptions options;
  DeadLetterFile dead_letter_file;
};

// By position in the new config.
struct Topology::NewIds {
  std::vector<SinkId> sinks;
  std::vector<SourceId> sources;
};

absl::StatusOr<std::vector<std::string>> Topology::Reload(const Config& given) {
  if (stopping_ || !reloaded()) return absl::UnavailableError("another reload is under way");
  const ConfigDiff diff = DiffConfigs(config_, given);
  const Config next = WithoutRestart(config_, given);
  ASSIGN_OR_RETURN(const NewIds ids, GiveIds(next, diff));
  const size_t heartbeats = heartbeats_.size();
  std::vector<NewSink> added;
  for (size_t i = 0; i < next.sinks.size(); ++i) {
    if (diff.sinks[i].fate == ItemFate::kKept) continue;
    absl::StatusOr<NewSink> made = MakeNewSink(next, diff, i);
    if (!made.ok()) {
      // Nobody would beat them.
      while (heartbeats_.size() > heartbeats) heartbeats_.pop_back();
      return made.status();
    }
    added.push_back(*std::move(made));
  }
  SendEpoch(next, diff, ids, std::move(added));
  config_ = next;
  sink_ids_ = ids.sinks;
  source_ids_ = ids.sources;
  ShareOutPayloads();
  return diff.at_next_start;
}

absl::StatusOr<Topology::NewIds> Topology::GiveIds(const Config& next, const ConfigDiff& diff) {
  NewIds ids;
  size_t next_sink = lanes_.size();
  for (const ItemDiff& sink : diff.sinks) {
    const bool kept = sink.fate == ItemFate::kKept;
    ids.sinks.push_back(kept ? sink_ids_[sink.before] : SinkId(static_cast<uint16_t>(next_sink++)));
  }
  size_t next_source = sources_.size();
  for (size_t i = 0; i < diff.sources.size(); ++i) {
    // Also one that comes back.
    const auto known = std::find_if(sources_.begin(), sources_.end(), [&](const SourceConfig& s) {
      return s.tail.name == next.sources[i].tail.name;
    });
    const auto position = static_cast<size_t>(known - sources_.begin());
    const size_t id = known != sources_.end() ? position : next_source++;
    ids.sources.push_back(SourceId(static_cast<uint16_t>(id)));
  }
  if (next_sink > kSinkIdsMax || next_source > kSourceIdsMax) {
    return absl::ResourceExhaustedError(
        "sinks were changed, or sources added, too often for one run: restart the agent");
  }
  return ids;
}

absl::StatusOr<Topology::NewSink> Topology::MakeNewSink(const Config& next, const ConfigDiff& diff,
                                                        size_t position) {
  const SinkConfig& sink = next.sinks[position];
  NewSink made;
  made.options = sink.plan.options;
  made.counters = std::make_unique<SinkCounters>(registry_, made.options.name);
  made.dead_letter_file = DeadLettersOf(sink, *made.counters);
  std::shared_ptr<MemoryBudget> budget;
  if (diff.sinks[position].fate == ItemFate::kChanged) {
    const size_t id = sink_ids_[diff.sinks[position].before].value();
    // One for both lanes, so that what goes from the old one to the new one is charged already.
    budget = lanes_[id]->budget;
    made.dead_letters = dead_letter_budgets_[id];
  } else {
    budget = std::make_shared<MemoryBudget>(0);  // See ShareOutPayloads.
    made.dead_letters = std::make_shared<MemoryBudget>(DeadLetterShare());
  }
  // A new config reaches many agents at once.
  ASSIGN_OR_RETURN(
      made.parts, MakeLaneOf(sink, std::move(budget), *made.counters, made.options.flush_interval));
  for (const auto& other : lanes_) {
    if (other == nullptr || other->writes_to != made.parts->writes_to) continue;
    if (!other->writes_to.empty()) made.parts->after.push_back(other->ended);
  }
  return made;
}

std::shared_ptr<Plan> Topology::MakePlan(const Config& next, const NewIds& ids,
                                         const ConfigDiff& diff) {
  PlanOptions options;
  for (const SourceConfig& source : sources_) options.sources.push_back(source.tail.name);
  options.sinks.resize(lanes_.size());
  for (size_t i = 0; i < next.sinks.size(); ++i) {
    options.sinks[ids.sinks[i].value()] = next.sinks[i].plan;
  }
  options.pipelines = next.pipelines;
  RenumberIds(ids.sources, ids.sinks, options.pipelines);
  options.node_name = next.agent.node_name;
  options.cluster_name = next.agent.cluster_name;
  auto plan = std::make_shared<Plan>(std::move(options), registry_);
  for (size_t i = 0; i < next.sinks.size(); ++i) {
    if (diff.sinks[i].fate == ItemFate::kKept) plan->KeepDestinations(*plan_, ids.sinks[i]);
  }
  return plan;
}

std::vector<RetiredSink> Topology::Retire(const Config& next, const ConfigDiff& diff,
                                          const NewIds& ids) {
  const MonotonicTime now = clock_.Now();
  const MonotonicTime drain_by = now + next.agent.shutdown_timeout;
  std::vector<RetiredSink> retired;
  for (const size_t position : diff.removed_sinks) {
    retired.push_back({sink_ids_[position], drain_by, std::nullopt});
  }
  for (size_t i = 0; i < diff.sinks.size(); ++i) {
    if (diff.sinks[i].fate != ItemFate::kChanged) continue;
    RetiredSink& changed = retired.emplace_back();
    changed.sink = sink_ids_[diff.sinks[i].before];
    changed.drain_by = drain_by;
    if (!TakesPayloadsOf(next.sinks[i], config_.sinks[diff.sinks[i].before])) continue;
    changed.successor = ids.sinks[i];
    changed.drain_by = std::min(drain_by, now + kHandOverTime);
  }
  return retired;
}

ReaderReloadPtr Topology::MakeReaderReload(const Config& next, const ConfigDiff& diff,
                                           const NewIds& ids) {
  auto reload = std::make_unique<ReaderReload>();
  reload->epoch = epoch_;
  for (const SourceConfig& source : sources_) {
    reload->sources.push_back({SourceFate::kKept, source.tail});
  }
  for (const size_t removed : diff.removed_sources) {
    reload->sources[source_ids_[removed].value()].fate = SourceFate::kRemoved;
  }
  for (size_t i = 0; i < next.sources.size(); ++i) {
    SourceFate& fate = reload->sources[ids.sources[i].value()].fate;
    if (diff.sources[i].fate == ItemFate::kAdded) fate = SourceFate::kAdded;
    if (diff.sources[i].fate == ItemFate::kChanged) fate = SourceFate::kChanged;
  }
  reload->select = MakeSelect();
  return reload;
}

// Nothing of it can fail: a reload happens as a whole or not at all.
void Topology::SendEpoch(const Config& next, const ConfigDiff& diff, const NewIds& ids,
                         std::vector<NewSink> added) {
  ++epoch_;
  for (size_t i = 0; i < next.sources.size(); ++i) {
    const size_t id = ids.sources[i].value();
    if (id < sources_.size()) {
      sources_[id] = next.sources[i];
      continue;
    }
    sources_.push_back(next.sources[i]);
    flow_.AddSource(registry_, sources_.back().tail.name);
    CHECK(state_.AddSource(sources_.back().tail.name));
  }
  const size_t first_added = lanes_.size();
  for (NewSink& sink : added) {
    CHECK(new_dead_letters_.TryPush(sink.dead_letter_file));
    lanes_.push_back(std::move(sink.parts));
    sink_counters_.push_back(std::move(sink.counters));
    dead_letter_budgets_.push_back(std::move(sink.dead_letters));
  }
  plan_ = MakePlan(next, ids, diff);
  const std::vector<RetiredSink> retired = Retire(next, diff, ids);
  for (size_t worker = 0; worker < workers_.size(); ++worker) {
    WorkerParts& parts = *workers_[worker];
    WorkerCommand command;
    command.epoch = std::make_unique<WorkerEpoch>();
    WorkerEpoch& epoch = *command.epoch;
    epoch.number = epoch_;
    epoch.plan = plan_;
    for (const SourceConfig& source : sources_) {
      epoch.framing.push_back(MakeFramerOptions(source));
      epoch.flush_partial.push_back(source.tail.flush_partial);
    }
    epoch.flows = flow_.SourcePointers();
    for (size_t i = 0; i < added.size(); ++i) {
      const size_t id = first_added + i;
      lanes_[id]->lane->SetWorkerBell(worker, parts.bell);
      epoch.added.push_back({added[i].options, LinksTo(*lanes_[id], worker, *sink_counters_[id]),
                             dead_letter_budgets_[id].get()});
    }
    epoch.retired = retired;
    // One epoch at a time, and a stop or two, have room.
    CHECK(parts.control.TryPush(command));
  }
  for (size_t id = first_added; id < lanes_.size(); ++id) StartLane(*lanes_[id]);
  ReaderReloadPtr reload = MakeReaderReload(next, diff, ids);
  CHECK(reader_reloads_.TryPush(reload));
  reader_bell_.Ring();
}

bool Topology::reloaded() const {
  return std::all_of(workers_.begin(), workers_.end(),
                     [this](const auto& parts) { return parts->worker->epoch() == epoch_; });
}

bool Topology::Tidy() {
  if (stopping_) return false;  // The joiner has them.
  bool freed = false;
  for (std::unique_ptr<LaneParts>& parts : lanes_) {
    if (parts == nullptr) continue;
    if (!std::all_of(parts->ends.begin(), parts->ends.end(),
                     [](const auto& end) { return end->released(); })) {
      continue;
    }
    parts->thread.join();
    parts.reset();
    freed = true;
  }
  if (freed) ShareOutPayloads();
  const auto lanes = static_cast<size_t>(std::count_if(
      lanes_.begin(), lanes_.end(), [](const auto& parts) { return parts != nullptr; }));
  return lanes > sink_ids_.size();
}

// In equal shares, also among those that only have to be emptied.
void Topology::ShareOutPayloads() {
  std::set<MemoryBudget*> budgets;
  for (const auto& parts : lanes_) {
    if (parts != nullptr) budgets.insert(parts->budget.get());
  }
  const MemorySplit split = SplitMemory(config_.agent.memory_limit_bytes, budgets.size());
  for (MemoryBudget* budget : budgets) budget->Resize(split.payloads_a_sink_bytes);
}

}  // namespace tailrace
