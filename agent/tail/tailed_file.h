// TailedFile is what the reader knows of one generation of one log: how it is found, how far it was
// read, and which step of its life comes next.
//
//   found -> identified (its head is complete, or forced) -> announced (kOpen)
//         -> ended (kEnd) -> closed (the worker said kClosed, the handle is given up)
//         -> ended again after a reopening, or gone (kGone) when no path leads to it
//
// A reload of the config may leave it (kLeave) at any place, and it may come back (kReturn).
//
// Invariants
//   (1) Nothing is sent of a file that is not announced; nothing after kGone.
//   (2) `tail` holds the bytes before `position`, as they were read.
//   (3) While `loss` is set no byte from `position` on can be read: the rest is passed over.
//
// Threads    Owned by the reader.
// Bounds     About 600 bytes, beside the stream and the paths.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "agent/base/clock.h"
#include "agent/base/unique_fd.h"
#include "agent/event/segment.h"
#include "agent/event/stream.h"
#include "agent/tail/gz_file.h"
#include "agent/tail/log_read.h"

namespace tailrace {

struct TailedFile {
  FileId id;
  uint32_t worker = 0;
  StreamInfoPtr stream;  // Its key is set once `identified`.

  // How it is found.
  FileIdentity inode;  // What its paths lead to; generation 0.
  // As in the file table, which owns the strings. Empty: no path leads here any more.
  absl::InlinedVector<const std::string*, 1> paths;
  // Another file with the same content, such as the copy of a copytruncate or a .gz: when this one
  // is destroyed, reading goes on there.
  std::string spare_path;
  UniqueFd fd;
  std::unique_ptr<GzFile> gz;    // Instead of `fd`, for compressed content.
  bool compressed = false;       // Its paths lead to a .gz.
  std::string rotation;          // Below a pods root: what rotation appended to its name.
  uint32_t rotation_number = 0;  // Elsewhere: the N of "app.log.N".
  int64_t mtime_nanos = 0;

  // How far it was read.
  int64_t position = 0;
  int64_t size = 0;            // As last seen; before a truncation, if there was one.
  int64_t size_before = 0;     // As seen one look earlier.
  int64_t told_bytes = 0;      // The size that the worker was told.
  int64_t held_bytes = 0;      // What it takes of the disk.
  int64_t start_skip_end = 0;  // What `start_at` leaves out.
  int64_t rekey_bytes = -1;    // Where kRekey was sent; -1: not yet, or not needed.
  bool rekey_due = false;
  Tail tail;
  std::optional<SkipReason> loss;
  int64_t loss_from = 0;  // Bytes from here to `size` are counted as lost.
  // Passed over because of read errors, as [begin, end): taken back if they are handed back.
  std::vector<std::pair<int64_t, int64_t>> unreadable;

  // Where it stands.
  bool identified = false;
  bool announced = false;
  bool ended = false;
  bool closed = false;
  bool paused = false;
  bool rotated = false;      // Its name says so, or no path leads to it.
  bool deleted = false;      // No name is left at all.
  bool first_sweep = false;  // Found by the first look at everything.
  bool provisional = false;  // Its key was made before the head was complete.
  bool flush_due = false;    // Data came since the last kFlush.
  bool damaged = false;      // Nothing more can be read of its .gz.
  bool newer_woken = false;  // Since it was read to its end, newer generations were told.
  bool overwritten = false;  // What was read is no longer what stands there.
  bool left = false;         // No source asks for it since a reload: nothing is done with it.
  bool return_due = false;   // One asks for it again, and the worker does not know yet.

  // How much hints say of it; the first three since it last came to rest.
  bool data_came = false;
  bool data_expected = false;  // By a hint, or since it was found or held back.
  bool watched = false;        // A hint came, and later writes make some as well.
  bool trusts_hints = true;    // No data came that was not expected.

  // When something is next to be done.
  uint64_t found_in = 0;  // The Polls of discovery that were full by then.
  MonotonicTime found_at{};
  MonotonicTime grew_at{};     // When data was last read or growth was seen.
  MonotonicTime rotated_at{};  // When the rename or unlink was seen.
  MonotonicTime unread_since{};
  MonotonicTime due{};
  MonotonicTime left_until{};  // While it is left: then it is forgotten.
  std::chrono::milliseconds backoff{0};
  uint32_t read_errors = 0;  // In a row.

  SourceId source() const { return stream->source; }
  bool has_handle() const { return fd.valid() || gz != nullptr; }
  int handle() const { return gz != nullptr ? gz->fd() : fd.get(); }
  int64_t backlog() const { return size > position ? size - position : 0; }
  // Nothing is left to be read of it, as far as was seen: newer generations may begin.
  bool drained() const {
    if (ended) return true;
    if (overwritten && !loss.has_value()) return false;  // What it was overwritten with comes next.
    if (compressed && !damaged) return gz != nullptr && gz->text_bytes() == position;
    return backlog() == 0 && !loss.has_value() && (announced || size == 0);
  }
};

}  // namespace tailrace
