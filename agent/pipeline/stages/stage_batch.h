// A StageBatch is one framed batch on its way through the stages of one pipeline: for each record
// its fields, its time, and what was decided about it. Stages change it in place; what they leave
// is written into the documents of every sink.
//
// Invariants
//   (1) `live` are the records whose fate is kGoes; `selected` those of them that the stage at hand
//       is to work on (its `when`), and the `rejected` ones where it takes these too.
//   (2) A record begins with one field, `message`, its text. A parser takes that away and adds what
//       it finds; there may be several fields of one name, and then the last one counts.
//
// Threads    Owned by one worker, reused from batch to batch.
// Ownership  Fields view the framed batch, the arena, or what the plan holds.
// Bounds     One record for each of the framed batch. The arena follows the largest batch.
// Cost       No allocation in steady state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "agent/event/file_key.h"
#include "agent/event/record_batch.h"
#include "agent/event/record_mask.h"
#include "agent/lang/name_scope.h"

namespace tailrace {

inline constexpr std::string_view kMessageField = "message";

struct PipelineWindows;

enum class Fate : uint8_t {
  kGoes,
  kFiltered,  // Passed over on purpose, by the rule that is the stage's name.
  kDropped,   // Passed over since something failed, as the config wants it (`on_error: drop`).
  kRejected,  // To the dead letters (`on_error: dead_letter`).
};

// What is known of a record beside its fields.
struct StageRecord {
  std::string_view time;      // kUtcTimeBytes characters, as RecordBatch::times has them.
  std::string_view original;  // The text that stands for it where it is not valid UTF-8.
  uint64_t branches = 1;      // Of the pipeline's `route`: a bit each.
  Fate fate = Fate::kGoes;
  bool refused = false;  // Some parser refused it, and it goes on all the same.
};

// Where and when a batch was framed.
struct BatchOrigin {
  std::string_view read_time;  // For records that have no time of their own.
  FileKey key;                 // Of the file: with a record's offset, its place.
  int64_t now_nanos = 0;       // Of the monotonic clock.
  // Of the stream in the pipeline; not null where that has a stage `dedupe`.
  PipelineWindows* windows = nullptr;
};

class StageBatch {
 public:
  // `labels` answers for the stream and must last until the next Begin.
  void Begin(const RecordBatch& batch, LabelLookup labels, const BatchOrigin& origin);

  size_t size() const { return batch_->size(); }
  const RecordBatch& batch() const { return *batch_; }
  LabelLookup labels() const { return *labels_; }
  const BatchOrigin& origin() const { return origin_; }
  // By the record's index in the batch.
  StageRecord& record(size_t index) { return records_[index]; }
  const StageRecord& record(size_t index) const { return records_[index]; }
  FieldList& fields(size_t index) { return fields_[index]; }
  const FieldList& fields(size_t index) const { return fields_[index]; }
  std::span<const FieldList> all_fields() const { return {fields_.data(), size()}; }

  const RecordMask& live() const { return live_; }
  const RecordMask& selected() const { return selected_; }
  void Select(const RecordMask& selected) { selected_ = selected; }
  // Those that go to the dead letters.
  const RecordMask& rejected() const { return rejected_; }
  // Ends the way of a record here. REQUIRES: `fate` is not kGoes.
  void End(size_t index, Fate fate) {
    records_[index].fate = fate;
    live_.Remove(index);
    if (fate == Fate::kRejected) rejected_.Add(index);
  }

  ByteArena& arena() { return arena_; }

 private:
  const RecordBatch* batch_ = nullptr;
  std::optional<LabelLookup> labels_;
  BatchOrigin origin_;
  std::vector<StageRecord> records_;  // These two: at least batch_->size().
  std::vector<FieldList> fields_;
  RecordMask live_;
  RecordMask selected_;
  RecordMask rejected_;
  ByteArena arena_;
};

}  // namespace tailrace
