// A ParserChain runs the parsers of a ParserPlan over the texts of a batch: each text goes to the
// first of them that takes it.
//
// Invariants  A text that all refuse leaves its list of fields as it was. No field that a preset
//             makes stands twice.
// Threads     One worker's.
// Ownership   The fields are views of the text, of the arena, or of the plan.
// Cost        One virtual call a batch and parser; no allocation in steady state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "parsers/chain/parser_plan.h"
#include "parsers/format.h"

namespace tailrace {

class PresetSteps;

enum class ChainTime : uint8_t {
  kNone,        // The parser reads no time, or the text has none.
  kRead,        // `time_nanos` is the record's time.
  kUnreadable,  // There is a field with the time, of which no layout makes sense. It stays.
};

struct ChainJob {
  static constexpr size_t kRefused = ~size_t{0};

  std::string_view text;        // REQUIRES: kTextPaddingBytes after it may be read.
  int64_t reference_nanos = 0;  // The record's time as its source gives it, see LayoutReader.
  FieldList* fields = nullptr;  // Appended to.

  // Set by Parse.
  size_t alternative = kRefused;  // Of the plan: which one took the text.
  ChainTime time = ChainTime::kNone;
  int64_t time_nanos = 0;  // Since 1970-01-01T00:00:00Z.

  bool parsed() const { return alternative != kRefused; }
};

class ParserChain {
 public:
  explicit ParserChain(ParserPlanPtr plan);
  ~ParserChain();
  ParserChain(ParserChain&&) noexcept;

  void Parse(std::span<ChainJob> jobs, ByteArena& arena);

  const ParserPlan& plan() const { return *plan_; }

 private:
  void RunFormat(size_t alternative, std::span<ChainJob> jobs, ByteArena& arena);
  void RunPreset(size_t alternative, std::span<ChainJob> jobs, ByteArena& arena);

  const ParserPlanPtr plan_;
  std::vector<std::unique_ptr<Format>> formats_;       // By alternative; null where it has none.
  std::vector<std::unique_ptr<PresetSteps>> presets_;  // The same.
  std::vector<size_t> open_;                           // Jobs that no parser has taken yet.
  std::vector<size_t> begins_;  // Of the lists of fields of the jobs that a format is given.
  std::vector<ParseJob> format_jobs_;
  std::vector<ChainJob> preset_jobs_;
};

}  // namespace tailrace
