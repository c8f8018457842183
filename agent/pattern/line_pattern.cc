#include "agent/pattern/line_pattern.h"

#include <string>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/pattern/regex.h"
#include "agent/pattern/regex_printer.h"

namespace tailrace {
namespace {

constexpr int64_t kMemoryBytes = 8 << 20;

}  // namespace

struct LinePattern::Compiled {
  std::vector<RegexCapture> captures;
  Regex regex;
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
  return LinePattern(
      std::make_shared<const Compiled>(Compiled{std::move(tree.captures), std::move(regex)}));
}

bool LinePattern::Match(std::string_view text, std::span<std::string_view> captures) const {
  return compiled_->regex.Capture(text, captures);
}

const std::vector<RegexCapture>& LinePattern::captures() const { return compiled_->captures; }

}  // namespace tailrace
