// A ScanProgram is what a Scanner runs: few operations, most of which take a whole field at once.
//
// Each operation either goes on behind what it took, or fails; then the last operation that left
// another way to go is asked for it. Ways are tried in the order in which Perl tries them, so that
// the first that leads to the end is the match that RE2 finds.
//
// Invariants  Each operation leads to earlier ones or, to begin a repetition again, to a kChoice.
// Threads     Immutable once built.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/pattern/byte_run.h"
#include "agent/pattern/regex_tree.h"

namespace tailrace {

enum class ScanCode : uint8_t {
  kMatch,
  kOne,       // One byte of a set.
  kRun,       // As many bytes of a set as there are, at least `min`, at most `max`; no fewer.
  kLiteral,   // `literal` alone.
  kSave,      // The place, as `save_begin`.
  kChoice,    // One of several operations, by the next byte.
  kLongest,   // As kRun, but fewer when what follows fails.
  kShortest,  // At least `min` bytes of a set, more when what follows fails.
  kAssert,
};

struct ScanOp {
  static constexpr uint16_t kNoSlot = 0xffff;

  ScanCode code = ScanCode::kMatch;
  RegexAssertion assertion = RegexAssertion::kTextBegin;
  bool next_at_end = false;       // What follows may succeed at the end of the text.
  uint8_t short_literal = 0;      // Bytes in `literal_word`; of kOne, kRun, kLiteral.
  uint16_t save_begin = kNoSlot;  // Slots of a capture that kOne or kRun takes.
  uint16_t save_end = kNoSlot;
  uint32_t next = 0;
  uint32_t run = 0;    // Of `runs`: the set.
  uint32_t first = 0;  // Of `runs`: what the next operation may begin with; of kShortest also
  uint32_t skip = 0;   // what is of the set, but not of these.
  uint32_t min = 0;
  uint32_t max = 0;
  uint64_t literal_word = 0;
  uint64_t literal_mask = 0;
  uint32_t literal = 0;  // Of `literals`, when it is longer than a word.
  uint32_t choice = 0;   // Of `choices`.

  friend auto operator<=>(const ScanOp&, const ScanOp&) = default;
};

struct ScanChoice {
  static constexpr size_t kWaysMax = 32;

  // By the class of the next byte a bit for each way that may succeed, the first way lowest.
  std::vector<uint32_t> viable;
  std::vector<uint32_t> ways;  // Operations.
};

enum class ScanAnchor : uint8_t { kNone, kLine, kText };

struct ScanProgram {
  std::vector<ScanOp> ops;
  std::vector<ScanChoice> choices;
  std::vector<ByteRun> runs;
  std::vector<std::string> literals;
  // Bytes of one class are the same to every choice. The end of the text is a class of its own.
  std::array<uint8_t, 256> class_of{};
  uint8_t end_class = 0;
  uint32_t start = 0;
  uint32_t not_first = 0;     // Of `runs`: bytes that no match begins with.
  bool may_be_empty = false;  // A match may stand at the end of the text.
  ScanAnchor anchor = ScanAnchor::kNone;
  size_t slots = 0;  // Two a capture.
};

}  // namespace tailrace
