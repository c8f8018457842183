// SecretText is a secret as the config names it: text with the places of files in it,
// "${file:/etc/tailrace/es.key}". The files are read again when they change, so that a rotated
// password is taken up without a restart.
//
// Threads    Not thread-safe; copies are independent of each other.
// Bounds     A file of 64 KiB.
// Failure    A file that cannot be read any more leaves the last value in force and is logged, once
//            a minute: whoever rotates a secret may take it away for a moment.
// Cost       A stat a file and Read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/secret.h"
#include "agent/base/text_file.h"

namespace tailrace {

class SecretText {
 public:
  static constexpr int64_t kMaxFileBytes = 64 << 10;

  // Either text that stays as it is, or the path of a file.
  struct Part {
    Secret literal;
    std::string path;

    friend bool operator==(const Part&, const Part&) = default;
  };

  SecretText() = default;  // Empty.
  explicit SecretText(std::string literal);
  explicit SecretText(std::vector<Part> parts);

  // No text and no file. A file may still have nothing in it.
  bool empty() const { return parts_.empty(); }

  // What it is at this moment. Errors, until it was read once: those of ReadSecretFile.
  [[nodiscard]] absl::StatusOr<Secret> Read(MonotonicTime now);

  friend bool operator==(const SecretText& a, const SecretText& b) { return a.parts_ == b.parts_; }

 private:
  struct File {
    FileStamp stamp;
    Secret content;
    bool known = false;
  };

  absl::Status Refresh(const std::string& path, File& file) const;

  std::vector<Part> parts_;
  std::vector<File> files_;  // One a part; unused for a literal.
  LogThrottle throttle_{std::chrono::seconds(60)};
};

// The content of a file without its last line break. kInvalidArgument when it is no text; errors of
// ReadTextFile. A caller that keeps it puts it into a Secret.
[[nodiscard]] absl::StatusOr<TextFile> ReadSecretFile(const std::string& path);

}  // namespace tailrace
