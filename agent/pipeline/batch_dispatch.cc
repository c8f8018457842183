#include "agent/pipeline/batch_dispatch.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "parsers/timestamp.h"
#include "sinks/record_id.h"

namespace tailrace {
namespace {

// What a record may add besides its template and body: offset, flags, id, names of members.
constexpr int64_t kRecordExtraBytes = 400;
// Stages take parts of a body more than once and add fields. An estimate: what goes beyond it is
// charged when it is there (SinkPort::Encoded).
constexpr int64_t kStagesGrowth = 2;
constexpr int64_t kStagesExtraBytes = 1024;
// A body byte becomes at most six: \u001f.
constexpr int64_t kEscapeGrowth = 6;
constexpr int64_t kSlackBytes = 64 * 1024;

template <typename Visit>
void ForEachEntry(const StreamBinding& binding, Visit&& visit) {
  size_t entry = 0;
  for (const Route& route : binding) {
    for (size_t position = 0; position < route.templates.size(); ++position) {
      visit(route, position, entry++);
    }
  }
}

std::string_view KeyTextOf(const DocumentTemplate& made) {
  if (made.id_position_at() == DocumentTemplate::kNone) return made.event_id_key();
  return made.text().substr(made.id_position_at() - kRecordIdKeyLength, kRecordIdKeyLength);
}

}  // namespace

BatchDispatch::BatchDispatch(WorkerFiles& files, std::vector<SinkPort*> ports, const Plan& plan,
                             FlowCounters& flow)
    : files_(files), ports_(std::move(ports)), plan_(&plan), flow_(flow), run_(flow), encoder_() {}

int64_t BatchDispatch::BoundOf(const WorkerFile& file, size_t input_bytes) const {
  // Frame stops at kBatchBytesTarget, but for one line, which lies within one slab or is carried.
  const size_t framed = std::min(input_bytes, kBatchBytesTarget + kSlabBytes);
  const auto bodies = static_cast<int64_t>(framed + file.framer.carry_bytes() +
                                           file.held.held_bytes() + file.events.held_bytes_max());
  const auto records = static_cast<int64_t>(std::min(kBatchRecordsMax, input_bytes + 5));
  const auto constant = static_cast<int64_t>(Plan::LongestTemplate(file.binding));
  int64_t growth = kEscapeGrowth;
  int64_t extra = kRecordExtraBytes;
  if (std::any_of(file.binding.begin(), file.binding.end(),
                  [](const Route& route) { return !route.pipeline->stages.empty(); })) {
    growth *= kStagesGrowth;
    extra += kStagesExtraBytes;
  }
  return growth * bodies + records * (constant + extra) + kSlackBytes;
}

bool BatchDispatch::Reserve(const WorkerFile& file, size_t input_bytes) {
  reserved_bytes_ = BoundOf(file, input_bytes);
  dropped_.clear();
  bool room = true;
  ForEachEntry(file.binding, [&](const Route& route, size_t position, size_t) {
    if (!room) return;
    SinkPort& port = *ports_[route.pipeline->to[position].value()];
    const bool reserved = port.TryReserve(reserved_bytes_);
    room = reserved || port.when_full() == WhenFull::kDrop;
    if (room) dropped_.push_back(!reserved);
  });
  if (!room) CancelReserve(file);
  return room;
}

void BatchDispatch::CancelReserve(const WorkerFile& file) {
  ForEachEntry(file.binding, [&](const Route& route, size_t position, size_t entry) {
    if (entry >= dropped_.size() || dropped_[entry]) return;  // Never reserved.
    ports_[route.pipeline->to[position].value()]->CancelReserve(reserved_bytes_);
  });
}

void BatchDispatch::ForceReserve(const WorkerFile& file) {
  reserved_bytes_ = 0;
  dropped_.clear();
  ForEachEntry(file.binding, [&](const Route&, size_t, size_t) { dropped_.push_back(false); });
}

void BatchDispatch::Dispatch(WorkerFile& file, const RouteBatches& batches,
                             std::optional<RangeRef> range, MonotonicTime now) {
  rejections_.clear();
  const size_t records = batches.records().size();
  if (file.binding.empty()) {
    flow_.no_pipeline.Add(records);
    return;
  }
  if (batches.lines.read_wall_nanos != read_wall_nanos_) {
    read_wall_nanos_ = batches.lines.read_wall_nanos;
    FormatUtc(read_wall_nanos_, read_time_.data());
  }
  DispatchRoutes(file, batches, range, nullptr, now);
}

void BatchDispatch::DispatchRoutes(WorkerFile& file, const RouteBatches& batches,
                                   std::optional<RangeRef> range, const SummaryRun* summaries,
                                   MonotonicTime now) {
  const Route* current = nullptr;
  ForEachEntry(file.binding, [&](const Route& route, size_t position, size_t entry) {
    const auto route_index = static_cast<size_t>(&route - file.binding.data());
    const RecordBatch& batch = *batches.by_route[route_index];
    if (batch.size() == 0) {
      SinkPort& port = *ports_[route.pipeline->to[position].value()];
      if (!dropped_[entry]) port.CancelReserve(reserved_bytes_);
      return;
    }
    const Passage passage{&file, &route, position, &batch, range, summaries};
    if (current != &route) {
      if (route_index > 0 && summaries == nullptr) flow_.copied.Add(batch.size());
      current = &route;
      RunPipeline(passage, now);
      if (run_.rejected() > 0) Reject(passage);
    }
    SendTo(passage, dropped_[entry], now);
  });
}

void BatchDispatch::RunPipeline(const Passage& passage, MonotonicTime now) {
  WorkerFile& file = *passage.file;
  const CompiledPipeline& pipeline = *passage.route->pipeline;
  const auto labels = [&](std::string_view name) { return plan_->Label(*file.stream, name); };
  PipelineWindows* const windows =
      file.windows.Of(static_cast<size_t>(passage.route - file.binding.data()));
  const BatchOrigin origin{
      {read_time_.data(), read_time_.size()}, file.stream->key, NanosOf(now), windows};
  if (passage.summaries != nullptr) {
    run_.RunSummaries(pipeline, passage.summaries->stage, passage.summaries->summaries,
                      *passage.batch, labels, origin, bodies_);
  } else {
    run_.Run(pipeline, *passage.batch, labels, origin, bodies_);
  }
  flow_.routed.Add(run_.routed());
  if (windows != nullptr) HoldFiltered(passage, *windows);
}

// What is filtered now is settled by its summary, so that one needs what an item of it would.
void BatchDispatch::HoldFiltered(const Passage& passage, PipelineWindows& windows) {
  const std::vector<JoinedRecord>& joined = passage.batch->joined;
  for (PipelineWindows::Table& table : windows.tables) {
    table.windows.TakeFiltered([&](DedupeSummary& summary, size_t record) {
      summary.file = passage.file->id;
      auto at = std::lower_bound(
          joined.begin(), joined.end(), record,
          [](const JoinedRecord& entry, size_t index) { return entry.record < index; });
      for (; at != joined.end() && at->record == record; ++at) {
        summary.file = at->file;
        Hold(summary, at->first_range);
      }
      if (passage.range) Hold(summary, *passage.range);
    });
  }
}

void BatchDispatch::Hold(DedupeSummary& summary, RangeRef range) {
  const auto same = std::find_if(summary.ranges.begin(), summary.ranges.end(),
                                 [range](const RangeRef& held) { return held.file == range.file; });
  if (same != summary.ranges.end() && same->range <= range.range) return;
  files_.AddRef(range);
  if (same == summary.ranges.end()) {
    summary.ranges.push_back(range);
  } else {
    files_.Release(std::exchange(*same, range));
  }
}

void BatchDispatch::DispatchSummaries(WorkerFile& file, const SummaryRun& run, MonotonicTime now) {
  rejections_.clear();
  summaries_.Clear();
  for (const std::unique_ptr<DedupeSummary>& summary : run.summaries) {
    CHECK(!summary->ranges.empty());
    const auto index = static_cast<uint32_t>(summaries_.size());
    const Span body = summaries_.AddToArena(summary->last.text());
    const Span time = summaries_.AddToArena(summary->last.time());
    summaries_.Add(body, time, summary->last.offset(), summary->id_bytes(), summary->last.flags());
    for (const RangeRef& range : summary->ranges) {
      summaries_.joined.push_back({index, range, summary->file});
    }
  }
  summaries_.arena.append(kArenaPaddingBytes, '\0');
  const RecordBatch none;
  summaries_by_route_.assign(file.binding.size(), &none);
  summaries_by_route_[run.route] = &summaries_;
  DispatchRoutes(file, {summaries_, summaries_by_route_}, std::nullopt, &run, now);
}

void BatchDispatch::SendTo(const Passage& passage, bool dropped, MonotonicTime now) {
  const CompiledPipeline& pipeline = *passage.route->pipeline;
  SinkPort& port = *ports_[pipeline.to[passage.position].value()];
  const uint64_t branch = pipeline.branch_bits[passage.position];
  const auto goes = static_cast<uint64_t>(
      std::count_if(bodies_.records.begin(), bodies_.records.end(),
                    [&](const ParsedBody& body) { return (body.branches & branch) != 0; }));
  port.counters().routed.Add(goes);
  if (dropped) {
    port.counters().dropped_full.Add(goes);
    return;
  }
  if (goes == 0) {
    port.CancelReserve(reserved_bytes_);
    return;
  }
  Payload& payload = port.Open(now);
  const size_t ranges_before = payload.ranges.size();
  flow_.not_utf8.Add(Encode(passage, branch, payload));
  for (size_t i = ranges_before; i < payload.ranges.size(); ++i) files_.AddRef(payload.ranges[i]);
  outstanding_records_ += static_cast<int64_t>(goes);
  port.Encoded(reserved_bytes_);
}

uint64_t BatchDispatch::Encode(const Passage& passage, uint64_t branch, Payload& payload) {
  FindJoinedKeys(passage);
  EncodeTarget target;
  target.document = &passage.route->templates[passage.position];
  target.into = passage.route->pipeline->into;
  target.range = passage.range;
  target.read_time = {read_time_.data(), read_time_.size()};
  target.joined_keys = joined_keys_;
  target.branch = branch;
  return encoder_.Encode(*passage.batch, bodies_, target, payload);
}

// As if the pipeline's first sink had refused them: its dead letters take them.
void BatchDispatch::Reject(const Passage& passage) {
  const SinkId sink = passage.route->pipeline->to[passage.position];
  rejected_.Clear();
  flow_.not_utf8.Add(Encode(passage, PipelineRun::kRejectedBit, rejected_));
  const std::string_view bytes(rejected_.bytes.data(), rejected_.bytes.size());
  for (const PayloadItem& item : rejected_.items) {
    Rejection& rejection = rejections_.emplace_back();
    rejection.sink = sink;
    rejection.item.document =
        bytes.substr(item.offset + item.body_offset, item.length - item.body_offset);
    rejection.item.reason = "parse_error: the pipeline's parser refused the record";
    rejection.item.ranges.assign(rejected_.ranges.begin() + item.first_range,
                                 rejected_.ranges.begin() + item.first_range + item.range_count);
  }
  SinkCounters& counters = ports_[sink.value()]->counters();
  counters.routed.Add(rejected_.items.size());
  counters.rejected.Add(rejected_.items.size());
  counters.settled.Add(rejected_.items.size());
}

// A record that began in an earlier generation of the log has that generation's id.
void BatchDispatch::FindJoinedKeys(const Passage& passage) {
  joined_keys_.clear();
  for (const JoinedRecord& joined : passage.batch->joined) {
    const WorkerFile* first =
        joined.file == passage.file->id ? passage.file : files_.Find(joined.file);
    const DocumentTemplate* made = &passage.route->templates[passage.position];
    if (first != nullptr) {
      for (const Route& other : first->binding) {
        if (other.pipeline == passage.route->pipeline) made = &other.templates[passage.position];
      }
    }
    joined_keys_.push_back(KeyTextOf(*made));
  }
}

}  // namespace tailrace
