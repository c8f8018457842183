#include "agent/pipeline/multiline_stage.h"

namespace tailrace {
namespace {

// After one very large event the memory goes back.
constexpr size_t kArenaKeptBytes = 1 << 20;

void Count(const JoinCounts& counts, const MultilineFlow& flow) {
  flow.lines_taken.Add(counts.lines_taken);
  flow.lines_sent.Add(counts.lines_sent);
  flow.events.Add(counts.events);
  if (counts.timeouts > 0) flow.timeouts.Add(counts.timeouts);
  if (counts.bounds > 0) flow.bounds.Add(counts.bounds);
  if (counts.evictions > 0) flow.evictions.Add(counts.evictions);
}

}  // namespace

RouteBatches MultilineStage::Run(WorkerFile& file, const RecordBatch& lines, EventEnd end,
                                 MonotonicTime now) {
  by_route_.assign(file.binding.size(), &lines);
  ranges_.Clear();
  if (file.events.empty()) return {lines, by_route_};
  cut_.Begin(lines.size());
  std::vector<FileEvents::RouteJoiner>& joiners = file.events.joiners();
  for (size_t i = 0; i < joiners.size(); ++i) {
    RecordBatch& events = EventsOf(i, lines);
    JoinTarget target{file.id, events, cut_, ranges_, next_lines_, now};
    joiners[i].joiner.Join(lines, target);
    joiners[i].joiner.Close(end, target);
    Count(joiners[i].joiner.TakeCounts(), *joiners[i].pipeline->multiline_flow);
    by_route_[joiners[i].route] = &events;
  }
  return {lines, by_route_};
}

RecordBatch& MultilineStage::EventsOf(size_t joiner, const RecordBatch& lines) {
  while (events_.size() <= joiner) events_.push_back(std::make_unique<RecordBatch>());
  RecordBatch& events = *events_[joiner];
  if (events.arena.capacity() > kArenaKeptBytes) events.arena = std::string();
  events.Clear();
  events.segment = lines.segment;
  events.read_wall_nanos = lines.read_wall_nanos;
  return events;
}

}  // namespace tailrace
