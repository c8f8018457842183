// NdjsonFile appends whole lines, or zstd frames of such, to a file so that after any crash or
// error it holds whole ones only, in their order: the ground under the file sink and the dead
// letters.
//
//   at opening      what stands behind the last whole one is cut off: a write that a crash tore; a
//                   file of frames that is damaged further in front is rotated away as it is
//   Append fails    what arrived of it is cut off again; nothing of it is in the file
//   Sync fails      the kernel may have dropped the pages and called them clean, so the next Sync
//                   writes again what it reads back, if that still is what was appended
//
// Invariants
//   (1) What was appended before a Sync that returned OK is durable, and so is the file's name.
//   (2) A file that somebody renamed, deleted or truncated is noticed by the next Append or
//       Refresh, which goes on in what is at the path then, or in a new file.
//
// Threads    Not thread-safe; owned by a lane.
// Bounds     24 bytes for each Append since the last Sync. For what opening reads see
//            whole_prefix.h.
// Failure    Any call may be tried again. kDataLoss: what was appended since the last successful
//            Sync is no longer in the file, none of it; the caller may append it anew.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/base/unique_fd.h"
#include "sinks/disk_ops.h"

namespace tailrace {

// What each Append brings.
enum class FileContent : uint8_t { kLines, kZstdFrames };

struct NdjsonFileOptions {
  std::string path;
  int64_t max_size_bytes = INT64_MAX;  // Beyond it the file is rotated, if `max_files` > 0.
  int max_files = 0;                   // Rotated ones that are kept.
  FileContent content = FileContent::kLines;
};

class NdjsonFile {
 public:
  explicit NdjsonFile(NdjsonFileOptions options, const DiskOps& disk = RealDisk());

  // Makes sure that the file at the path is open, creating it (0600) where it is missing.
  // kFailedPrecondition: something else stands there, which is left alone.
  absl::Status Refresh();

  // REQUIRES: `whole` is lines, the last with its newline, or frames, as the options say.
  absl::Status Append(std::string_view whole);
  absl::Status Sync();

  bool is_open() const { return fd_.valid(); }
  int64_t size_bytes() const { return size_bytes_; }
  const std::string& path() const { return options_.path; }

 private:
  struct Extent {
    int64_t offset;
    int64_t length;
    uint64_t hash;
  };

  bool IsStillThere() const;
  absl::Status Open();
  // Cuts off what is torn. True: there is more wrong with the file, and it was left as it is.
  absl::StatusOr<bool> CutTornEnd();
  absl::Status Truncate(int64_t size_bytes);
  absl::Status WriteAt(std::string_view bytes, int64_t offset);
  absl::Status Rotate();
  absl::Status SyncNames();
  absl::Status WriteAgain();
  absl::Status Error(const char* action) const;

  const NdjsonFileOptions options_;
  const DiskOps& disk_;
  UniqueFd fd_;
  bool is_regular_ = false;
  int64_t size_bytes_ = 0;
  int64_t synced_bytes_ = 0;
  std::vector<Extent> unsynced_;
  bool torn_ = false;      // Bytes behind size_bytes_ could not be cut off yet.
  bool in_doubt_ = false;  // A sync failed: the pages of `unsynced_` may be clean and not stored.
  bool names_dirty_ = false;  // A file was made or renamed, the directory not yet synced.
};

}  // namespace tailrace
