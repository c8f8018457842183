// Options of the sources that read files. Keys in the config are the field names.
//
// Threads    Plain values.
// Units      Bytes and std::chrono.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "agent/event/stream.h"

namespace tailrace {

struct StartAt {
  enum class Kind : uint8_t { kBeginning, kEnd, kAge };
  Kind kind = Kind::kBeginning;
  std::chrono::seconds age{0};  // kAge: what is older is skipped, and counted.

  friend bool operator==(const StartAt&, const StartAt&) = default;
};

struct TailSourceOptions {
  std::string name;
  bool kubernetes = false;  // kubernetes_logs: `root`; else: `include` and `exclude`.

  std::string root = "/var/log/pods";
  bool include_self = false;
  std::string self_pod_uid;  // The agent's own pod, left out unless include_self. Empty: unknown.

  std::vector<std::string> include;  // Globs with **, absolute.
  std::vector<std::string> exclude;
  FileFormat format = FileFormat::kRaw;
  std::string newline = "\n";  // As the encoding of the files writes it; 1, 2 or 4 bytes.
  std::vector<std::pair<std::string, std::string>> labels;  // Sorted by name.
  std::optional<std::chrono::seconds> ignore_older;         // By mtime when it is discovered.

  StartAt start_at;
  int64_t max_line_bytes = 1 << 20;
  // Deleted files that are still held open to be read, of all files of the source together.
  int64_t max_held_deleted_bytes = int64_t{1} << 30;
  std::chrono::milliseconds flush_partial{5000};
  std::chrono::milliseconds poll_interval{2000};  // Of the sweep that decides.
  std::vector<std::string> allow_targets;         // Further roots that links may lead to.
  // Names that are followed at once. What is beyond is counted and logged, and not read.
  size_t max_files = 100'000;

  // kInvalidArgument names the field: patterns and roots that are not absolute or not patterns,
  // bounds and intervals out of range.
  absl::Status Validate() const;

  friend bool operator==(const TailSourceOptions&, const TailSourceOptions&) = default;
};

struct TailOptions {
  std::vector<TailSourceOptions> sources;  // SourceId is the position.
  std::string cluster_name;
  std::string node_name;
  std::string id_key;
  int64_t max_read_rate_bytes = 0;  // A second; 0 is unlimited.
  bool once = false;                // Read everything to its end, then send kEndOfInput.
  size_t max_slabs = 100;
  // Files that are held open at once. Beyond it idle ones are closed until they grow. 0: three
  // quarters of RLIMIT_NOFILE.
  size_t max_open_files = 0;
  // inotify watches, one a directory. Directories beyond it are swept more often instead.
  size_t max_watches = 1 << 20;
};

// The selector of a source, compiled elsewhere: false leaves the file out.
using SelectFn = absl::AnyInvocable<bool(SourceId source, const StreamInfo& stream)>;

}  // namespace tailrace
