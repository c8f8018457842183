// FileKey names one generation of one log file across restarts, renames and compression. It is
// the constant first half of every document id of that generation (see sinks/record_id.h).
//
//   byte   0  1 | 2 ... 11
//          day  | keyed hash
//
//   day    Days since 1970-01-01 UTC, big-endian: of the first record for CRI and docker files, of
//          the inode's birth for others. It keeps ids of one day together in an index.
//   hash   HMAC-SHA256 with `agent.id_key`, cut to 10 bytes, over, for files below a pods root:
//          cluster, node, pod uid, container, restart number, head; for other files: cluster,
//          node, device, inode, birth time, truncation generation, head.
//
// The head is the file's first line with its newline, cut at kHeadBytesMax bytes. A rotated .gz of
// a pod's log therefore has the key of the file that it was made from.
//
// Threads    Any; a plain value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace tailrace {

inline constexpr size_t kHeadBytesMax = 1024;

struct FileKey {
  std::array<uint8_t, 12> bytes{};

  friend bool operator==(const FileKey&, const FileKey&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const FileKey& key) {
    return H::combine(std::move(state), key.bytes);
  }
};

}  // namespace tailrace
