// A LookupFile is a file that stages look things up in, and is read again when it changes. Who uses
// it keeps a table for as long as it likes, and sees by `version` that there is a newer one.
//
//   if (file.version() != seen) { seen = file.version(); table = file.table(); }   once a batch
//
// Threads    Refresh: one thread at a time, which may block on the disk. All else: any; `version`
// is
//            one atomic load, `table` takes a lock that Refresh holds for a swap of pointers.
// Bounds     Two states of the file at once, and those that someone still uses.
// Failure    Open: what LookupTable::Read returns. Refresh keeps the table that it has.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "agent/base/mutex.h"
#include "agent/base/text_file.h"
#include "agent/enrich/lookup_table.h"

namespace tailrace {

class LookupFile {
 public:
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<LookupFile>> Open(LookupOptions options);

  // Reads the file again if it is another one by now. True: there is a newer table. An error is
  // returned once for each state of the file.
  absl::StatusOr<bool> Refresh();

  const LookupOptions& options() const { return options_; }
  // Acquire: pairs with Refresh's release, so that who sees a number finds its table, or a newer
  // one.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  std::shared_ptr<const LookupTable> table() const;

 private:
  LookupFile(LookupOptions options, FileStamp stamp, LookupTable table);

  const LookupOptions options_;
  FileStamp stamp_;  // Of Refresh.
  std::atomic<uint64_t> version_{1};
  mutable Mutex mutex_;
  std::shared_ptr<const LookupTable> table_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tailrace
