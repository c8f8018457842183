// A LiteralPattern is LogQL's `pattern`: literal text with captures between, as
//
//   <ip> - <user> [<ts>] "<method> <path> <_>" <status> <size>
//
// A capture holds what stands before the literal behind it, as short as can be; `<_>` is passed
// over. As in Loki, the text must begin with the literal that the pattern begins with; where a
// later literal is missing, the capture before it takes the rest and those behind it take no part;
// what follows the last literal is passed over. Other than in Loki a name may have dots: `<a.b>`.
//
// Threads    Immutable; any number of threads may match at once.
// Ownership  Captures are views of the text that was matched.
// Bounds     250 captures.
// Failure    Compile: kInvalidArgument with what is wrong and at which byte of the pattern.
// Cost       A search for a byte a literal.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace tailrace {

class LiteralPattern {
 public:
  static constexpr size_t kMaxCaptures = 250;

  [[nodiscard]] static absl::StatusOr<LiteralPattern> Compile(std::string_view pattern);

  // Fills in captures() in their order; one that takes no part gets a null view. An empty text
  // does not match. REQUIRES: values.size() == names().size()
  bool Match(std::string_view text, std::span<std::string_view> values) const;

  // Of the captures, without `<_>`.
  const std::vector<std::string>& names() const { return names_; }

 private:
  static constexpr size_t kUnnamed = ~size_t{0};
  struct Step {
    size_t capture;       // kUnnamed, or the place in names_.
    std::string literal;  // Behind it; empty at the end of the pattern.
  };

  LiteralPattern() = default;
  absl::Status Read(std::string_view pattern);
  absl::Status AddCapture(std::string_view name, size_t offset);

  std::string prefix_;
  std::vector<Step> steps_;
  std::vector<std::string> names_;
};

}  // namespace tailrace
