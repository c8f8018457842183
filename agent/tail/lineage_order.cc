#include "agent/tail/lineage_order.h"

#include <algorithm>

namespace tailrace {
namespace {

// Of two rotated files. A file without a path was rotated away before what is found only now.
bool IsOlder(const TailedFile& a, const TailedFile& b) {
  if (a.paths.empty() != b.paths.empty()) return a.paths.empty();
  if (a.rotation != b.rotation) return a.rotation < b.rotation;
  // Numbers before times: a file may be written to after it was rotated.
  const bool numbered = a.rotation_number > 0 && b.rotation_number > 0;
  if (numbered && a.rotation_number != b.rotation_number) {
    return a.rotation_number > b.rotation_number;
  }
  return a.mtime_nanos < b.mtime_nanos;
}

}  // namespace

void LineageOrder::Insert(TailedFile* file) {
  auto& files = logs_[file->stream->lineage];
  auto at = files.end();
  if (file->rotated) {
    at = std::find_if(files.begin(), files.end(), [&](const TailedFile* other) {
      return !other->rotated || IsOlder(*file, *other);
    });
  }
  files.insert(at, file);
}

void LineageOrder::InsertBehind(const TailedFile* older, TailedFile* file) {
  auto& files = logs_[file->stream->lineage];
  auto at = std::find(files.begin(), files.end(), older);
  files.insert(at == files.end() ? at : at + 1, file);
}

void LineageOrder::Remove(TailedFile* file) {
  const auto log = logs_.find(file->stream->lineage);
  if (log == logs_.end()) return;
  auto& files = log->second;
  files.erase(std::remove(files.begin(), files.end(), file), files.end());
  if (files.empty()) logs_.erase(log);
}

bool LineageOrder::MayBegin(const TailedFile& file) const {
  for (const TailedFile* other : Generations(file.stream->lineage)) {
    if (other == &file) return true;
    if (!other->drained()) return false;
  }
  return true;
}

const absl::InlinedVector<TailedFile*, 1>& LineageOrder::Generations(uint64_t lineage) const {
  static const absl::InlinedVector<TailedFile*, 1> kNone;
  const auto log = logs_.find(lineage);
  return log == logs_.end() ? kNone : log->second;
}

}  // namespace tailrace
