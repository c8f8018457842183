// Small files whole, and what tells that the file at a path is another one by now: certificates,
// keys and passwords that are swapped while the agent runs.
//
// Threads    Any.
// Failure    A Status that names the path, never the content.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace tailrace {

// Of the file that a path leads to, symbolic links followed. Two reads whose stamps are equal read
// the same bytes, unless someone wrote in place within the clock tick of the file system and left
// the size alone.
struct FileStamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size_bytes = 0;
  int64_t modified_ns = 0;  // Since 1970.
  int64_t changed_ns = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct TextFile {
  std::string text;
  FileStamp stamp;  // Taken before the text was read, so that a later write shows.
};

// Errors: of ErrnoStatus.
[[nodiscard]] absl::StatusOr<FileStamp> StampOf(const std::string& path);

// kOutOfRange when the file has more than `max_bytes`, kInvalidArgument when it is no regular file
// (reading a pipe could wait for ever).
[[nodiscard]] absl::StatusOr<TextFile> ReadTextFile(const std::string& path, int64_t max_bytes);

}  // namespace tailrace
