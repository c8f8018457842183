// A StreamInfo is what is constant for one generation of one file: where it came from, what it is
// called, which labels selectors see. It is made by the reader when it opens the file, and read by
// the worker that owns the file and by the state thread.
//
// Threads    Immutable once made; shared between threads by shared_ptr<const StreamInfo>.
// Bounds     An idle file costs at most 3 KiB in all; nothing here is derived text that can be
//            rendered when it is needed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/strong_id.h"
#include "agent/event/file_key.h"

namespace tailrace {

enum class FileFormat : uint8_t { kRaw, kCri, kDocker };

// What the kernel says of an open file. `birth_nanos` tells a new file from an old one that had
// the same inode number; 0 where the file system has no birth times.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t birth_nanos = 0;
  uint32_t generation = 0;  // Grows by one with each truncation that was seen.

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const FileIdentity& id) {
    return H::combine(std::move(state), id.device, id.inode, id.birth_nanos, id.generation);
  }
};

// From <root>/<namespace>_<pod>_<uid>/<container>/<restart>.log; all empty for other files.
struct PodLabels {
  std::string name_space;
  std::string pod;
  std::string uid;
  std::string container;
  uint32_t restart_count = 0;

  bool empty() const { return pod.empty(); }
};

struct StreamInfo {
  SourceId source;
  FileFormat format = FileFormat::kRaw;
  FileIdentity identity;
  FileKey key;
  // Of the live file, also where this is a rotated or compressed generation: the path that users
  // know. A log's documents carry it as log.file.path.
  std::string path;
  PodLabels pod;
  // Files of one lineage are the generations of one log; pieces of a record may span two of them.
  uint64_t lineage = 0;
  // From the source's `labels`, sorted by name.
  std::vector<std::pair<std::string, std::string>> labels;

  // The value of a stream label as selectors and templates see it: namespace, pod, container,
  // node is not among them (it is the agent's), filename, and those of `labels`. "" if there is
  // none.
  std::string_view Label(std::string_view name) const;
};

using StreamInfoPtr = std::shared_ptr<const StreamInfo>;

}  // namespace tailrace
