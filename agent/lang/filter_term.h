// FilterTerm is one comparison of a filter, ready to be asked of values; see compiled_filter.h for
// what it means.
//
// Threads    Immutable; any.
// Ownership  Copies share the compiled regular expression.
// Failure    Compile: a SyntaxError at the value.
// Cost       Equality 2 ns, a number or size 10 ns, a choice of literals (`a|b|c`) 1 ns for each,
//            another regular expression what RE2 takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/lang/field_path.h"
#include "agent/lang/filter.h"
#include "agent/lang/ip_range.h"
#include "agent/pattern/regex.h"

namespace tailrace {

// Memory that a worker lends to its filters and templates.
struct FilterScratch {
  std::string unescaped;
};

class FilterTerm {
 public:
  // Takes the operator and value of `node`. REQUIRES: it is a comparison.
  [[nodiscard]] static absl::StatusOr<FilterTerm> Compile(const FilterNode& node);

  bool Matches(const FieldValue& value, FilterScratch& scratch) const;
  // A label: text, that may be missing.
  bool MatchesLabel(std::string_view label) const;

  // The higher, the later it should be asked.
  int cost() const;

 private:
  enum class Test : uint8_t { kText, kChoice, kRegex, kNumber, kDuration, kBytes, kIp };

  FilterTerm() = default;
  absl::Status CompileRegex(const FilterNode& node);
  bool MatchesText(std::string_view text) const;
  bool MatchesQuantity(std::string_view text) const;

  Test test_ = Test::kText;
  FilterOp op_ = FilterOp::kEqual;
  std::string text_;
  double number_ = 0;
  std::vector<std::string> choices_;
  std::optional<Regex> regex_;
  std::optional<IpRange> addresses_;
};

}  // namespace tailrace
