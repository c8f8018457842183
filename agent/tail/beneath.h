// Opens log files in directories that tenants may write to, so that no link makes the agent read
// anything else: beneath a root, no symbolic link on the way, regular files only. A link that is
// the log itself, as the docker runtime makes them, is followed only to below an allowed root, and
// by the same rules there.
//
// Threads    Any; holds no descriptor.
// Failure    The reason is in the result; an errno that is no refusal is in `error_number`.
// Cost       Three system calls an open.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/unique_fd.h"
#include "agent/tail/file_identity.h"

namespace tailrace {

enum class OpenRefusal : uint8_t {
  kNone,
  kMissing,     // Nothing is there any more; not counted.
  kEscape,      // It leads out of its root.
  kLink,        // A symbolic link whose target is below no allowed root.
  kNotRegular,  // A directory, FIFO, socket or device.
  kPermission,
  kNoDescriptors,
  kOther,
};
inline constexpr int kOpenRefusalCount = 8;

// The `reason` label of the metrics.
const char* OpenRefusalName(OpenRefusal refusal);

struct OpenedLog {
  UniqueFd fd;
  FileStat stat;
  std::string target;  // Where a link led to; empty when the path is the file itself.
  OpenRefusal refusal = OpenRefusal::kNone;
  int error_number = 0;

  bool ok() const { return fd.valid(); }
};

// kComponents walks the path component by component, as on kernels without openat2 (before 5.6).
enum class BeneathMethod : uint8_t { kOpenat2, kComponents };

class Beneath {
 public:
  Beneath(std::string root, std::vector<std::string> allow_targets,
          BeneathMethod method = BeneathMethod::kOpenat2);

  // REQUIRES: `path` is absolute and below the root by name.
  OpenedLog OpenLog(std::string_view path) const;
  // A directory to be listed. Invalid, with errno, where there is none without links on the way.
  UniqueFd OpenDirectory(std::string_view path) const;

  const std::string& root() const { return root_; }

 private:
  UniqueFd OpenBelow(const std::string& root, std::string_view path, int flags) const;
  OpenedLog OpenRegular(const std::string& root, std::string_view path) const;
  OpenedLog FollowLink(std::string_view path) const;

  const std::string root_;
  const std::vector<std::string> allow_targets_;
  const BeneathMethod method_;
};

}  // namespace tailrace
