// FilterTerm is one comparison of a filter, ready to be asked of values; see compiled_filter.h for
// what it means.
//
// Threads    Immutable; any.
// Ownership  Copies share the compiled regular expression.
// Failure    Compile: a SyntaxError at the value.
// Cost       bench/filter_bench; a regular expression that is no choice of literals
//            (text_choice.h) costs what RE2 takes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "agent/lang/field_path.h"
#include "agent/lang/filter.h"
#include "agent/lang/ip_range.h"
#include "agent/lang/text_choice.h"
#include "agent/pattern/regex.h"

namespace tailrace {

// Memory that a worker lends to its filters.
struct FilterScratch {
  std::string unescaped;
};

class FilterTerm {
 public:
  // Takes the operator and value of `node`. REQUIRES: it is a comparison.
  [[nodiscard]] static absl::StatusOr<FilterTerm> Compile(const FilterNode& node);

  bool Matches(const FieldValue& value, FilterScratch& scratch) const;
  // Of a value that is this text; "" counts as missing, as a label that a stream does not have.
  bool MatchesText(std::string_view text) const;

  // The answer when it is the same for every value.
  std::optional<bool> constant() const;
  // The only texts that are asked for, when those are few: all that `=` and `=~` match, that `!=`
  // and `!~` do not.
  std::span<const std::string> choices() const;
  // The higher, the later it should be asked.
  uint32_t cost() const;

 private:
  enum class Test : uint8_t { kChoice, kRegex, kNumber, kDuration, kBytes, kIp };

  FilterTerm() = default;
  absl::Status CompileRegex(const FilterValue& value);
  bool is_text_test() const { return test_ == Test::kChoice || test_ == Test::kRegex; }
  bool FitsText(std::string_view text) const;
  bool FitsEscaped(std::string_view raw, FilterScratch& scratch) const;
  bool MatchesPresent(std::string_view text) const;
  bool MatchesNumber(std::optional<double> number) const;

  Test test_ = Test::kChoice;
  FilterOp op_ = FilterOp::kEqual;
  bool wanted_ = true;  // What a text test or ip() must say: false of != and !~.
  double number_ = 0;
  std::optional<TextChoice> choice_;
  std::optional<Regex> regex_;
  std::optional<IpRange> addresses_;
};

}  // namespace tailrace
