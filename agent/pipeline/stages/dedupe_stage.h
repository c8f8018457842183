// `dedupe` lets the first record of a key go on and filters those of the same key that come within
// the window behind it. When the window is over, one summary stands for them: a copy of the last,
// as it came to this stage, with `dedupe.count` and `dedupe.since`, the time of the first. It goes
// on from here as any record does.
//
// Each stream is looked at alone, and a record with nothing at its key goes on. The stage decides
// and keeps; when summaries go out is the business of who owns the stream's DedupeWindows.
//
// Threads    See StageMaker.
// Failure    None: every record has its text.
// Cost       Two hashes of the key and a look-up a record, and a copy of the last of each key that
//            was filtered, once a batch.
#pragma once

#include <memory>
#include <string_view>

#include "agent/pipeline/stages/dedupe_windows.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

// The fields that a summary has beside those of its record.
inline constexpr std::string_view kDedupeCountField = "dedupe.count";
inline constexpr std::string_view kDedupeSinceField = "dedupe.since";

StageMaker DedupeStage(std::shared_ptr<const DedupeOptions> options);

// Makes `summary` the record `index` of `batch`, which is all that goes on of what it stands for.
void PutSummary(const DedupeSummary& summary, StageBatch& batch, size_t index);

}  // namespace tailrace
