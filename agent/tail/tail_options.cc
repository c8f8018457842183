#include "agent/tail/tail_options.h"

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/tail/glob.h"

namespace tailrace {
namespace {

constexpr int64_t kMaxLineBytesMax = int64_t{8} << 20;  // Of DESIGN: 3 bytes of an id hold it.

absl::Status Invalid(std::string_view what) { return absl::InvalidArgumentError(ToAbsl(what)); }

absl::Status CheckRoot(std::string_view name, const std::string& root) {
  if (root.starts_with('/') && (root.size() == 1 || !root.ends_with('/'))) return absl::OkStatus();
  return Invalid(Concat({name, " \"", root, "\" is not an absolute directory name"}));
}

}  // namespace

absl::Status TailSourceOptions::Validate() const {
  if (kubernetes) {
    RETURN_IF_ERROR(CheckRoot("root", root));
  } else {
    if (include.empty()) return Invalid("include names no pattern");
    for (const std::string& pattern : include) {
      RETURN_IF_ERROR(Annotate(Glob::Parse(pattern).status(), "include"));
    }
    for (const std::string& pattern : exclude) {
      const bool name_only = pattern.find('/') == std::string::npos;
      RETURN_IF_ERROR(
          Annotate(Glob::Parse(name_only ? "/**/" + pattern : pattern).status(), "exclude"));
    }
  }
  for (const std::string& target : allow_targets) {
    RETURN_IF_ERROR(CheckRoot("allow_targets", target));
  }
  if (max_line_bytes < 1 || max_line_bytes > kMaxLineBytesMax) {
    return Invalid("max_line is not between 1 and 8MiB");
  }
  if (newline.size() != 1 && newline.size() != 2 && newline.size() != 4) {
    return Invalid("newline has not 1, 2 or 4 bytes");
  }
  if (max_held_deleted_bytes < 0) return Invalid("max_held_deleted is negative");
  if (flush_partial <= std::chrono::milliseconds(0))
    return Invalid("flush_partial is not positive");
  if (poll_interval <= std::chrono::milliseconds(0))
    return Invalid("poll_interval is not positive");
  if (max_files == 0) return Invalid("max_files is 0");
  return absl::OkStatus();
}

}  // namespace tailrace
