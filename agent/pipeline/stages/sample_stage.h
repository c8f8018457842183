// `sample` lets a part of the records through, chosen by a hash of their key, never by chance: the
// same key is always in or always out, on every node, in every pipeline and after every restart.
// Without a key, and where a record has nothing at it, the hash is that of the record's place: its
// file's key and its offset.
//
// What `unless` matches goes through in any case.
//
// Threads    See StageMaker.
// Cost       About 20 ns a record, and the filter.
#pragma once

#include <optional>

#include "agent/lang/compiled_filter.h"
#include "agent/pipeline/stages/record_key.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

struct SampleOptions {
  double rate = 1;  // The part that goes on, 0 to 1.
  RecordKey key;
  std::optional<CompiledFilter> unless;
};

StageMaker SampleStage(SampleOptions options);

}  // namespace tailrace
