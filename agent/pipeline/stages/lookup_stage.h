// `lookup` adds to a record what a table knows at the value of one of its fields: cells of a CSV
// file, or what a MaxMind database says of an address.
//
// Where the field is missing, or the table has nothing at its value, or nothing for one of the
// fields to set, the record stays as it is in that respect: what is there already is not taken
// away. None of this is a failure.
//
// Threads    See StageMaker; the table is shared (agent/enrich/lookup_file.h) and may be replaced
//            between two batches.
// Failure    A value that is no address, where the table is one of addresses; counted.
// Cost       A hash look-up a record, 50 ns; of an address 1 microsecond.
#pragma once

#include <memory>
#include <vector>

#include "agent/enrich/lookup_file.h"
#include "agent/lang/field_path.h"
#include "agent/pipeline/stages/stage.h"

namespace tailrace {

struct LookupStageOptions {
  FieldPath key;
  std::vector<FieldPath> set;  // By column of the table's options.
  std::shared_ptr<const LookupFile> file;
};

StageMaker LookupStage(LookupStageOptions options);

}  // namespace tailrace
