// RedactOptions is what one `redact` stage looks for, where, and what it puts in the place of what
// it finds.
//
// Threads    A plain value.
// Failure    Holds the key of the hashes, as a Secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "agent/base/secret.h"
#include "agent/redact/detector.h"

namespace tailrace {

enum class RedactAction : uint8_t {
  kMask,    // Every character becomes '*', but for the last `keep_last`.
  kRemove,  // The text is cut out; a value that is nothing else becomes "".
  kHash,    // hmac:KEY_ID:22 characters, the same for the same secret however it is written.
};

struct RedactPattern {
  static constexpr size_t kMaxNameBytes = 64;

  std::string name;  // In counters, beside the names of the detectors.
  // RE2. What it matches is redacted; with groups, what its first group matches. A match of nothing
  // is none.
  std::string regex;
};

// The key of hashes where the config has none. It is published, so anyone can find out by trying
// which card a hash stands for.
inline constexpr std::string_view kPublishedRedactKey = "tailrace published redact key 1";

struct RedactOptions {
  static constexpr size_t kMaxPatterns = 64;
  static constexpr size_t kMaxFields = 256;
  static constexpr size_t kMaxKeyIdBytes = 32;
  static constexpr uint32_t kMaxKeepLast = 64;

  DetectorSet detectors;
  std::vector<RedactPattern> patterns;
  // Paths of fields with all that lies below them, "user.email"; empty: the whole record.
  std::vector<std::string> fields;

  RedactAction action = RedactAction::kMask;
  // Characters that kMask leaves at the end, so that a person recognises his card. A finding of
  // less than twice as many is masked whole, since half a password is no longer one.
  uint32_t keep_last = 0;
  // Of HMAC-SHA256. Who has it can tell which of the values that he knows a hash stands for.
  Secret key{std::string(kPublishedRedactKey)};
  // Stands in each hash, so that those of an old key can be told from those of a new one. Letters,
  // digits, '_', '-', '.'.
  std::string key_id = "k1";

  // kInvalidArgument with the YAML key that is wrong: nothing to look for, a pattern that RE2 does
  // not take, a name twice, an empty key.
  absl::Status Validate() const;
};

}  // namespace tailrace
