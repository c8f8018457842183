#include "parsers/multiline_state.h"

namespace tailrace {
namespace {

bool Matches(const std::optional<Regex>& pattern, std::string_view line) {
  return pattern.has_value() && pattern->PartialMatch(line);
}

}  // namespace

LineRole MultilineState::Next(const MultilineRules& rules, std::string_view line) {
  const LineRole role = Decide(rules, line);
  const bool was_split = split_;
  split_ = false;
  if (!was_split) return role;
  if (role == LineRole::kContinues) return LineRole::kBegins;
  return role == LineRole::kEnds ? LineRole::kAlone : role;
}

LineRole MultilineState::Decide(const MultilineRules& rules, std::string_view line) {
  if (kind_ == Kind::kTrace || !rules.has_patterns()) return NextOfTraces(rules, line);
  return NextOfPatterns(rules, line);
}

LineRole MultilineState::NextOfPatterns(const MultilineRules& rules, std::string_view line) {
  const bool was_open = kind_ == Kind::kPatterns;
  const bool starts = Matches(rules.start(), line);
  if (was_open && !starts) {
    if (Matches(rules.end(), line)) {
      Close();
      return LineRole::kEnds;
    }
    if (!rules.continuation() || Matches(rules.continuation(), line)) return LineRole::kContinues;
  }
  if (rules.start() && !starts) return BeginTrace(rules, line);
  // Without a `start` every line that belongs to nothing begins an event.
  kind_ = Matches(rules.end(), line) ? Kind::kNone : Kind::kPatterns;
  return open() ? LineRole::kBegins : LineRole::kAlone;
}

LineRole MultilineState::NextOfTraces(const MultilineRules& rules, std::string_view line) {
  if (kind_ == Kind::kTrace) {
    // A pattern's own start is stronger than what merely looks like a part of the trace.
    const TraceStates next =
        Matches(rules.start(), line) ? 0 : ContinueTrace(rules.languages(), trace_, line);
    if (next == kTraceDone) {
      Close();
      return LineRole::kEnds;
    }
    if (next != 0) {
      trace_ = next;
      return LineRole::kContinues;
    }
    kind_ = Kind::kNone;
    if (rules.has_patterns()) return NextOfPatterns(rules, line);
  }
  return BeginTrace(rules, line);
}

LineRole MultilineState::BeginTrace(const MultilineRules& rules, std::string_view line) {
  trace_ = BeginTraceStates(rules.languages(), line);
  kind_ = trace_ != 0 ? Kind::kTrace : Kind::kNone;
  return open() ? LineRole::kBegins : LineRole::kAlone;
}

}  // namespace tailrace
