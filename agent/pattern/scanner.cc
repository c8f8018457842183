#include "agent/pattern/scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "agent/base/check.h"
#include "agent/pattern/regex_facts.h"

namespace tailrace {
namespace {

constexpr uint32_t kUnset = ~uint32_t{0};
constexpr size_t kFramesMax = 192;
constexpr size_t kSteps = 192;
constexpr size_t kBytesAStep = 4;

// A way that is left to try.
struct Frame {
  static constexpr uint32_t kRestore = ~uint32_t{0};

  uint32_t op;    // Or kRestore: the slot `at` held `more`.
  uint32_t at;    // Where to go on.
  uint32_t more;  // kChoice: the ways that are left; kLongest: the fewest; kShortest: the most.
};

[[gnu::always_inline]] inline bool TakeWord(const ScanOp& op, const char* end, const char*& at) {
  const size_t left = static_cast<size_t>(end - at);
  uint64_t word = 0;
  if (left >= sizeof(word)) {
    std::memcpy(&word, at, sizeof(word));
  } else {
    if (left < op.short_literal) return false;
    std::memcpy(&word, at, left);
  }
  if ((word & op.literal_mask) != op.literal_word) return false;
  at += op.short_literal;
  return true;
}

// The end of what a run can take at most; nullptr when that is less than the least.
[[gnu::always_inline]] inline const char* RunEnd(const ScanOp& op, const ByteRun& run,
                                                 std::string_view text, const char* at) {
  const char* const end = text.data() + text.size();
  const char* const limit = op.max < static_cast<size_t>(end - at) ? at + op.max : end;
  const char* const stop = run.End(text.data(), at, limit);
  return static_cast<size_t>(stop - at) < op.min ? nullptr : stop;
}

// What delimited lines consist of, runs and the literals behind them, taken from `at` on until
// another operation comes, whose number is then in `pc`. This loop is most of the time that most
// patterns take: it keeps what it needs in registers, and nothing for going back.
// REQUIRES: nothing is left to go back to.
bool TakeRuns(const ScanProgram& program, std::string_view text, uint32_t* slots, const char*& at,
              uint32_t& pc) {
  const ScanOp* const ops = program.ops.data();
  const ByteRun* const runs = program.runs.data();
  const char* place = at;
  uint32_t number = pc;
  for (; ops[number].code == ScanCode::kRun; number = ops[number].next) {
    const ScanOp& op = ops[number];
    const char* const stop = RunEnd(op, runs[op.run], text, place);
    if (stop == nullptr) return false;
    if (op.save_begin != ScanOp::kNoSlot) {
      slots[op.save_begin] = static_cast<uint32_t>(place - text.data());
      slots[op.save_end] = static_cast<uint32_t>(stop - text.data());
    }
    place = stop;
    if (op.short_literal != 0 && !TakeWord(op, text.data() + text.size(), place)) return false;
  }
  at = place;
  pc = number;
  return true;
}

class Run {
 public:
  Run(const ScanProgram& program, std::string_view text, uint32_t* slots)
      : program_(program),
        text_(text),
        begin_(text.data()),
        end_(text.data() + text.size()),
        slots_(slots),
        steps_left_(kSteps + text.size() / kBytesAStep) {}

  ScanVerdict Search() {
    const ByteRun& not_first = program_.runs[program_.not_first];
    const char* at = begin_;
    while (true) {
      if (program_.anchor == ScanAnchor::kNone) at = not_first.End(begin_, at, end_);
      if (at == end_ && !program_.may_be_empty) return ScanVerdict::kNoMatch;
      std::fill_n(slots_, program_.slots, kUnset);
      depth_ = 0;
      const ScanVerdict verdict = From(at);
      if (verdict != ScanVerdict::kNoMatch || program_.anchor == ScanAnchor::kText) return verdict;
      if (at == end_) return verdict;
      ++at;
      if (program_.anchor != ScanAnchor::kLine) continue;
      const void* line = std::memchr(at - 1, '\n', static_cast<size_t>(end_ - at + 1));
      if (line == nullptr) return verdict;
      at = static_cast<const char*>(line) + 1;
    }
  }

 private:
  ScanVerdict From(const char* at) {
    uint32_t pc = program_.start;
    while (true) {
      const ScanOp& op = program_.ops[pc];
      if (op.code == ScanCode::kMatch) return ScanVerdict::kMatch;
      if (op.code == ScanCode::kRun && depth_ == 0) {
        if (!TakeRuns(program_, text_, slots_, at, pc)) return ScanVerdict::kNoMatch;
        continue;
      }
      if (steps_left_ == 0 || depth_ > kFramesMax - 3) return ScanVerdict::kUnsure;
      --steps_left_;
      if (Step(op, at, pc)) continue;
      if (!GoBack(at, pc)) return steps_left_ == 0 ? ScanVerdict::kUnsure : ScanVerdict::kNoMatch;
    }
  }

  // Takes what `op` takes and sets `pc` to what is next; false when it fails.
  bool Step(const ScanOp& op, const char*& at, uint32_t& pc) {
    switch (op.code) {
      case ScanCode::kOne:
        return TakeOne(op, at) && TakeWordOf(op, at) && Next(op, pc);
      case ScanCode::kRun:
        return TakeRun(op, at) && TakeWordOf(op, at) && Next(op, pc);
      case ScanCode::kLiteral:
        return (op.short_literal != 0 ? TakeWord(op, end_, at) : TakeLiteral(op, at)) &&
               Next(op, pc);
      case ScanCode::kSave:
        Save(op.save_begin, at);
        return Next(op, pc);
      case ScanCode::kChoice: {
        const uint8_t kind =
            at == end_ ? program_.end_class : program_.class_of[static_cast<uint8_t>(*at)];
        return Choose(op, program_.choices[op.choice].viable[kind], at, pc);
      }
      case ScanCode::kLongest:
        return TakeLongest(op, at) && Next(op, pc);
      case ScanCode::kShortest:
        return TakeShortest(op, at) && Next(op, pc);
      case ScanCode::kAssert:
        return Holds(op.assertion, at) && Next(op, pc);
      case ScanCode::kMatch:
        break;
    }
    return false;
  }

  static bool Next(const ScanOp& op, uint32_t& pc) {
    pc = op.next;
    return true;
  }

  uint32_t Offset(const char* at) const { return static_cast<uint32_t>(at - begin_); }

  void Push(const ScanOp& op, const char* at, uint32_t more) {
    frames_[depth_++] = {static_cast<uint32_t>(&op - program_.ops.data()), Offset(at), more};
  }

  void Save(uint16_t slot, const char* at) {
    if (depth_ > 0) frames_[depth_++] = {Frame::kRestore, slot, slots_[slot]};
    slots_[slot] = Offset(at);
  }

  bool TakeWordOf(const ScanOp& op, const char*& at) const {
    return op.short_literal == 0 || TakeWord(op, end_, at);
  }

  bool TakeOne(const ScanOp& op, const char*& at) {
    if (at == end_ || !program_.runs[op.run].Has(*at)) return false;
    SaveAndGo(op, at + 1, at);
    return true;
  }

  bool TakeRun(const ScanOp& op, const char*& at) {
    const char* const stop = RunEnd(op, program_.runs[op.run], text_, at);
    if (stop == nullptr) return false;
    SaveAndGo(op, stop, at);
    return true;
  }

  void SaveAndGo(const ScanOp& op, const char* stop, const char*& at) {
    if (op.save_begin != ScanOp::kNoSlot) {
      Save(op.save_begin, at);
      Save(op.save_end, stop);
    }
    at = stop;
  }

  bool TakeLiteral(const ScanOp& op, const char*& at) const {
    const std::string& literal = program_.literals[op.literal];
    const std::string_view left(at, static_cast<size_t>(end_ - at));
    if (!left.starts_with(literal)) return false;
    at += literal.size();
    return true;
  }

  bool Choose(const ScanOp& op, uint32_t ways, const char* at, uint32_t& pc) {
    if (ways == 0) return false;
    const uint32_t others = ways & (ways - 1);
    if (others != 0) Push(op, at, others);
    pc = program_.choices[op.choice].ways[static_cast<size_t>(std::countr_zero(ways))];
    return true;
  }

  bool NextMay(const ScanOp& op, const char* at) const {
    return at == end_ ? op.next_at_end : program_.runs[op.first].Has(*at);
  }

  bool TakeLongest(const ScanOp& op, const char*& at) {
    const char* const stop = RunEnd(op, program_.runs[op.run], text_, at);
    return stop != nullptr && ShortenTo(op, at + op.min, stop, at);
  }

  // The last place from `last` down to `least` at which the next operation may succeed.
  bool ShortenTo(const ScanOp& op, const char* least, const char* last, const char*& at) {
    while (!NextMay(op, last)) {
      if (last == least) return false;
      --last;
    }
    if (last != least) Push(op, last, Offset(least));
    at = last;
    return true;
  }

  bool TakeShortest(const ScanOp& op, const char*& at) {
    const ByteRun& run = program_.runs[op.run];
    const size_t left = static_cast<size_t>(end_ - at);
    if (left < op.min) return false;
    const char* const least = at + op.min;
    if (run.End(begin_, at, least) != least) return false;
    const char* const most = op.max < left ? at + op.max : end_;
    return LengthenTo(op, least, most, at);
  }

  // The first place from `least` on at which the next operation may succeed.
  bool LengthenTo(const ScanOp& op, const char* least, const char* most, const char*& at) {
    const char* const place = program_.runs[op.skip].End(begin_, least, most);
    if (!NextMay(op, place)) return false;
    if (place != most && program_.runs[op.run].Has(*place)) Push(op, place, Offset(most));
    at = place;
    return true;
  }

  static bool IsWord(char byte) { return WordBytes().Has(static_cast<uint8_t>(byte)); }

  bool Holds(RegexAssertion assertion, const char* at) const {
    switch (assertion) {
      case RegexAssertion::kTextBegin:
        return at == begin_;
      case RegexAssertion::kTextEnd:
        return at == end_;
      case RegexAssertion::kLineBegin:
        return at == begin_ || at[-1] == '\n';
      case RegexAssertion::kLineEnd:
        return at == end_ || *at == '\n';
      case RegexAssertion::kWordBoundary:
      case RegexAssertion::kNotWordBoundary:
        break;
    }
    const bool before = at != begin_ && IsWord(at[-1]);
    const bool behind = at != end_ && IsWord(*at);
    return (before != behind) == (assertion == RegexAssertion::kWordBoundary);
  }

  // Takes the last way that is left; false when there is none, or no time for it.
  bool GoBack(const char*& at, uint32_t& pc) {
    while (depth_ > 0) {
      const Frame frame = frames_[--depth_];
      if (frame.op == Frame::kRestore) {
        slots_[frame.at] = frame.more;
        continue;
      }
      if (steps_left_ == 0) return false;
      --steps_left_;
      if (Retry(program_.ops[frame.op], frame, at, pc)) return true;
    }
    return false;
  }

  bool Retry(const ScanOp& op, const Frame& frame, const char*& at, uint32_t& pc) {
    const char* const place = begin_ + frame.at;
    if (op.code == ScanCode::kChoice) {
      at = place;
      return Choose(op, frame.more, at, pc);
    }
    pc = op.next;
    const char* const bound = begin_ + frame.more;
    return op.code == ScanCode::kLongest ? ShortenTo(op, bound, place - 1, at)
                                         : LengthenTo(op, place + 1, bound, at);
  }

  const ScanProgram& program_;
  const std::string_view text_;
  const char* const begin_;
  const char* const end_;
  uint32_t* const slots_;
  size_t steps_left_;
  size_t depth_ = 0;
  Frame frames_[kFramesMax];  // The first `depth_` of them.
};

}  // namespace

ScanVerdict Scanner::Match(std::string_view text, std::span<std::string_view> captures) const {
  CHECK(program_.slots <= 2 * kMaxCaptures && 2 * captures.size() <= program_.slots);
  if (text.size() >= std::numeric_limits<uint32_t>::max()) return ScanVerdict::kUnsure;
  if (text.data() == nullptr) text = "";
  uint32_t slots[2 * kMaxCaptures];
  Run run(program_, text, slots);
  const ScanVerdict verdict = run.Search();
  if (verdict != ScanVerdict::kMatch) return verdict;
  for (size_t i = 0; i < captures.size(); ++i) {
    const uint32_t begin = slots[2 * i], end = slots[2 * i + 1];
    captures[i] = end == kUnset ? std::string_view() : text.substr(begin, end - begin);
  }
  return verdict;
}

}  // namespace tailrace
