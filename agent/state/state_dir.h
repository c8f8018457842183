// What stands in the state directory, beside the tables of the store:
//
//   lock                          see state_lock.h
//   used                          empty; there since the directory was used for the first time
//   checkpoints.db, -wal          the store
//   checkpoints.db.corrupt-<utc>  a damaged store that was set aside, with its -wal
//
// `used` outlives a damaged store: a source's `start_at` holds for the first use only, and whoever
// lost the store must not take that for a first use.
//
// Threads    Any one at a time: the one that owns the StateLock.
// Bounds     At most kStoresAsideMax stores are kept aside, the newest.
// Failure    ErrnoStatus of what was tried. A name is durable when the call returns OK.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace tailrace {

inline constexpr int kStoresAsideMax = 3;

// Makes `dir` and its parents where they are missing, for the owner only (0700).
absl::Status MakeStateDir(const std::string& dir);

// Whether nothing has ever been kept in `dir`: there is neither a mark nor a store.
bool IsFirstUse(const std::string& dir);
absl::Status MarkUsed(const std::string& dir);

std::string StorePath(const std::string& dir);

// Renames the store and what belongs to it out of the way. `wall_nanos` is for the name.
absl::Status SetStoreAside(const std::string& dir, int64_t wall_nanos);

}  // namespace tailrace
