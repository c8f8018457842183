#include "agent/pipeline/stages/stage_batch.h"

namespace tailrace {

void StageBatch::Begin(const RecordBatch& batch, LabelLookup labels, const BatchOrigin& origin) {
  batch_ = &batch;
  labels_.emplace(labels);
  origin_ = origin;
  arena_.Clear();
  if (records_.size() < batch.size()) {
    records_.resize(batch.size());
    fields_.resize(batch.size());
  }
  live_ = RecordMask::FirstOnes(batch.size());
  selected_ = live_;
  rejected_ = RecordMask();
  for (size_t i = 0; i < batch.size(); ++i) {
    const std::string_view text = batch.Text(batch.bodies[i]);
    fields_[i].clear();
    fields_[i].push_back({kMessageField, text, FieldKind::kText, /*ours=*/true});
    records_[i] = {};
    records_[i].time = batch.times[i].empty() ? origin.read_time : batch.Text(batch.times[i]);
    records_[i].original = text;
  }
}

}  // namespace tailrace
