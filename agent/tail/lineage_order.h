// LineageOrder keeps the generations of each log in the order in which they were written, so that
// none is begun before the older ones were read to their end.
//
// Threads    Not thread-safe; owned by the reader.
// Ownership  Points to files of the file table, which removes them here first.
// Cost       A log has few generations; each call looks at all of one.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "agent/tail/tailed_file.h"

namespace tailrace {

class LineageOrder {
 public:
  // Rotated files come first, by what their names and times say of their age, then the live one.
  void Insert(TailedFile* file);
  void InsertBehind(const TailedFile* older, TailedFile* file);
  void Remove(TailedFile* file);

  bool MayBegin(const TailedFile& file) const;
  // All generations of its log, oldest first.
  const absl::InlinedVector<TailedFile*, 1>& Generations(uint64_t lineage) const;
  bool Has(uint64_t lineage) const { return logs_.contains(lineage); }

 private:
  absl::flat_hash_map<uint64_t, absl::InlinedVector<TailedFile*, 1>> logs_;
};

}  // namespace tailrace
