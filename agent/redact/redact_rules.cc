#include "agent/redact/redact_rules.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/base/status.h"
#include "agent/redact/detect.h"

namespace tailrace {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// To whole characters, so that what is left stays UTF-8 where it was.
void Widen(std::string_view text, Finding& finding) {
  for (int i = 0; i < 3 && finding.begin > 0 && IsContinuation(text[finding.begin]); ++i) {
    --finding.begin;
  }
  for (int i = 0; i < 3 && finding.end < text.size() && IsContinuation(text[finding.end]); ++i) {
    ++finding.end;
  }
}

void FindPattern(const Regex& pattern, std::string_view text, RuleIndex rule, Findings& findings) {
  const size_t group = pattern.groups() > 0 ? 1 : 0;
  size_t offset = 0;
  std::string_view found[2];
  while (offset <= text.size() && pattern.FindFrom(text, offset, {found, group + 1})) {
    const std::string_view whole = found[0], part = found[group];
    if (!part.empty()) {
      const size_t begin = static_cast<size_t>(part.data() - text.data());
      findings.emplace_back(begin, begin + part.size(), rule);
    }
    const size_t end = static_cast<size_t>(whole.data() - text.data()) + whole.size();
    offset = whole.empty() ? end + 1 : end;
    if (findings.size() > RedactRules::kMaxFindings) return;
  }
}

// Orders the findings and makes one of those that overlap.
void Merge(Findings& findings) {
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    return a.end != b.end ? a.end > b.end : a.rule < b.rule;
  });
  size_t kept = 0, longest = 0;
  for (const Finding& finding : findings) {
    const size_t size = finding.end - finding.begin;
    if (kept == 0 || finding.begin >= findings[kept - 1].end) {
      longest = size;
      findings[kept++] = finding;
      continue;
    }
    Finding& last = findings[kept - 1];
    if (size > longest) {
      longest = size;
      last.rule = finding.rule;
    }
    last.end = std::max(last.end, finding.end);
  }
  findings.resize(kept);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const RedactRules>> RedactRules::Compile(
    const RedactOptions& options) {
  RETURN_IF_ERROR(options.Validate());
  std::vector<Regex> patterns;
  for (const RedactPattern& pattern : options.patterns) {
    ASSIGN_OR_RETURN(Regex regex, Regex::Compile(pattern.regex));
    patterns.push_back(std::move(regex));
  }
  return std::shared_ptr<const RedactRules>(new RedactRules(options, std::move(patterns)));
}

RedactRules::RedactRules(const RedactOptions& options, std::vector<Regex> patterns)
    : detectors_(options.detectors),
      patterns_(std::move(patterns)),
      fields_(options.fields),
      replacement_(options),
      names_(kDetectorNames.begin(), kDetectorNames.end()) {
  for (const RedactPattern& pattern : options.patterns) names_.push_back(pattern.name);
}

void RedactRules::Find(const NamedText& subject, DetectorSet candidates, Findings& findings) const {
  findings.clear();
  Detect(subject, candidates & detectors_, findings);
  for (size_t i = 0; i < patterns_.size(); ++i) {
    FindPattern(patterns_[i], subject.text, static_cast<RuleIndex>(kDetectorCount + i), findings);
  }
  for (Finding& finding : findings) Widen(subject.text, finding);
  Merge(findings);
  if (findings.size() <= kMaxFindings) return;
  findings.resize(kMaxFindings);
  findings.back().end = subject.text.size();
}

}  // namespace tailrace
