#include "agent/pipeline/batch_dispatch.h"

#include <algorithm>
#include <utility>

#include "parsers/timestamp.h"
#include "sinks/record_id.h"

namespace tailrace {
namespace {

// What a record may add besides its template and body: offset, flags, id, names of members.
constexpr int64_t kRecordExtraBytes = 400;
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

BatchDispatch::BatchDispatch(WorkerFiles& files, std::vector<SinkPort*> ports, FlowCounters& flow)
    : files_(files), ports_(std::move(ports)), flow_(flow), parse_(flow), encoder_() {}

int64_t BatchDispatch::BoundOf(const WorkerFile& file, size_t input_bytes) const {
  // Frame stops at kBatchBytesTarget, but for one line, which lies within one slab or is carried.
  const size_t framed = std::min(input_bytes, kBatchBytesTarget + kSlabBytes);
  const auto bodies = static_cast<int64_t>(framed + file.framer.carry_bytes() +
                                           file.held.held_bytes() + file.events.held_bytes_max());
  const auto records = static_cast<int64_t>(std::min(kBatchRecordsMax, input_bytes + 5));
  const auto constant = static_cast<int64_t>(Plan::LongestTemplate(file.binding));
  return kEscapeGrowth * bodies + records * (constant + kRecordExtraBytes) + kSlackBytes;
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
  const size_t records = batches.records().size();
  if (file.binding.empty()) {
    flow_.no_pipeline.Add(records);
    return;
  }
  if (records > 0) flow_.routed.Add(records);
  if (batches.lines.read_wall_nanos != read_wall_nanos_) {
    read_wall_nanos_ = batches.lines.read_wall_nanos;
    FormatUtc(read_wall_nanos_, read_time_.data());
  }
  const Route* parsed_for = nullptr;
  ForEachEntry(file.binding, [&](const Route& route, size_t position, size_t entry) {
    const auto route_index = static_cast<size_t>(&route - file.binding.data());
    const RecordBatch& batch = *batches.by_route[route_index];
    SinkPort& port = *ports_[route.pipeline->to[position].value()];
    if (batch.size() > 0) port.counters().routed.Add(batch.size());
    if (dropped_[entry]) {
      port.counters().dropped_full.Add(batch.size());
      return;
    }
    if (batch.size() == 0) {
      port.CancelReserve(reserved_bytes_);
      return;
    }
    if (parsed_for != &route) {
      parse_.Run(*route.pipeline, batch, bodies_);
      parsed_for = &route;
    }
    EncodeTo(file, route, position, batch, range, now);
  });
}

void BatchDispatch::EncodeTo(WorkerFile& file, const Route& route, size_t position,
                             const RecordBatch& batch, std::optional<RangeRef> range,
                             MonotonicTime now) {
  SinkPort& port = *ports_[route.pipeline->to[position].value()];
  Payload& payload = port.Open(now);
  const size_t ranges_before = payload.ranges.size();
  FindJoinedKeys(route, position, batch, file);
  EncodeTarget target;
  target.document = &route.templates[position];
  target.into = route.pipeline->into;
  target.range = range;
  target.read_time = {read_time_.data(), read_time_.size()};
  target.joined_keys = joined_keys_;
  flow_.not_utf8.Add(encoder_.Encode(batch, bodies_, target, payload));
  for (size_t i = ranges_before; i < payload.ranges.size(); ++i) files_.AddRef(payload.ranges[i]);
  outstanding_records_ += static_cast<int64_t>(batch.size());
  port.Encoded(reserved_bytes_);
}

// A record that began in an earlier generation of the log has that generation's id.
void BatchDispatch::FindJoinedKeys(const Route& route, size_t position, const RecordBatch& batch,
                                   const WorkerFile& file) {
  joined_keys_.clear();
  for (const JoinedRecord& joined : batch.joined) {
    const WorkerFile* first = joined.file == file.id ? &file : files_.Find(joined.file);
    const DocumentTemplate* made = &route.templates[position];
    if (first != nullptr) {
      for (const Route& other : first->binding) {
        if (other.pipeline == route.pipeline) made = &other.templates[position];
      }
    }
    joined_keys_.push_back(KeyTextOf(*made));
  }
}

}  // namespace tailrace
