#include "agent/pattern/regex_parser.h"

#include <optional>
#include <utility>

#include "agent/pattern/grok_reference.h"
#include "agent/pattern/regex_class.h"
#include "agent/pattern/regex_cursor.h"
#include "agent/pattern/regex_group.h"

namespace tailrace {
namespace {

constexpr size_t kDepthMax = 200;
constexpr size_t kNodesMax = 50'000;
constexpr uint32_t kRepeatMax = 1000;

RegexNode Literal(std::string bytes) {
  RegexNode node;
  node.kind = RegexKind::kLiteral;
  node.literal = std::move(bytes);
  return node;
}

RegexNode OfSet(const ByteSet& set) {
  RegexNode node;
  node.kind = RegexKind::kClass;
  node.set = set;
  return node;
}

RegexNode Stands(RegexAssertion assertion) {
  RegexNode node;
  node.kind = RegexKind::kAssertion;
  node.assertion = assertion;
  return node;
}

RegexNode Repeat(RegexNode child, uint32_t min, uint32_t max, bool greedy) {
  RegexNode node;
  node.kind = RegexKind::kRepeat;
  node.min = min;
  node.max = max;
  node.greedy = greedy;
  node.children.push_back(std::move(child));
  return node;
}

// `\Z`: at the end, or before a line break that ends the text.
RegexNode LastLineEnd() {
  RegexNode node;
  node.kind = RegexKind::kConcat;
  node.children.push_back(Repeat(Literal("\n"), 0, 1, true));
  node.children.push_back(Stands(RegexAssertion::kTextEnd));
  return node;
}

// `\R`.
RegexNode LineBreak() {
  RegexNode node;
  node.kind = RegexKind::kAlternate;
  node.children.push_back(Literal("\r\n"));
  node.children.push_back(OfSet(ByteSet::Of('\n', '\r')));
  return node;
}

class Parser {
 public:
  Parser(std::string_view pattern, const RegexParseOptions& options)
      : cursor_(pattern), options_(options) {}

  absl::StatusOr<RegexTree> Parse() {
    RegexFlags flags;
    flags.lines = options_.flavour == RegexFlavour::kOniguruma;
    tree_.root = ParseAlternation(flags);
    if (!cursor_.done()) cursor_.Fail(cursor_.at(), {"unexpected )"});
    if (cursor_.failed()) return cursor_.status();
    return std::move(tree_);
  }

 private:
  // To the ")" that ends the group, or to the end. Flags that are set within hold to its end.
  RegexNode ParseAlternation(RegexFlags flags) {
    RegexNode alternation;
    alternation.kind = RegexKind::kAlternate;
    if (++depth_ > kDepthMax) cursor_.Fail(cursor_.at(), {"nested too deep"});
    do {
      alternation.children.push_back(ParseConcat(flags));
    } while (cursor_.Take("|"));
    --depth_;
    if (alternation.children.size() > 1) return alternation;
    RegexNode only = std::move(alternation.children.front());
    return only;
  }

  RegexNode ParseConcat(RegexFlags& flags) {
    RegexNode concat;
    concat.kind = RegexKind::kConcat;
    while (!cursor_.done() && cursor_.Peek() != '|' && cursor_.Peek() != ')') {
      if (flags.extended && SkipSpaceOrComment()) continue;
      std::optional<RegexNode> atom = ParseAtom(flags);
      if (!atom.has_value()) continue;
      Append(ParseRepetitions(*std::move(atom), flags), concat);
    }
    if (concat.children.empty()) return RegexNode();
    if (concat.children.size() > 1) return concat;
    RegexNode only = std::move(concat.children.front());
    return only;
  }

  bool SkipSpaceOrComment() {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    if (cursor_.Peek() == '#') {
      cursor_.Skip(cursor_.rest().substr(0, cursor_.rest().find('\n')).size());
      return true;
    }
    if (kSpace.find(cursor_.Peek()) == std::string_view::npos) return false;
    cursor_.Skip(1);
    return true;
  }

  void Append(RegexNode node, RegexNode& concat) {
    if (++nodes_ > kNodesMax) cursor_.Fail(cursor_.at(), {"too large"});
    if (node.kind == RegexKind::kEmpty) return;
    if (node.kind == RegexKind::kConcat) {
      for (RegexNode& child : node.children) Append(std::move(child), concat);
      return;
    }
    const bool joins = node.kind == RegexKind::kLiteral && !concat.children.empty() &&
                       concat.children.back().kind == RegexKind::kLiteral;
    if (joins) {
      concat.children.back().literal += node.literal;
    } else {
      concat.children.push_back(std::move(node));
    }
  }

  // nullopt for what matches nothing itself: a comment, flags.
  std::optional<RegexNode> ParseAtom(RegexFlags& flags) {
    if (options_.find_pattern && cursor_.rest().starts_with("%{") && IsNameByte(cursor_.Peek(2))) {
      return ParseReference(flags);
    }
    const size_t at = cursor_.at();
    switch (cursor_.Peek()) {
      case '(':
        return ParseGroup(flags);
      case '[':
        cursor_.Skip(1);
        return OfClass(ReadClass(cursor_, options_.flavour, flags.fold));
      case '.':
        cursor_.Skip(1);
        return OfSet(flags.dot_all ? ByteSet::All() : ~ByteSet::Of('\n', '\n'));
      case '^':
        cursor_.Skip(1);
        return Stands(flags.lines ? RegexAssertion::kLineBegin : RegexAssertion::kTextBegin);
      case '$':
        cursor_.Skip(1);
        return Stands(flags.lines ? RegexAssertion::kLineEnd : RegexAssertion::kTextEnd);
      case '*':
      case '+':
      case '?':
        cursor_.Fail(at, {"nothing to repeat before ", cursor_.rest().substr(0, 1)});
        return std::nullopt;
      case '\\':
        cursor_.Skip(1);
        return ParseEscape(flags);
      default:
        return OfCharacter(ReadCharacter(cursor_), flags.fold);
    }
  }

  RegexNode ParseEscape(const RegexFlags& flags) {
    if (cursor_.Take("Z")) return LastLineEnd();
    if (cursor_.Take("R")) return LineBreak();
    if (cursor_.Take("Q")) return ParseQuoted(flags);
    RegexEscape escape = ReadEscape(cursor_, options_.flavour, false);
    switch (escape.kind) {
      case EscapeKind::kCharacter:
        return OfCharacter(escape.character, flags.fold);
      case EscapeKind::kByte:
        if (escape.character < 0x80) return OfCharacter(escape.character, flags.fold);
        return Literal(std::string(1, static_cast<char>(escape.character)));
      case EscapeKind::kSet:
        return OfSet(escape.set);
      case EscapeKind::kUnicode:
        return OfClass({ByteSet(), std::move(escape.unicode)});
      case EscapeKind::kAssertion:
        return Stands(escape.assertion);
      case EscapeKind::kFailed:
        break;
    }
    return {};
  }

  // Up to `\E`, as one atom.
  RegexNode ParseQuoted(const RegexFlags& flags) {
    RegexNode quoted;
    quoted.kind = RegexKind::kConcat;
    while (!cursor_.done() && !cursor_.Take("\\E")) {
      Append(OfCharacter(ReadCharacter(cursor_), flags.fold), quoted);
    }
    return quoted;
  }

  RegexNode OfCharacter(uint32_t character, bool fold) {
    if (!fold) return Literal(EncodeUtf8(character));
    RegexClass folded;
    if (character < 0x80) {
      folded.set.Add(static_cast<uint8_t>(character));
      folded.set = FoldCase(folded.set);
      if (folded.set.size() == 1) return Literal(EncodeUtf8(character));
    } else {
      folded.unicode = "(?i:[" + EncodeUtf8(character) + "])";
    }
    return OfClass(std::move(folded));
  }

  RegexNode OfClass(RegexClass parsed) {
    RegexNode node = OfSet(parsed.set);
    node.unicode = std::move(parsed.unicode);
    tree_.unicode = tree_.unicode || !node.unicode.empty();
    return node;
  }

  std::optional<RegexNode> ParseGroup(RegexFlags& flags) {
    const size_t at = cursor_.at();
    GroupStart start = ReadGroupStart(cursor_, options_.flavour, flags);
    if (start.kind == GroupKind::kComment) return std::nullopt;
    if (start.kind == GroupKind::kFlags) {
      flags = start.flags;
      return std::nullopt;
    }
    const size_t capture = tree_.captures.size();
    if (start.kind == GroupKind::kCapture) tree_.captures.push_back({FieldName(start.name)});
    RegexNode inner = ParseAlternation(start.flags);
    if (!cursor_.Take(")")) cursor_.Fail(at, {"missing )"});
    if (start.kind != GroupKind::kCapture) return inner;
    return Captured(std::move(inner), capture);
  }

  static RegexNode Captured(RegexNode inner, size_t capture) {
    RegexNode node;
    node.kind = RegexKind::kCapture;
    node.capture = capture;
    node.children.push_back(std::move(inner));
    return node;
  }

  RegexNode ParseReference(const RegexFlags& flags) {
    const size_t at = cursor_.at();
    const GrokReference reference = ReadReference(cursor_);
    if (cursor_.failed()) return {};
    if (cursor_.IsOpen(reference.pattern)) {
      cursor_.Fail(at, {"pattern ", reference.pattern, " refers to itself"});
      return {};
    }
    const std::string* body = options_.find_pattern(reference.pattern);
    if (body == nullptr) {
      cursor_.Fail(at, {"unknown pattern ", reference.pattern});
      return {};
    }
    const size_t capture = tree_.captures.size();
    const bool captures = !reference.capture.name.empty();
    if (captures) tree_.captures.push_back(reference.capture);
    cursor_.Enter(reference.pattern, *body, at);
    RegexNode inner = ParseAlternation(flags);
    if (!cursor_.done()) cursor_.Fail(cursor_.at(), {"unexpected )"});
    cursor_.Leave();
    return captures ? Captured(std::move(inner), capture) : std::move(inner);
  }

  RegexNode ParseRepetitions(RegexNode atom, const RegexFlags& flags) {
    for (size_t count = 0;; ++count) {
      if (flags.extended) {
        while (!cursor_.done() && SkipSpaceOrComment()) continue;
      }
      const size_t at = cursor_.at();
      const std::optional<Repetition> repetition = ReadRepetition(cursor_, options_.flavour);
      if (!repetition.has_value()) return atom;
      const bool twice = count > 0 && options_.flavour == RegexFlavour::kRe2;
      if (twice) cursor_.Fail(at, {"repetition of a repetition"});
      const bool limited = repetition->max != RegexNode::kUnlimited;
      if (repetition->min > kRepeatMax || (limited && repetition->max > kRepeatMax)) {
        cursor_.Fail(at, {"repetition over 1000"});
      }
      if (limited && repetition->min > repetition->max) cursor_.Fail(at, {"bad repetition"});
      if (atom.kind == RegexKind::kEmpty) continue;
      atom = Repeat(std::move(atom), repetition->min, repetition->max,
                    repetition->greedy != flags.swap_greed);
    }
  }

  RegexCursor cursor_;
  const RegexParseOptions& options_;
  RegexTree tree_;
  size_t depth_ = 0;
  size_t nodes_ = 0;
};

}  // namespace

absl::StatusOr<RegexTree> ParseRegex(std::string_view pattern, const RegexParseOptions& options) {
  return Parser(pattern, options).Parse();
}

}  // namespace tailrace
