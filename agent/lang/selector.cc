#include "agent/lang/selector.h"

#include <algorithm>
#include <utility>

#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/lang/quoted_string.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

std::string_view SymbolOf(MatchOp op) {
  switch (op) {
    case MatchOp::kEqual:
      return "=";
    case MatchOp::kNotEqual:
      return "!=";
    case MatchOp::kMatches:
      return "=~";
    case MatchOp::kNotMatches:
      break;
  }
  return "!~";
}

}  // namespace

absl::StatusOr<Selector> Selector::Parse(std::string_view text) {
  ASSIGN_OR_RETURN(std::vector<LabelMatcher> matchers, ParseMatchers(text));
  return Compile(std::move(matchers));
}

absl::StatusOr<Selector> Selector::Compile(std::vector<LabelMatcher> matchers) {
  Selector selector;
  for (LabelMatcher& matcher : matchers) {
    Term term;
    if (matcher.is_regex()) {
      absl::StatusOr<Regex> regex =
          Regex::Compile(matcher.value, RegexOptions{.dot_matches_newline = true});
      if (!regex.ok()) {
        return SyntaxError(matcher.value_offset, {FromAbsl(regex.status().message())});
      }
      term.regex = *std::move(regex);
    }
    term.matcher = std::move(matcher);
    selector.terms_.push_back(std::move(term));
  }
  return selector;
}

bool Selector::Matches(LabelLookup lookup) const {
  return std::all_of(terms_.begin(), terms_.end(), [&lookup](const Term& term) {
    const std::string_view value = lookup(term.matcher.label);
    const bool fits =
        term.regex.has_value() ? term.regex->FullMatch(value) : value == term.matcher.value;
    const bool wanted = term.matcher.op == MatchOp::kEqual || term.matcher.op == MatchOp::kMatches;
    return fits == wanted;
  });
}

bool Selector::IsWithin(const Selector& other) const {
  // Whoever satisfies all of our matchers satisfies all of the other's, when those are among ours.
  return std::all_of(other.terms_.begin(), other.terms_.end(), [this](const Term& theirs) {
    return std::any_of(terms_.begin(), terms_.end(), [&theirs](const Term& ours) {
      return ours.matcher.label == theirs.matcher.label && ours.matcher.op == theirs.matcher.op &&
             ours.matcher.value == theirs.matcher.value;
    });
  });
}

std::vector<LabelMatcher> Selector::matchers() const {
  std::vector<LabelMatcher> matchers;
  for (const Term& term : terms_) matchers.push_back(term.matcher);
  return matchers;
}

std::string Selector::ToString() const {
  std::string text = "{";
  for (const Term& term : terms_) {
    if (text.size() > 1) text += ",";
    text +=
        Concat({term.matcher.label, SymbolOf(term.matcher.op), QuoteString(term.matcher.value)});
  }
  return text + "}";
}

}  // namespace tailrace
