// A PatternLibrary is what the names in a grok pattern stand for: the names that users of Logstash
// know, in one of two forms, and those that a config adds.
//
// Threads    Not thread-safe while patterns are added; immutable then.
// Ownership  Owns its texts.
// Bounds     10,000 patterns of 64 KiB.
// Failure    kInvalidArgument with the line, or the name.
#pragma once

#include <string>
#include <string_view>

#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "agent/base/strings.h"
#include "agent/pattern/line_pattern.h"

namespace tailrace {

// Which fields the library's patterns set: those of before ECS (`clientip`), or of ECS 1
// (`source.address`).
enum class GrokNames : uint8_t { kLegacy, kEcs };

class PatternLibrary {
 public:
  static constexpr size_t kMaxPatterns = 10'000;
  static constexpr size_t kMaxPatternBytes = 64 << 10;

  // Empty.
  PatternLibrary() = default;
  static PatternLibrary BuiltIn(GrokNames names);

  // A pattern that is there already is replaced.
  [[nodiscard]] absl::Status Add(std::string_view name, std::string_view expression);
  // The text of a pattern file: a name, blanks and an expression a line; lines that begin with "#"
  // and empty ones are skipped.
  [[nodiscard]] absl::Status AddFile(std::string_view text);

  // nullptr when there is none.
  const std::string* Find(std::string_view name) const;
  size_t size() const { return patterns_.size(); }

  // `%{NAME:field:type}` and Oniguruma's syntax; see ParseRegex. Errors name the place in
  // `pattern`.
  [[nodiscard]] absl::StatusOr<LinePattern> Compile(std::string_view pattern) const;

 private:
  // Its strings stay where they are.
  absl::node_hash_map<std::string, std::string, StringHash, StringEqual> patterns_;
};

}  // namespace tailrace
