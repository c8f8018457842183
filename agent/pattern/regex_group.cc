#include "agent/pattern/regex_group.h"

#include <charconv>

namespace tailrace {
namespace {

constexpr size_t kNameMax = 200;

struct Inexpressible {
  std::string_view start;
  std::string_view name;
};
// Longer starts first.
constexpr Inexpressible kInexpressible[] = {
    {"(?<=", "look-behind"},     {"(?<!", "look-behind"}, {"(?=", "look-ahead"},
    {"(?!", "look-ahead"},       {"(?(", "condition"},    {"(?~", "absent group"},
    {"(?&", "call of a group"},  {"(?R", "recursion"},    {"(?P=", "back-reference"},
    {"(?P>", "call of a group"}, {"(?|", "branch reset"},
};

GroupStart ReadName(RegexCursor& cursor, char end, const RegexFlags& flags) {
  const size_t at = cursor.at();
  const size_t length = cursor.rest().find(end);
  if (length == std::string_view::npos || length == 0 || length > kNameMax) {
    cursor.Fail(at, {"bad name of a group"});
    return {};
  }
  GroupStart start = {GroupKind::kCapture, std::string(cursor.rest().substr(0, length)), flags};
  cursor.Skip(length + 1);
  return start;
}

// The flag of a letter, or nullptr.
bool* FlagOf(char letter, RegexFlavour flavour, RegexFlags& flags) {
  const bool oniguruma = flavour == RegexFlavour::kOniguruma;
  switch (letter) {
    case 'i':
      return &flags.fold;
    case 's':
      return &flags.dot_all;
    case 'm':
      return oniguruma ? &flags.dot_all : &flags.lines;
    case 'x':
      return &flags.extended;
    case 'U':
      return oniguruma ? nullptr : &flags.swap_greed;
    default:
      return nullptr;
  }
}

// `i-m)` or `i-m:`, of which "(?" was read at `at`.
GroupStart ReadFlags(RegexCursor& cursor, RegexFlavour flavour, RegexFlags flags, size_t at) {
  bool value = true;
  while (!cursor.done()) {
    if (cursor.Take(")")) return {GroupKind::kFlags, "", flags};
    if (cursor.Take(":")) return {GroupKind::kPlain, "", flags};
    const char letter = cursor.TakeOne();
    if (letter == '-' && value) {
      value = false;
    } else if (bool* flag = FlagOf(letter, flavour, flags)) {
      *flag = value;
    } else {
      break;
    }
  }
  cursor.Fail(at, {"unknown kind of group (?"});
  return {};
}

// "{", "{2}", "{2,}", "{,3}", "{2,3}"; nullopt and nothing read for other text.
std::optional<Repetition> ReadBraces(RegexCursor& cursor, RegexFlavour flavour) {
  const std::string_view text = cursor.rest();
  const size_t close = text.find('}');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view inner = text.substr(1, close - 1);
  const size_t comma = inner.find(',');
  const auto number = [](std::string_view digits, uint32_t absent) -> std::optional<uint32_t> {
    if (digits.empty()) return absent;
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) return RegexNode::kUnlimited - 1;
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const bool open_below = flavour == RegexFlavour::kOniguruma && comma == 0 && inner.size() > 1;
  if (inner.empty() || (comma == 0 && !open_below)) return std::nullopt;
  const std::optional<uint32_t> min = number(inner.substr(0, comma), 0);
  const std::optional<uint32_t> max = comma == std::string_view::npos
                                          ? min
                                          : number(inner.substr(comma + 1), RegexNode::kUnlimited);
  if (!min.has_value() || !max.has_value()) return std::nullopt;
  cursor.Skip(close + 1);
  return Repetition{*min, *max};
}

}  // namespace

GroupStart ReadGroupStart(RegexCursor& cursor, RegexFlavour flavour, const RegexFlags& flags) {
  const size_t at = cursor.at();
  for (const Inexpressible& known : kInexpressible) {
    if (!cursor.rest().starts_with(known.start)) continue;
    cursor.Fail(at, {known.name, " ", known.start, " cannot be expressed in RE2"});
    return {};
  }
  cursor.Skip(1);
  if (!cursor.Take("?")) return {GroupKind::kPlain, "", flags};
  if (cursor.Take(":") || cursor.Take(">")) return {GroupKind::kPlain, "", flags};
  if (cursor.Take("P<") || cursor.Take("<")) return ReadName(cursor, '>', flags);
  if (cursor.Take("'")) return ReadName(cursor, '\'', flags);
  if (cursor.Take("#")) {
    const size_t length = cursor.rest().find(')');
    if (length == std::string_view::npos) cursor.Fail(at, {"missing )"});
    cursor.Skip(length == std::string_view::npos ? 0 : length + 1);
    return {GroupKind::kComment, "", flags};
  }
  return ReadFlags(cursor, flavour, flags, at);
}

std::optional<Repetition> ReadRepetition(RegexCursor& cursor, RegexFlavour flavour) {
  std::optional<Repetition> repetition;
  bool may_be_possessive = true;
  if (cursor.Take("*")) {
    repetition = {0, RegexNode::kUnlimited};
  } else if (cursor.Take("+")) {
    repetition = {1, RegexNode::kUnlimited};
  } else if (cursor.Take("?")) {
    repetition = {0, 1};
  } else if (cursor.Peek() == '{') {
    repetition = ReadBraces(cursor, flavour);
    may_be_possessive = false;  // `{2}+` repeats the repetition.
  }
  if (!repetition.has_value()) return std::nullopt;
  if (cursor.Take("?")) {
    repetition->greedy = false;
  } else if (may_be_possessive) {
    cursor.Take("+");
  }
  return repetition;
}

}  // namespace tailrace
