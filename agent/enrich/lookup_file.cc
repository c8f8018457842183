#include "agent/enrich/lookup_file.h"

#include <utility>

#include "agent/base/status.h"

namespace tailrace {

absl::StatusOr<std::shared_ptr<LookupFile>> LookupFile::Open(LookupOptions options) {
  // Before the content, so that a later write shows.
  ASSIGN_OR_RETURN(const FileStamp stamp, StampOf(options.path));
  ASSIGN_OR_RETURN(LookupTable table, LookupTable::Read(options));
  return std::shared_ptr<LookupFile>(new LookupFile(std::move(options), stamp, std::move(table)));
}

LookupFile::LookupFile(LookupOptions options, FileStamp stamp, LookupTable table)
    : options_(std::move(options)),
      stamp_(stamp),
      table_(std::make_shared<const LookupTable>(std::move(table))) {}

absl::StatusOr<bool> LookupFile::Refresh() {
  const absl::StatusOr<FileStamp> found = StampOf(options_.path);
  const FileStamp stamp = found.value_or(FileStamp());  // A missing file is a state as well.
  if (stamp == stamp_) return false;
  stamp_ = stamp;
  RETURN_IF_ERROR(found.status());
  ASSIGN_OR_RETURN(LookupTable read, LookupTable::Read(options_));
  auto table = std::make_shared<const LookupTable>(std::move(read));
  {
    MutexLock lock(mutex_);
    table_.swap(table);
  }
  version_.fetch_add(1, std::memory_order_release);
  return true;
}

std::shared_ptr<const LookupTable> LookupFile::table() const {
  MutexLock lock(mutex_);
  return table_;
}

}  // namespace tailrace
