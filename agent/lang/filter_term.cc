#include "agent/lang/filter_term.h"

#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/json/json_escape.h"
#include "agent/lang/quantity.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {

absl::StatusOr<FilterTerm> FilterTerm::Compile(const FilterNode& node) {
  CHECK(node.kind == FilterNodeKind::kCompare);
  FilterTerm term;
  term.op_ = node.op;
  term.wanted_ = node.op != FilterOp::kNotEqual && node.op != FilterOp::kNotMatches;
  term.number_ = node.value.number;
  switch (node.value.kind) {
    case FilterValueKind::kString:
      if (node.op == FilterOp::kMatches || node.op == FilterOp::kNotMatches) {
        RETURN_IF_ERROR(term.CompileRegex(node.value));
      } else {
        term.choice_ = TextChoice::OfText(node.value.text);
      }
      break;
    case FilterValueKind::kNumber:
      term.test_ = Test::kNumber;
      break;
    case FilterValueKind::kDuration:
      term.test_ = Test::kDuration;
      break;
    case FilterValueKind::kBytes:
      term.test_ = Test::kBytes;
      break;
    case FilterValueKind::kIp: {
      term.test_ = Test::kIp;
      const absl::StatusOr<IpRange> range = IpRange::Parse(node.value.text);
      if (!range.ok()) {
        return SyntaxError(node.value.offset, {FromAbsl(range.status().message())});
      }
      term.addresses_ = *range;
      break;
    }
  }
  return term;
}

absl::Status FilterTerm::CompileRegex(const FilterValue& value) {
  absl::StatusOr<Regex> regex =
      Regex::Compile(value.text, RegexOptions{.dot_matches_newline = true});
  if (!regex.ok()) return SyntaxError(value.offset, {FromAbsl(regex.status().message())});
  choice_ = TextChoice::OfRegex(value.text);
  if (choice_.has_value()) return absl::OkStatus();
  test_ = Test::kRegex;
  regex_ = *std::move(regex);
  return absl::OkStatus();
}

bool FilterTerm::Matches(const FieldValue& value, FilterScratch& scratch) const {
  if (value.missing()) return is_text_test() && FitsText({}) == wanted_;
  if (value.escaped()) {
    if (is_text_test()) return FitsEscaped(value.text, scratch) == wanted_;
    return MatchesPresent(TextOf(value, scratch.unescaped));
  }
  return MatchesPresent(value.text);
}

bool FilterTerm::MatchesText(std::string_view text) const {
  if (text.empty()) return is_text_test() && FitsText(text) == wanted_;
  return MatchesPresent(text);
}

bool FilterTerm::MatchesPresent(std::string_view text) const {
  switch (test_) {
    case Test::kChoice:
    case Test::kRegex:
      return FitsText(text) == wanted_;
    case Test::kNumber:
      return MatchesNumber(ReadNumber(text));
    case Test::kDuration:
      return MatchesNumber(ReadDuration(text));
    case Test::kBytes:
      return MatchesNumber(ReadBytes(text));
    case Test::kIp:
      break;
  }
  return addresses_->ContainsSomeIn(text) == wanted_;
}

bool FilterTerm::FitsText(std::string_view text) const {
  return test_ == Test::kChoice ? choice_->Matches(text) : regex_->FullMatch(text);
}

// `raw` is the inside of a JSON string that has escapes.
bool FilterTerm::FitsEscaped(std::string_view raw, FilterScratch& scratch) const {
  const std::span<const std::string> exact = choices();
  if (exact.empty()) {
    return FitsText(TextOf({raw, FieldKind::kJsonString, true}, scratch.unescaped));
  }
  return std::any_of(exact.begin(), exact.end(), [raw](const std::string& choice) {
    // Escapes are longer than what they stand for.
    return raw.size() > choice.size() && UnescapesTo(raw, choice);
  });
}

bool FilterTerm::MatchesNumber(std::optional<double> number) const {
  if (!number.has_value()) return false;
  switch (op_) {
    case FilterOp::kEqual:
      return *number == number_;
    case FilterOp::kNotEqual:
      return *number != number_;
    case FilterOp::kGreater:
      return *number > number_;
    case FilterOp::kGreaterOrEqual:
      return *number >= number_;
    case FilterOp::kLess:
      return *number < number_;
    case FilterOp::kLessOrEqual:
      return *number <= number_;
    case FilterOp::kMatches:
    case FilterOp::kNotMatches:
      break;
  }
  return false;
}

std::optional<bool> FilterTerm::constant() const {
  if (test_ != Test::kChoice || !choice_->matches_everything()) return std::nullopt;
  return wanted_;
}

std::span<const std::string> FilterTerm::choices() const {
  if (test_ != Test::kChoice || !choice_->is_whole()) return {};
  return choice_->literals();
}

uint32_t FilterTerm::cost() const {
  switch (test_) {
    case Test::kChoice:
      return static_cast<uint32_t>(choice_->literals().size()) * (choice_->is_whole() ? 1 : 4);
    case Test::kNumber:
      return 10;
    case Test::kDuration:
    case Test::kBytes:
      return 20;
    case Test::kIp:
      return 80;
    case Test::kRegex:
      break;
  }
  return 200;
}

}  // namespace tailrace
