// A Checkpoint says how far one generation of one file is settled, and how to recognise that file.
//
// Threads    A plain value; `stream` is shared and immutable.
// Units      Bytes of the file (uncompressed for a .gz); wall time in seconds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/event/anchor.h"
#include "agent/event/stream.h"

namespace tailrace {

// What a worker sends to the state thread, once a second, for files whose frontier moved or whose
// life changed. `frontier_bytes` is from an AckLedger: no byte before it is unsettled. Each file
// that is opened gets one as well: an entry that no checkpoint has touched since the start is taken
// for that of a file that is gone. A file that gets another key gets one more under the old key,
// complete and gone.
struct Checkpoint {
  StreamInfoPtr stream;
  int64_t frontier_bytes = 0;
  Anchor anchor;            // Of the bytes before the frontier.
  int64_t known_bytes = 0;  // How long the file was known to be: what is missing at the next start
                            // when the file is gone is counted as lost.
  bool complete = false;    // Drained to its end and settled to its end.
  bool gone = false;        // No path leads to it; the entry is deleted after 24 h.
};

using CheckpointBatch = std::vector<Checkpoint>;

// What the store had at start. Identity and key are the two ways to find the file again.
struct StoredFile {
  FileIdentity identity;
  FileKey key;
  uint64_t lineage = 0;
  std::string source;  // By name: positions in the config may have changed.
  std::string path;
  int64_t frontier_bytes = 0;
  Anchor anchor;
  int64_t known_bytes = 0;
  bool complete = false;
  bool gone = false;
};

struct StoredState {
  std::vector<StoredFile> files;
  bool first_use = false;  // The state directory was empty: `start_at` holds.
  bool set_aside =
      false;  // The store was damaged and renamed: everything is read from its beginning.
};

}  // namespace tailrace
