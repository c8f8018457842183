#include "agent/pattern/regex_escape.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tailrace {
namespace {

constexpr uint32_t kCharacterMax = 0x10ffff;

constexpr ByteSet kDigit = ByteSet::Of('0', '9');
constexpr ByteSet kLower = ByteSet::Of('a', 'z');
constexpr ByteSet kUpper = ByteSet::Of('A', 'Z');
constexpr ByteSet kAlpha = kLower | kUpper;
constexpr ByteSet kAlnum = kAlpha | kDigit;
constexpr ByteSet kWord = kAlnum | ByteSet::Of('_', '_');
constexpr ByteSet kSpace = ByteSet::Of('\t', '\r') | ByteSet::Of(' ', ' ');
constexpr ByteSet kRe2Space = kSpace & ~ByteSet::Of('\v', '\v');  // \s as Perl had it once.
constexpr ByteSet kHex = kDigit | ByteSet::Of('a', 'f') | ByteSet::Of('A', 'F');
constexpr ByteSet kGraph = ByteSet::Of(0x21, 0x7e);

struct NamedClass {
  std::string_view name;
  ByteSet set;
};
constexpr NamedClass kPosixClasses[] = {
    {"alnum", kAlnum},
    {"alpha", kAlpha},
    {"ascii", ByteSet::Of(0, 0x7f)},
    {"blank", ByteSet::Of('\t', '\t') | ByteSet::Of(' ', ' ')},
    {"cntrl", ByteSet::Of(0, 0x1f) | ByteSet::Of(0x7f, 0x7f)},
    {"digit", kDigit},
    {"graph", kGraph},
    {"lower", kLower},
    {"print", ByteSet::Of(0x20, 0x7e)},
    {"punct", kGraph & ~kAlnum},
    {"space", kSpace},
    {"upper", kUpper},
    {"word", kWord},
    {"xdigit", kHex},
};

RegexEscape Character(uint32_t character) {
  return {.kind = EscapeKind::kCharacter, .character = character};
}
RegexEscape Set(const ByteSet& set) { return {.kind = EscapeKind::kSet, .set = set}; }
RegexEscape Stands(RegexAssertion assertion) {
  return {.kind = EscapeKind::kAssertion, .assertion = assertion};
}

// The number of at most `digits_max` digits at the cursor; above kCharacterMax when there is none.
uint32_t ReadNumber(RegexCursor& cursor, int base, size_t digits_max) {
  const std::string_view digits = cursor.rest().substr(0, digits_max);
  uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc()) return kCharacterMax + 1;
  cursor.Skip(static_cast<size_t>(end - digits.data()));
  return value;
}

// \x41, \x{1f600} or \u0041, of which "\x" or "\u" was read.
RegexEscape ReadHex(RegexCursor& cursor, RegexFlavour flavour, char letter) {
  const size_t at = cursor.at() - 2;
  const bool braced = letter == 'x' && cursor.Take("{");
  const uint32_t value = ReadNumber(cursor, 16, braced ? 8 : letter == 'x' ? 2 : 4);
  if (value > kCharacterMax || (braced && !cursor.Take("}"))) {
    cursor.Fail(at, {"bad hexadecimal escape"});
    return {};
  }
  const bool is_byte = flavour == RegexFlavour::kOniguruma && letter == 'x' && !braced;
  RegexEscape escape = Character(value);
  if (is_byte) escape.kind = EscapeKind::kByte;
  return escape;
}

// \pL, \p{Greek} or \p{^alpha}, of which "\p" or "\P" was read.
RegexEscape ReadProperty(RegexCursor& cursor, bool negated) {
  const size_t at = cursor.at() - 2;
  std::string_view name = cursor.rest().substr(0, 1);
  if (cursor.Take("{")) {
    name = cursor.rest().substr(0, cursor.rest().find('}'));
    cursor.Skip(1);
  }
  cursor.Skip(name.size());
  if (name.starts_with('^')) {
    negated = !negated;
    name.remove_prefix(1);
  }
  if (name.empty() || name.size() > 64) {
    cursor.Fail(at, {"bad Unicode class"});
    return {};
  }
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (const ByteSet* set = PosixClass(lower)) return Set(negated ? ~*set : *set);
  return {.kind = EscapeKind::kUnicode, .unicode = Concat({negated ? "\\P{" : "\\p{", name, "}"})};
}

RegexEscape ReadOctal(RegexCursor& cursor) {
  const uint32_t value = ReadNumber(cursor, 8, 2);  // "\0" alone is a NUL.
  return Character(value > kCharacterMax ? 0 : value);
}

// What no engine of linear time can do, or RE2 does not.
std::string_view NameOfInexpressible(char letter) {
  if (letter >= '1' && letter <= '9') return "back-reference";
  switch (letter) {
    case 'k':
      return "back-reference";
    case 'g':
      return "call of a group";
    case 'G':
      return "anchor at the last match";
    case 'K':
      return "cut of what was matched";
    case 'X':
      return "grapheme";
    case 'C':
      return "single byte";
    default:
      return "";
  }
}

RegexEscape ReadAnchor(char letter, bool in_class) {
  if (in_class) return letter == 'b' ? Character('\b') : RegexEscape{};
  switch (letter) {
    case 'b':
      return Stands(RegexAssertion::kWordBoundary);
    case 'B':
      return Stands(RegexAssertion::kNotWordBoundary);
    case 'A':
      return Stands(RegexAssertion::kTextBegin);
    case 'z':
      return Stands(RegexAssertion::kTextEnd);
    default:
      return {};
  }
}

RegexEscape ReadSet(char letter, RegexFlavour flavour) {
  const ByteSet& space = flavour == RegexFlavour::kRe2 ? kRe2Space : kSpace;
  switch (letter) {
    case 'd':
      return Set(kDigit);
    case 'D':
      return Set(~kDigit);
    case 'w':
      return Set(kWord);
    case 'W':
      return Set(~kWord);
    case 's':
      return Set(space);
    case 'S':
      return Set(~space);
    case 'h':
      return Set(kHex);
    case 'H':
      return Set(~kHex);
    default:
      return {};
  }
}

RegexEscape ReadControl(char letter) {
  constexpr std::string_view kLetters = "tnrfvae";
  constexpr std::string_view kControls = "\t\n\r\f\v\a\x1b";
  const size_t known = kLetters.find(letter);
  return known == std::string_view::npos ? RegexEscape{}
                                         : Character(static_cast<uint8_t>(kControls[known]));
}

}  // namespace

const ByteSet* PosixClass(std::string_view name) {
  for (const NamedClass& known : kPosixClasses) {
    if (known.name == name) return &known.set;
  }
  return nullptr;
}

std::string EncodeUtf8(uint32_t character) {
  const auto tail = [&](int shift) {
    return static_cast<char>(0x80 | (character >> shift & 0x3f));
  };
  if (character < 0x80) return {static_cast<char>(character)};
  if (character < 0x800) return {static_cast<char>(0xc0 | character >> 6), tail(0)};
  if (character < 0x10000) return {static_cast<char>(0xe0 | character >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | character >> 18), tail(12), tail(6), tail(0)};
}

uint32_t ReadCharacter(RegexCursor& cursor) {
  const size_t at = cursor.at();
  const uint8_t lead = static_cast<uint8_t>(cursor.TakeOne());
  if (lead < 0x80) return lead;
  const size_t tail = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  uint32_t character = lead & (0x3fu >> tail);
  bool good = lead >= 0xc2 && lead < 0xf5;
  for (size_t i = 0; i < tail; ++i) {
    const uint8_t byte = static_cast<uint8_t>(cursor.Peek(i));
    good = good && (byte & 0xc0) == 0x80;
    character = character << 6 | (byte & 0x3f);
  }
  cursor.Skip(tail);
  if (!good) cursor.Fail(at, {"not UTF-8"});
  return good ? character : 0;
}

RegexEscape ReadEscape(RegexCursor& cursor, RegexFlavour flavour, bool in_class) {
  const size_t at = cursor.at() - 1;
  if (cursor.done()) {
    cursor.Fail(at, {"nothing behind the last \\"});
    return {};
  }
  if ((cursor.Peek() & 0x80) != 0) return Character(ReadCharacter(cursor));
  const char letter = cursor.TakeOne();
  if (letter == 'x' || letter == 'u') return ReadHex(cursor, flavour, letter);
  if (letter == 'p' || letter == 'P') return ReadProperty(cursor, letter == 'P');
  if (letter == '0') return ReadOctal(cursor);
  for (const RegexEscape& escape :
       {ReadSet(letter, flavour), ReadAnchor(letter, in_class), ReadControl(letter)}) {
    if (escape.kind != EscapeKind::kFailed) return escape;
  }
  if (!kAlnum.Has(static_cast<uint8_t>(letter))) return Character(static_cast<uint8_t>(letter));
  const std::string_view spelling(&letter, 1);
  if (const std::string_view name = NameOfInexpressible(letter); !name.empty()) {
    cursor.Fail(at, {name, " \\", spelling, " cannot be expressed in RE2"});
  } else if (flavour == RegexFlavour::kOniguruma) {
    return Character(static_cast<uint8_t>(letter));
  } else {
    cursor.Fail(at, {"unknown escape \\", spelling});
  }
  return {};
}

}  // namespace tailrace
