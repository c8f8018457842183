// RedactRules is a RedactOptions compiled: which rules there are, what they find in a text, and
// what is put in its place.
//
// Threads    Immutable; any.
// Bounds     kMaxFindings in a text are told apart; beyond that the last one reaches to its end.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/pattern/regex.h"
#include "agent/redact/field_paths.h"
#include "agent/redact/finding.h"
#include "agent/redact/redact_options.h"
#include "agent/redact/replacement.h"

namespace tailrace {

class RedactRules {
 public:
  static constexpr size_t kMaxFindings = 100000;

  // Errors of RedactOptions::Validate.
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<const RedactRules>> Compile(
      const RedactOptions& options);

  // What stands in `subject`, in order and without overlaps: what overlaps is one finding, of the
  // rule of the longest. Of the detectors only those of `candidates` are asked.
  void Find(const NamedText& subject, DetectorSet candidates, Findings& findings) const;

  DetectorSet detectors() const { return detectors_; }
  bool has_patterns() const { return !patterns_.empty(); }
  const FieldPaths& fields() const { return fields_; }
  const Replacement& replacement() const { return replacement_; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  RedactRules(const RedactOptions& options, std::vector<Regex> patterns);

  const DetectorSet detectors_;
  const std::vector<Regex> patterns_;
  const FieldPaths fields_;
  const Replacement replacement_;
  std::vector<std::string> names_;
};

}  // namespace tailrace
