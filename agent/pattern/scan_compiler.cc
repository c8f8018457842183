#include "agent/pattern/scan_compiler.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "agent/pattern/regex_facts.h"

namespace tailrace {
namespace {

constexpr size_t kOpsMax = 2000;
constexpr size_t kChoicesMax = 1000;
constexpr size_t kClassesMax = 200;

// What is left to do from some place on: an operation, and what can be said of it.
struct Rest {
  uint32_t op = 0;
  ByteSet first;        // It fails before any other byte,
  bool at_end = false;  // and, unless this is set, at the end of the text.
  bool sure = false;    // It cannot fail.
};

// For a choice, before bytes are in classes.
struct Way {
  uint32_t op;
  ByteSet first;
  bool at_end;
};

// Works from the end of the expression to its start, so that what follows is known. Operations
// that are the same and lead to the same are made once: the many forms of an address share theirs.
class Compiler {
 public:
  explicit Compiler(const RegexTree& tree) : tree_(tree) {}

  LoweredRegex Compile() {
    if (tree_.unicode) return {std::nullopt, "it names characters beyond ASCII"};
    program_.ops.emplace_back();  // kMatch.
    const Rest match = {0, ByteSet::All(), true, true};
    const Rest whole = Node(tree_.root, match, {ByteSet::All(), true});
    if (!why_not_.empty()) return {std::nullopt, why_not_};
    if (!Classify()) return {std::nullopt, "it tells too many bytes apart"};
    program_.start = whole.op;
    program_.not_first = Run(~whole.first);
    program_.may_be_empty = whole.at_end;
    program_.anchor = AnchorOf(tree_.root);
    program_.slots = 2 * tree_.captures.size();
    return {std::move(program_), ""};
  }

 private:
  static ScanAnchor AnchorOf(const RegexNode& node) {
    const bool leads = node.kind == RegexKind::kConcat || node.kind == RegexKind::kCapture;
    if (leads && !node.children.empty()) return AnchorOf(node.children[0]);
    if (node.kind != RegexKind::kAssertion) return ScanAnchor::kNone;
    if (node.assertion == RegexAssertion::kTextBegin) return ScanAnchor::kText;
    return node.assertion == RegexAssertion::kLineBegin ? ScanAnchor::kLine : ScanAnchor::kNone;
  }

  Rest Refuse(std::string why) {
    if (why_not_.empty()) why_not_ = std::move(why);
    return {};
  }

  Rest Emit(ScanOp op, const ByteSet& first, bool at_end, bool sure) {
    if (program_.ops.size() == kOpsMax) return Refuse("it is too large");
    const auto [made, is_new] = made_.try_emplace(op, static_cast<uint32_t>(program_.ops.size()));
    if (is_new) program_.ops.push_back(op);
    return {made->second, first, at_end, sure};
  }

  uint32_t Run(const ByteSet& set) {
    const auto found = std::find_if(program_.runs.begin(), program_.runs.end(),
                                    [&](const ByteRun& run) { return run.set() == set; });
    if (found == program_.runs.end()) {
      program_.runs.emplace_back(set);
      return static_cast<uint32_t>(program_.runs.size() - 1);
    }
    return static_cast<uint32_t>(found - program_.runs.begin());
  }

  Rest Node(const RegexNode& node, const Rest& next, const ByteBefore& before) {
    if (!why_not_.empty()) return {};
    switch (node.kind) {
      case RegexKind::kEmpty:
        return next;
      case RegexKind::kLiteral:
        return Literal(node.literal, next);
      case RegexKind::kClass:
        return Repeated(node.set, 1, 1, next, ScanOp());
      case RegexKind::kConcat:
        return Concat(node, next, before);
      case RegexKind::kAlternate:
        return Alternate(node, 0, next, before);
      case RegexKind::kRepeat:
        return Repeat(node, next, before);
      case RegexKind::kCapture:
        return Capture(node, next, before);
      case RegexKind::kAssertion:
        return Assertion(node.assertion, next, before);
    }
    return {};
  }

  static void SetLiteral(const std::string& literal, ScanOp& op) {
    op.short_literal = static_cast<uint8_t>(literal.size());
    std::memcpy(&op.literal_word, literal.data(), literal.size());
    std::memset(&op.literal_mask, 0xff, literal.size());
  }

  Rest Literal(const std::string& literal, const Rest& next) {
    if (literal.empty()) return next;
    ScanOp op;
    op.code = ScanCode::kLiteral;
    op.next = next.op;
    if (literal.size() <= sizeof(op.literal_word)) {
      SetLiteral(literal, op);
    } else {
      auto& all = program_.literals;
      op.literal = static_cast<uint32_t>(std::find(all.begin(), all.end(), literal) - all.begin());
      if (op.literal == all.size()) all.push_back(literal);
    }
    ByteSet first;
    first.Add(static_cast<uint8_t>(literal[0]));
    return Emit(op, first, false, false);
  }

  Rest Concat(const RegexNode& node, const Rest& next, const ByteBefore& before) {
    std::vector<ByteBefore> befores = {before};
    for (const RegexNode& child : node.children) {
      befores.push_back(BehindNode(child, befores.back()));
    }
    Rest rest = next;
    for (size_t i = node.children.size(); i > 0; --i) {
      rest = Node(node.children[i - 1], rest, befores[i - 1]);
    }
    return rest;
  }

  // The alternatives from number `from` on.
  Rest Alternate(const RegexNode& node, size_t from, const Rest& next, const ByteBefore& before) {
    std::vector<Rest> ways;
    size_t i = from;
    const size_t left = node.children.size() - from;
    const size_t here = left > ScanChoice::kWaysMax ? ScanChoice::kWaysMax - 1 : left;
    for (; i < from + here; ++i) ways.push_back(Node(node.children[i], next, before));
    if (i < node.children.size()) ways.push_back(Alternate(node, i, next, before));
    return Choice(ways);
  }

  Rest Choice(const std::vector<Rest>& ways) {
    std::vector<uint32_t> ops;
    ops.reserve(ways.size());
    for (const Rest& way : ways) ops.push_back(way.op);
    const auto known = choice_of_.find(ops);
    const uint32_t choice = known != choice_of_.end() ? known->second : NewChoice();
    choice_of_.emplace(std::move(ops), choice);
    return WithWays(choice, ways);
  }

  uint32_t NewChoice() {
    if (choices_.size() == kChoicesMax) Refuse("it has too many alternatives");
    choices_.emplace_back();
    return static_cast<uint32_t>(choices_.size() - 1);
  }

  Rest ChoiceOp(uint32_t choice) {
    ScanOp op;
    op.code = ScanCode::kChoice;
    op.choice = choice;
    return Emit(op, {}, false, false);
  }

  Rest WithWays(uint32_t number, const std::vector<Rest>& ways) {
    Rest choice = ChoiceOp(number);
    std::vector<Way>& table = choices_[number];
    table.clear();
    for (const Rest& way : ways) {
      table.push_back({way.op, way.first, way.at_end});
      choice.first = choice.first | way.first;
      choice.at_end = choice.at_end || way.at_end;
      choice.sure = choice.sure || way.sure;
    }
    return choice;
  }

  // Which ways a byte leaves, over all choices.
  std::vector<uint32_t> ViableFor(size_t byte) const {
    std::vector<uint32_t> viable;
    for (const std::vector<Way>& ways : choices_) {
      uint32_t bits = 0;
      for (size_t i = 0; i < ways.size(); ++i) {
        const bool may =
            byte == 256 ? ways[i].at_end : ways[i].first.Has(static_cast<uint8_t>(byte));
        bits |= uint32_t{may} << i;
      }
      viable.push_back(bits);
    }
    return viable;
  }

  bool Classify() {
    std::map<std::vector<uint32_t>, uint8_t> classes;
    program_.choices.resize(choices_.size());
    for (size_t byte = 0; byte <= 256; ++byte) {
      const std::vector<uint32_t> viable = ViableFor(byte);
      const auto [known, is_new] =
          classes.try_emplace(viable, static_cast<uint8_t>(classes.size()));
      (byte == 256 ? program_.end_class : program_.class_of[byte]) = known->second;
      if (classes.size() > kClassesMax) return false;
      for (size_t i = 0; is_new && i < choices_.size(); ++i) {
        program_.choices[i].viable.push_back(viable[i]);
      }
    }
    for (size_t i = 0; i < choices_.size(); ++i) {
      for (const Way& way : choices_[i]) program_.choices[i].ways.push_back(way.op);
    }
    return true;
  }

  Rest Repeat(const RegexNode& node, const Rest& next, const ByteBefore& before) {
    const RegexNode& child = node.children[0];
    if (node.max == 0) return next;
    ByteSet literal;
    if (const ByteSet* set = SingleByte(child, literal)) {
      if (!node.greedy) return Shortest(*set, node.min, node.max, next);
      return Repeated(*set, node.min, node.max, next, ScanOp());
    }
    if (node.max > 1 && IsNullable(child)) {
      return Refuse("it repeats what may be empty");
    }
    const ByteBefore behind = BehindNode(child, before);
    const ByteBefore inside = {before.bytes | behind.bytes, before.at_begin || behind.at_begin};
    Rest rest = next;
    if (node.max == RegexNode::kUnlimited) {
      rest = Loop(child, node.greedy, next, inside);
    } else {
      for (uint32_t i = node.min; i < node.max && why_not_.empty(); ++i) {
        const Rest once = Node(child, rest, inside);
        rest = node.greedy ? Choice({once, next}) : Choice({next, once});
      }
    }
    for (uint32_t i = 0; i < node.min && why_not_.empty(); ++i) rest = Node(child, rest, inside);
    return rest;
  }

  // The body leads back to the choice, whose table is filled in when the body is known.
  Rest Loop(const RegexNode& child, bool greedy, const Rest& next, const ByteBefore& inside) {
    const uint32_t choice = NewChoice();
    const Rest again = {ChoiceOp(choice).op, FirstBytes(child) | next.first, next.at_end, false};
    const Rest body = Node(child, again, inside);
    return WithWays(choice, greedy ? std::vector<Rest>{body, next} : std::vector<Rest>{next, body});
  }

  // As many bytes of `set` as possible; `op` may have slots already, which only kRun knows.
  Rest Repeated(const ByteSet& set, uint32_t min, uint32_t max, const Rest& next, ScanOp op) {
    op.code = IsFixed(set, min, max, next) ? ScanCode::kRun : ScanCode::kLongest;
    op.run = Run(set);
    op.min = min;
    op.max = max;
    op.next = next.op;
    if (op.code == ScanCode::kRun) {
      if (min == 1 && max == 1) op.code = ScanCode::kOne;
      TakeLiteral(op);
    } else {
      op.first = Run(next.first);
      op.next_at_end = next.at_end;
    }
    const bool optional = min == 0;
    return Emit(op, optional ? set | next.first : set, optional && next.at_end,
                optional && next.sure);
  }

  // Whatever number of bytes is possible, only one can lead to a match, or the first does.
  static bool IsFixed(const ByteSet& set, uint32_t min, uint32_t max, const Rest& next) {
    return min == max || next.sure || !set.Meets(next.first);
  }

  // A literal behind a run is compared along with it.
  void TakeLiteral(ScanOp& op) const {
    const ScanOp& next = program_.ops[op.next];
    if (next.code != ScanCode::kLiteral || next.short_literal == 0) return;
    op.short_literal = next.short_literal;
    op.literal_word = next.literal_word;
    op.literal_mask = next.literal_mask;
    op.next = next.next;
  }

  Rest Shortest(const ByteSet& set, uint32_t min, uint32_t max, const Rest& next) {
    if (next.sure) return Repeated(set, min, min, next, ScanOp());
    if (IsFixed(set, min, max, next)) return Repeated(set, min, max, next, ScanOp());
    ScanOp op;
    op.code = ScanCode::kShortest;
    op.run = Run(set);
    op.first = Run(next.first);
    op.skip = Run(set & ~next.first);
    op.next_at_end = next.at_end;
    op.min = min;
    op.max = max;
    op.next = next.op;
    const bool optional = min == 0;
    return Emit(op, optional ? set | next.first : set, optional && next.at_end, false);
  }

  Rest Capture(const RegexNode& node, const Rest& next, const ByteBefore& before) {
    const RegexNode& child = node.children[0];
    const uint16_t begin = static_cast<uint16_t>(2 * node.capture);
    const uint16_t end = static_cast<uint16_t>(begin + 1);
    const bool repeats = child.kind == RegexKind::kRepeat;
    const uint32_t min = repeats ? child.min : 1, max = repeats ? child.max : 1;
    ByteSet literal;
    const ByteSet* set = SingleByte(repeats ? child.children[0] : child, literal);
    const bool delimited = set != nullptr && !set->Meets(next.first);
    const bool greedy = !repeats || child.greedy;
    if (delimited || (set != nullptr && greedy && IsFixed(*set, min, max, next))) {
      ScanOp op;
      op.save_begin = begin;
      op.save_end = end;
      return Repeated(*set, min, max, next, op);
    }
    return Save(begin, Node(child, Save(end, next), before));
  }

  Rest Save(uint16_t slot, const Rest& next) {
    ScanOp op;
    op.code = ScanCode::kSave;
    op.save_begin = slot;
    op.next = next.op;
    return Emit(op, next.first, next.at_end, next.sure);
  }

  Rest Assertion(RegexAssertion assertion, const Rest& next, const ByteBefore& before) {
    Rest seen = next;  // What can be said of `next` once the assertion holds.
    seen.sure = false;
    bool holds = false;
    switch (assertion) {
      case RegexAssertion::kTextBegin:
      case RegexAssertion::kLineBegin:
      case RegexAssertion::kNotWordBoundary:
        break;
      case RegexAssertion::kTextEnd:
        seen.first = {};
        break;
      case RegexAssertion::kLineEnd:
        seen.first = seen.first & ByteSet::Of('\n', '\n');
        break;
      case RegexAssertion::kWordBoundary:
        holds = NarrowAtBoundary(before, seen);
        break;
    }
    if (holds) return next;
    ScanOp op;
    op.code = ScanCode::kAssert;
    op.assertion = assertion;
    op.next = next.op;
    return Emit(op, seen.first, seen.at_end, false);
  }

  // What may stand behind `\b`, by what stands before it. True: it always holds there.
  static bool NarrowAtBoundary(const ByteBefore& before, Rest& seen) {
    const ByteSet& word = WordBytes();
    if (before.bytes.IsWithin(word) && !before.at_begin) {
      const bool holds = !seen.first.Meets(word);
      seen.first = seen.first & ~word;
      return holds;
    }
    if (!before.bytes.Meets(word)) {
      const bool holds = seen.first.IsWithin(word) && !seen.at_end;
      seen.first = seen.first & word;
      seen.at_end = false;
      return holds;
    }
    return false;
  }

  const RegexTree& tree_;
  ScanProgram program_;
  std::vector<std::vector<Way>> choices_;
  std::map<ScanOp, uint32_t> made_;
  std::map<std::vector<uint32_t>, uint32_t> choice_of_;
  std::string why_not_;
};

}  // namespace

LoweredRegex LowerRegex(const RegexTree& tree) { return Compiler(tree).Compile(); }

}  // namespace tailrace
