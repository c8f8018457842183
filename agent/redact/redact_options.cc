#include "agent/redact/redact_options.h"

#include <algorithm>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/pattern/regex.h"
#include "agent/redact/ascii.h"

namespace tailrace {
namespace {

bool IsNameText(std::string_view text, size_t max_bytes) {
  return !text.empty() && text.size() <= max_bytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsBase64Url(c) || c == '.'; });
}

absl::Status ValidatePattern(const RedactPattern& pattern) {
  if (!IsNameText(pattern.name, RedactPattern::kMaxNameBytes)) {
    return absl::InvalidArgumentError(
        "\"name\" of a pattern: expected 1 to 64 letters, digits, \"_\", \"-\" or \".\"");
  }
  if (pattern.regex.empty()) {
    return absl::InvalidArgumentError(
        Concat({"the pattern \"", pattern.name, "\" has an empty \"regex\""}));
  }
  absl::Status status = Regex::Compile(pattern.regex).status();
  if (status.ok()) return status;
  return absl::InvalidArgumentError(
      Concat({"the pattern \"", pattern.name, "\": ", FromAbsl(status.message())}));
}

}  // namespace

absl::Status RedactOptions::Validate() const {
  if (detectors.empty() && patterns.empty()) {
    return absl::InvalidArgumentError(
        "nothing to look for: name detectors in \"detect\", or "
        "\"patterns\"");
  }
  if (patterns.size() > kMaxPatterns) return absl::InvalidArgumentError("more than 64 patterns");
  if (fields.size() > kMaxFields) return absl::InvalidArgumentError("more than 256 fields");
  for (size_t i = 0; i < patterns.size(); ++i) {
    const std::string& name = patterns[i].name;
    RETURN_IF_ERROR(ValidatePattern(patterns[i]));
    const bool twice = std::any_of(patterns.begin(), patterns.begin() + static_cast<ptrdiff_t>(i),
                                   [&](const RedactPattern& other) { return other.name == name; });
    if (twice || FindDetector(name).has_value()) {
      return absl::InvalidArgumentError(
          Concat({"the name \"", name, "\" is that of another ", twice ? "pattern" : "detector"}));
    }
  }
  if (std::any_of(fields.begin(), fields.end(), [](const auto& field) { return field.empty(); })) {
    return absl::InvalidArgumentError("the name of a field is empty");
  }
  if (keep_last > kMaxKeepLast) return absl::InvalidArgumentError("\"keep_last\" is over 64");
  if (keep_last > 0 && action != RedactAction::kMask) {
    return absl::InvalidArgumentError("\"keep_last\" is of \"action: mask\" only");
  }
  if (key.empty()) return absl::InvalidArgumentError("\"key\" is empty");
  if (!IsNameText(key_id, kMaxKeyIdBytes)) {
    return absl::InvalidArgumentError(
        "\"key_id\": expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"");
  }
  return absl::OkStatus();
}

}  // namespace tailrace
