// A ParserPlan is a list of parsers, compiled: what `parse: [nginx_access, json, none]` means. Each
// worker makes a ParserChain of it.
//
//   ParserPlanPtr plan = ParserPlan::Compile(specs).value();    once, when the config loads
//   ParserChain chain(plan);                                    once a worker
//   chain.Parse(jobs, arena);                                   once a batch
//
// Threads    Immutable; any.
// Ownership  Owns the names of the fields that its chains make, so it outlives them and their
//            fields.
// Failure    Compile: kInvalidArgument, of the first parser that cannot be compiled; for patterns
//            with the byte (SyntaxErrorOffset of agent/lang/syntax_error.h finds it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "parsers/chain/parser_spec.h"
#include "parsers/format.h"
#include "parsers/time_layout.h"

namespace tailrace {

// What runs a parser, for people.
struct ParserFacts {
  std::string name;          // The parser's, as the config has it.
  std::string_view engine;   // "scanner", "RE2", "JSON walker", "literal search", ...
  size_t captures = 0;       // Of patterns.
  std::string why_re2 = {};  // Why no scanner was built.
  static constexpr size_t kFewCaptures = 4;  // RE2 takes about five times as long for more.

  bool slow() const { return !why_re2.empty() && captures > kFewCaptures; }
};

class ParserPlan;
using ParserPlanPtr = std::shared_ptr<const ParserPlan>;

// What a preset does beside its parsers, compiled.
struct PresetPlan {
  struct FieldParser {
    std::string from;
    ParserPlanPtr parse;
    std::string into;  // With its dot.
    bool keep = true;
  };

  ParserPlanPtr parse;
  std::vector<FieldParser> then;
  std::shared_ptr<const PresetSpec> spec;
  std::vector<TimeLayout> layouts;  // Of the timestamp, tried in order.
};

class ParserPlan {
 public:
  static constexpr size_t kMaxAlternatives = 32;

  struct Alternative {
    std::string name;
    FormatMaker maker;  // Empty for `none` and presets.
    std::shared_ptr<const PresetPlan> preset;
    FieldTypes types;   // Those that the format itself does not see to.
    bool ours = false;  // The config names the fields.
    // All names that its fields can have; nullopt where the text itself says them.
    std::optional<std::vector<std::string>> names = {};
    ParserFacts facts;
  };

  // REQUIRES: the presets in `specs` do not contain themselves.
  [[nodiscard]] static absl::StatusOr<ParserPlanPtr> Compile(const std::vector<ParserSpec>& specs);
  [[nodiscard]] static absl::StatusOr<Alternative> CompileOne(const ParserSpec& spec);

  explicit ParserPlan(std::vector<Alternative> alternatives)
      : alternatives_(std::move(alternatives)) {}

  const std::vector<Alternative>& alternatives() const { return alternatives_; }
  // Of every parser, those within presets included, in the order in which they are tried.
  std::vector<ParserFacts> Facts() const;
  // How lines are to be joined before they are parsed, as the first preset that says so has it;
  // nullptr when none does. It compiles (MultilineRules).
  const MultilineOptions* multiline() const;

 private:
  std::vector<Alternative> alternatives_;
};

}  // namespace tailrace
