#include "agent/redact/value_redactor.h"

#include <algorithm>

#include "agent/json/json_escape.h"
#include "agent/json/scalar_token.h"
#include "agent/redact/ascii.h"
#include "agent/redact/clue_kernels.h"
#include "agent/redact/json_pass.h"
#include "agent/redact/prefilter.h"

namespace tailrace {
namespace {

DetectorSet Candidates(const NamedText& subject, Clues clues) {
  DetectorSet candidates = CandidatesOf(clues);
  candidates |= FindNameCandidates(subject.name);
  return candidates;
}

bool LooksLikeJson(std::string_view text) {
  size_t begin = 0, end = text.size();
  while (begin < end && IsJsonSpace(text[begin])) ++begin;
  while (end > begin && IsJsonSpace(text[end - 1])) --end;
  if (end - begin < 2) return false;
  return (text[begin] == '{' && text[end - 1] == '}') ||
         (text[begin] == '[' && text[end - 1] == ']');
}

}  // namespace

ValueRedactor::ValueRedactor(const RedactRules& rules)
    : rules_(rules), counts_(rules.names().size()) {}

void ValueRedactor::Begin() {
  if (counted_) std::fill(counts_.begin(), counts_.end(), 0);
  counted_ = false;
}

std::span<const uint32_t> ValueRedactor::counts() const {
  if (!counted_) return {};
  return counts_;
}

bool ValueRedactor::RedactText(const NamedText& subject, std::string& out) {
  if (subject.text.empty()) return false;
  const Clues clues = ActiveClueKernel().find(subject.text);
  const DetectorSet candidates = Candidates(subject, clues) & rules_.detectors();
  const bool ask_rules = !candidates.empty() || rules_.has_patterns();
  const bool hidden = (clues & kClueBackslash) != 0;
  if (!ask_rules && !hidden) return false;
  if (LooksLikeJson(subject.text) && RedactJsonWithin(subject)) {
    // What reaches over several strings, as a pattern of the user may.
    const NamedText json = {levels_[nesting_ + 1].json, subject.name};
    if (!RedactPlain(json, rules_.detectors(), out)) out = json.text;
    return true;
  }
  return ask_rules && RedactPlain(subject, candidates, out);
}

// Leaves what it makes in the next level.
bool ValueRedactor::RedactJsonWithin(const NamedText& subject) {
  if (nesting_ == kMaxNesting) return false;
  Level& level = levels_[nesting_ + 1];
  level.text.assign(subject.text);
  level.text.append(JsonWalker::kReadBeyond, ' ');
  const std::string_view text = std::string_view(level.text).substr(0, subject.text.size());
  if (walker_ == nullptr) walker_ = std::make_unique<JsonWalker>();
  const WalkResult result = walker_->Walk(text, walked_);
  if (result != WalkResult::kObject && result != WalkResult::kScalarOrArray) return false;
  ++nesting_;
  const bool changed = RedactJson({text, subject.name}, "", level.json);
  --nesting_;
  return changed;
}

bool ValueRedactor::RedactJsonString(const NamedText& raw, std::string& out) {
  Level& level = levels_[nesting_];
  NamedText subject = raw;
  if (raw.text.find('\\') != std::string_view::npos) {
    level.unescaped.clear();
    AppendUnescaped(raw.text, level.unescaped);
    subject.text = level.unescaped;
  }
  if (!RedactText(subject, level.value)) return false;
  out.clear();
  AppendEscaped(level.value, out);
  return true;
}

bool ValueRedactor::RedactJson(const NamedText& json, std::string_view path, std::string& out) {
  JsonPass pass(rules_.fields(), path, levels_[nesting_].member);
  return pass.Run(json, out, [this](const NamedText& text, std::string& value) {
    return RedactJsonString(text, value);
  });
}

bool ValueRedactor::RedactPlain(const NamedText& subject, DetectorSet candidates,
                                std::string& out) {
  NamedText left = subject;
  for (int round = 0;; ++round) {
    rules_.Find(left, candidates, findings_);
    rules_.replacement().DropReplaced(left.text, findings_);
    if (findings_.empty()) return round > 0;
    const bool last = round == kMaxRounds;
    if (last) findings_ = {Finding(0, left.text.size(), findings_.front().rule)};
    Replace(left.text, next_round_);
    out.swap(next_round_);
    if (last) return true;
    left.text = out;
    candidates = Candidates(left, ActiveClueKernel().find(left.text)) & rules_.detectors();
  }
}

void ValueRedactor::Replace(std::string_view text, std::string& out) {
  out.clear();
  size_t copied = 0;
  for (const Finding& finding : findings_) {
    out += text.substr(copied, finding.begin - copied);
    rules_.replacement().Append(text.substr(finding.begin, finding.end - finding.begin),
                                finding.rule, out);
    copied = finding.end;
    ++counts_[finding.rule];
  }
  out += text.substr(copied);
  counted_ = true;
}

}  // namespace tailrace
