#include "agent/pattern/line_pattern.h"

#include <optional>
#include <string>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/pattern/regex.h"
#include "agent/pattern/regex_printer.h"
#include "agent/pattern/scan_compiler.h"
#include "agent/pattern/scanner.h"

namespace tailrace {
namespace {

constexpr int64_t kMemoryBytes = 8 << 20;

}  // namespace

struct LinePattern::Compiled {
  std::vector<RegexCapture> captures;
  Regex regex;
  std::optional<Scanner> scanner;
  std::string why_re2;
};

LinePattern::LinePattern(std::shared_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}

absl::StatusOr<LinePattern> LinePattern::Compile(std::string_view pattern,
                                                 const RegexParseOptions& options) {
  ASSIGN_OR_RETURN(RegexTree tree, ParseRegex(pattern, options));
  if (tree.captures.size() > kMaxCaptures) {
    return absl::InvalidArgumentError("bad regular expression: more than 250 captures");
  }
  const RegexOptions regex_options = {.bytes = !tree.unicode, .max_memory_bytes = kMemoryBytes};
  ASSIGN_OR_RETURN(Regex regex, Regex::Compile(PrintRegex(tree), regex_options));
  CHECK(regex.groups() == tree.captures.size());
  LoweredRegex lowered = LowerRegex(tree);
  Compiled compiled{std::move(tree.captures), std::move(regex), std::nullopt,
                    std::move(lowered.why_not)};
  if (lowered.program.has_value()) compiled.scanner.emplace(*std::move(lowered.program));
  return LinePattern(std::make_shared<const Compiled>(std::move(compiled)));
}

bool LinePattern::Match(std::string_view text, std::span<std::string_view> captures) const {
  if (compiled_->scanner.has_value()) {
    const ScanVerdict verdict = compiled_->scanner->Match(text, captures);
    if (verdict != ScanVerdict::kUnsure) return verdict == ScanVerdict::kMatch;
  }
  return compiled_->regex.Capture(text, captures);
}

const std::vector<RegexCapture>& LinePattern::captures() const { return compiled_->captures; }

PatternEngine LinePattern::engine() const {
  return compiled_->scanner.has_value() ? PatternEngine::kScanner : PatternEngine::kRe2;
}

std::string_view LinePattern::why_re2() const { return compiled_->why_re2; }

LinePattern LinePattern::OnRe2() const {
  return LinePattern(std::make_shared<const Compiled>(
      Compiled{compiled_->captures, compiled_->regex, std::nullopt, "asked for"}));
}

}  // namespace tailrace
