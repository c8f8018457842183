#include "agent/pattern/regex_class.h"

#include <optional>

namespace tailrace {
namespace {

constexpr size_t kDepthMax = 20;
constexpr ByteSet kAscii = ByteSet::Of(0, 0x7f);

void AppendHex(uint32_t character, std::string& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\x{";
  for (int shift = 20; shift >= 0; shift -= 4) {
    if (character >> shift != 0 || shift == 0) out += kDigits[character >> shift & 15];
  }
  out += '}';
}

void AppendCharacter(uint32_t character, std::string& out) {
  constexpr ByteSet kPlain = ByteSet::Of('0', '9') | ByteSet::Of('a', 'z') | ByteSet::Of('A', 'Z');
  if (character < 0x80 && kPlain.Has(static_cast<uint8_t>(character))) {
    out += static_cast<char>(character);
  } else {
    AppendHex(character, out);
  }
}

// The ASCII part of `set` as ranges.
void AppendRanges(const ByteSet& set, std::string& out) {
  for (uint32_t low = 0; low < 0x80; ++low) {
    if (!set.Has(static_cast<uint8_t>(low))) continue;
    uint32_t high = low;
    while (high + 1 < 0x80 && set.Has(static_cast<uint8_t>(high + 1))) ++high;
    AppendCharacter(low, out);
    if (high > low) {
      out += '-';
      AppendCharacter(high, out);
    }
    low = high;
  }
}

class ClassReader {
 public:
  ClassReader(RegexCursor& cursor, RegexFlavour flavour, bool fold)
      : cursor_(cursor), flavour_(flavour), fold_(fold) {}

  RegexClass Read(size_t depth) {
    const size_t at = cursor_.at() - 1;
    if (depth > kDepthMax) cursor_.Fail(at, {"classes nested too deep"});
    const bool negated = cursor_.Take("^");
    Members members;
    bool first = true;
    while (!cursor_.failed() && (first || cursor_.Peek() != ']')) {
      if (cursor_.done()) {
        cursor_.Fail(at, {"missing ]"});
      } else if (flavour_ == RegexFlavour::kOniguruma && cursor_.Take("&&")) {
        Intersect(members, at);
      } else {
        ReadMember(members, depth);
      }
      first = false;
    }
    cursor_.Take("]");
    return Finish(members, negated, at);
  }

 private:
  struct Members {
    ByteSet set;
    std::optional<ByteSet> intersection;  // Of what stands before the last "&&".
    std::string beyond;                   // Characters beyond ASCII, as RE2 spells them.
  };

  RegexClass Finish(Members& members, bool negated, size_t at) {
    ByteSet set = fold_ ? FoldCase(members.set) : members.set;
    if (members.intersection.has_value()) set = set & *members.intersection;
    if (members.beyond.empty()) return {negated ? ~set : set, ""};
    if (members.intersection.has_value()) {
      cursor_.Fail(at, {"intersection && of characters beyond ASCII cannot be expressed in RE2"});
    }
    std::string spelled = fold_ ? "(?i:[" : "[";
    if (negated) spelled += '^';
    AppendRanges(set, spelled);
    if (set.Has(0x80)) spelled += "\\x{80}-\\x{10ffff}";
    spelled += members.beyond + (fold_ ? "])" : "]");
    return {negated ? ~set : set, spelled};
  }

  void Intersect(Members& members, size_t at) {
    if (!members.beyond.empty()) {
      cursor_.Fail(at, {"intersection && of characters beyond ASCII cannot be expressed in RE2"});
    }
    const ByteSet set = fold_ ? FoldCase(members.set) : members.set;
    members.intersection = members.intersection.has_value() ? set & *members.intersection : set;
    members.set = ByteSet();
  }

  void ReadMember(Members& members, size_t depth) {
    if (cursor_.rest().starts_with("[:") && ReadPosix(members)) return;
    if (flavour_ == RegexFlavour::kOniguruma && cursor_.Peek() == '[') {
      ReadNested(members, depth);
      return;
    }
    const size_t at = cursor_.at();
    const RegexEscape low = ReadOne();
    if (low.kind == EscapeKind::kSet) members.set = members.set | low.set;
    if (low.kind == EscapeKind::kUnicode) members.beyond += low.unicode;
    if (low.kind != EscapeKind::kCharacter) return;
    uint32_t high = low.character;
    if (cursor_.Peek() == '-' && cursor_.Peek(1) != ']' && cursor_.rest().size() > 1 &&
        !StartsClass(1)) {
      cursor_.Skip(1);
      const RegexEscape end = ReadOne();
      if (end.kind != EscapeKind::kCharacter || end.character < low.character) {
        cursor_.Fail(at, {"bad range of characters"});
        return;
      }
      high = end.character;
    }
    AddRange(low.character, high, members);
  }

  // `[a-[b]]` and `[a-\d]`: the hyphen stands for itself.
  bool StartsClass(size_t ahead) const {
    const char next = cursor_.Peek(ahead), letter = cursor_.Peek(ahead + 1);
    if (next == '[') return flavour_ == RegexFlavour::kOniguruma || letter == ':';
    constexpr std::string_view kSets = "dDwWsShHpP";
    return next == '\\' && kSets.find(letter) != std::string_view::npos;
  }

  // A byte (`\xE9`) names the character of that number here.
  RegexEscape ReadOne() {
    RegexEscape one;
    if (cursor_.Take("\\")) {
      one = ReadEscape(cursor_, flavour_, true);
      if (one.kind == EscapeKind::kByte) one.kind = EscapeKind::kCharacter;
      return one;
    }
    one.kind = EscapeKind::kCharacter;
    one.character = cursor_.done() ? 0 : ReadCharacter(cursor_);
    return one;
  }

  bool ReadPosix(Members& members) {
    const size_t end = cursor_.rest().find(":]");
    if (end == std::string_view::npos) return false;
    std::string_view name = cursor_.rest().substr(2, end - 2);
    const bool negated = name.starts_with('^');
    if (negated) name.remove_prefix(1);
    const ByteSet* set = PosixClass(name);
    if (set == nullptr) {
      cursor_.Fail(cursor_.at(), {"unknown class [:", name.substr(0, 64), ":]"});
      return true;
    }
    members.set = members.set | (negated ? ~*set : *set);
    cursor_.Skip(end + 2);
    return true;
  }

  void ReadNested(Members& members, size_t depth) {
    const size_t at = cursor_.at();
    cursor_.Skip(1);
    const RegexClass nested = Read(depth + 1);
    members.set = members.set | nested.set;
    if (nested.unicode.empty()) return;
    if (nested.unicode.starts_with("[^") || nested.unicode.starts_with("(")) {
      cursor_.Fail(at, {"nested class of characters beyond ASCII cannot be expressed in RE2"});
      return;
    }
    members.beyond += nested.unicode.substr(1, nested.unicode.size() - 2);
  }

  static void AddRange(uint32_t low, uint32_t high, Members& members) {
    for (uint32_t c = low; c <= high && c < 0x80; ++c) members.set.Add(static_cast<uint8_t>(c));
    if (high < 0x80) return;
    AppendHex(low < 0x80 ? 0x80 : low, members.beyond);
    members.beyond += '-';
    AppendHex(high, members.beyond);
  }

  RegexCursor& cursor_;
  const RegexFlavour flavour_;
  const bool fold_;
};

}  // namespace

RegexClass ReadClass(RegexCursor& cursor, RegexFlavour flavour, bool fold) {
  return ClassReader(cursor, flavour, fold).Read(0);
}

ByteSet FoldCase(ByteSet set) {
  for (uint8_t lower = 'a'; lower <= 'z'; ++lower) {
    const uint8_t upper = static_cast<uint8_t>(lower - 32);
    if (set.Has(lower)) set.Add(upper);
    if (set.Has(upper)) set.Add(lower);
  }
  return set;
}

std::string SpellClass(const ByteSet& set) {
  if (set == ByteSet::All()) return "(?s:.)";
  if (set.empty()) return "[^\\s\\S]";
  std::string spelled = "[";
  const bool negated = set.Has(0x80);
  if (negated) spelled += '^';
  AppendRanges((negated ? ~set : set) & kAscii, spelled);
  return spelled + "]";
}

}  // namespace tailrace
