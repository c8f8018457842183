#include "parsers/time_layout_syntax.h"

#include <optional>
#include <string>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

using Kind = TimeStepKind;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

TimeStep Digits(Kind kind, uint8_t min, uint8_t max, size_t offset) {
  return {.kind = kind, .digits_min = min, .digits_max = max, .offset = offset};
}

void AddLiteral(char c, size_t offset, std::vector<TimeStep>& steps) {
  if (!IsBlank(c)) {
    steps.push_back({.kind = Kind::kLiteral, .literal = c, .offset = offset});
  } else if (steps.empty() || steps.back().kind != Kind::kBlanks) {
    steps.push_back({.kind = Kind::kBlanks, .offset = offset});
  }
}

// What a conversion that stands for others stands for.
std::string_view Composition(char conversion) {
  switch (conversion) {
    case 'F':
      return "%Y-%m-%d";
    case 'T':
      return "%H:%M:%S";
    case 'R':
      return "%H:%M";
    case 'D':
      return "%m/%d/%y";
    default:
      return {};
  }
}

std::optional<TimeStep> StrptimeNumber(char conversion, size_t offset) {
  switch (conversion) {
    case 'Y':
      return Digits(Kind::kYear, 4, 4, offset);
    case 'y':
      return Digits(Kind::kYearOfCentury, 2, 2, offset);
    case 'm':
      return Digits(Kind::kMonth, 1, 2, offset);
    case 'd':
    case 'e':
      return Digits(Kind::kDay, 1, 2, offset);
    case 'j':
      return Digits(Kind::kDayOfYear, 1, 3, offset);
    case 'H':
    case 'k':
      return Digits(Kind::kHour, 1, 2, offset);
    case 'I':
    case 'l':
      return Digits(Kind::kHourOf12, 1, 2, offset);
    case 'M':
      return Digits(Kind::kMinute, 1, 2, offset);
    case 'S':
      return Digits(Kind::kSecond, 1, 2, offset);
    case 's':
      return Digits(Kind::kEpoch, 1, 12, offset);
    default:
      return std::nullopt;
  }
}

std::optional<TimeStep> StrptimeWord(char conversion, size_t offset) {
  switch (conversion) {
    case 'b':
    case 'B':
    case 'h':
      return TimeStep{.kind = Kind::kMonthName, .offset = offset};
    case 'a':
    case 'A':
      return TimeStep{.kind = Kind::kWeekday, .offset = offset};
    case 'p':
    case 'P':
      return TimeStep{.kind = Kind::kHalfOfDay, .offset = offset};
    case 'z':
      return TimeStep{.kind = Kind::kOffset, .offset = offset};
    case 'Z':
      return TimeStep{.kind = Kind::kZoneName, .offset = offset};
    case 'f':
    case 'L':
    case 'N':
      return TimeStep{.kind = Kind::kFraction, .offset = offset};
    default:
      return std::nullopt;
  }
}

// The conversion behind the '%' at `at`; moves `at` behind it.
absl::Status TranslateConversion(std::string_view layout, size_t& at,
                                 std::vector<TimeStep>& steps) {
  const size_t begin = at++;
  const bool with_point = at < layout.size() && layout[at] == '.';
  const bool with_colon = at < layout.size() && layout[at] == ':';
  if (with_point || with_colon) ++at;
  const size_t width = at;
  while (at < layout.size() && IsDigit(layout[at])) ++at;
  if (at == layout.size()) return LayoutError(layout, "nothing follows the %", begin);
  const bool with_width = at > width;
  const char conversion = layout[at++];
  const bool fraction = conversion == 'f' || conversion == 'L' || conversion == 'N';
  const bool known_prefix = (!with_point && !with_width) || fraction;
  if (known_prefix && (!with_colon || conversion == 'z')) {
    if (with_point) {
      steps.push_back({.kind = Kind::kMaybeFraction, .offset = begin});
      return absl::OkStatus();
    }
    if (const auto step = StrptimeNumber(conversion, begin); step.has_value()) {
      steps.push_back(*step);
      return absl::OkStatus();
    }
    if (const auto step = StrptimeWord(conversion, begin); step.has_value()) {
      steps.push_back(*step);
      return absl::OkStatus();
    }
    if (conversion == '%' || conversion == 'n' || conversion == 't') {
      AddLiteral(conversion == '%' ? '%' : ' ', begin, steps);
      return absl::OkStatus();
    }
  }
  const std::string_view name = layout.substr(begin, at - begin);
  return LayoutError(layout, Concat({"unknown conversion ", name}), begin);
}

// "MM" is two digits, "M" one or two.
TimeStep JavaNumber(Kind kind, size_t count, size_t offset) {
  return Digits(kind, count >= 2 ? 2 : 1, 2, offset);
}

// The step that `count` times `letter` stands for.
std::optional<TimeStep> JavaNumberField(char letter, size_t count, size_t offset) {
  switch (letter) {
    case 'y':
    case 'u':
      if (count == 2) return Digits(Kind::kYearOfCentury, 2, 2, offset);
      return Digits(Kind::kYear, 4, 4, offset);
    case 'M':
    case 'L':
      if (count >= 3) return TimeStep{.kind = Kind::kMonthName, .offset = offset};
      return JavaNumber(Kind::kMonth, count, offset);
    case 'd':
      return JavaNumber(Kind::kDay, count, offset);
    case 'D':
      return Digits(Kind::kDayOfYear, count >= 3 ? 3 : 1, 3, offset);
    case 'H':
      return JavaNumber(Kind::kHour, count, offset);
    case 'k':
      return JavaNumber(Kind::kHourFrom1, count, offset);
    case 'h':
    case 'K':
      return JavaNumber(Kind::kHourOf12, count, offset);
    case 'm':
      return JavaNumber(Kind::kMinute, count, offset);
    case 's':
      return JavaNumber(Kind::kSecond, count, offset);
    default:
      return std::nullopt;
  }
}

std::optional<TimeStep> JavaField(char letter, size_t count, size_t offset) {
  switch (letter) {
    case 'S':
      return TimeStep{.kind = Kind::kFraction, .offset = offset};
    case 'a':
      return TimeStep{.kind = Kind::kHalfOfDay, .offset = offset};
    case 'E':
      return TimeStep{.kind = Kind::kWeekday, .offset = offset};
    case 'z':
    case 'V':
      return TimeStep{.kind = Kind::kZoneName, .offset = offset};
    case 'Z':
    case 'X':
    case 'x':
      return TimeStep{.kind = Kind::kOffset, .offset = offset};
    default:
      return JavaNumberField(letter, count, offset);
  }
}

// The quoted text whose first quote stands at `at`; moves `at` behind it.
absl::Status TranslateQuoted(std::string_view layout, size_t& at, std::vector<TimeStep>& steps) {
  const size_t begin = at++;
  if (at < layout.size() && layout[at] == '\'') {
    AddLiteral('\'', at++, steps);
    return absl::OkStatus();
  }
  while (at < layout.size()) {
    if (layout[at] == '\'') {
      ++at;
      if (at == layout.size() || layout[at] != '\'') return absl::OkStatus();
    }
    AddLiteral(layout[at], at, steps);
    ++at;
  }
  return LayoutError(layout, "no quote ends the text that begins", begin);
}

}  // namespace

absl::Status LayoutError(std::string_view layout, std::string_view what, size_t offset) {
  return absl::InvalidArgumentError(
      Concat({"bad layout \"", layout, "\": ", what, " at byte ", std::to_string(offset)}));
}

absl::StatusOr<std::vector<TimeStep>> TranslateStrptime(std::string_view layout) {
  // Compositions are written out first; offsets are those of the conversion that was written.
  std::vector<TimeStep> steps;
  for (size_t at = 0; at < layout.size();) {
    if (layout[at] != '%') {
      AddLiteral(layout[at], at, steps);
      ++at;
      continue;
    }
    const std::string_view composed = Composition(at + 1 < layout.size() ? layout[at + 1] : '\0');
    if (!composed.empty()) {
      for (size_t part = 0; part < composed.size(); ++part) {
        if (composed[part] == '%') {
          steps.push_back(*StrptimeNumber(composed[++part], at));
        } else {
          AddLiteral(composed[part], at, steps);
        }
      }
      at += 2;
      continue;
    }
    if (absl::Status status = TranslateConversion(layout, at, steps); !status.ok()) return status;
  }
  return steps;
}

absl::StatusOr<std::vector<TimeStep>> TranslateJava(std::string_view layout) {
  std::vector<TimeStep> steps;
  for (size_t at = 0; at < layout.size();) {
    const char c = layout[at];
    if (c == '\'') {
      if (absl::Status status = TranslateQuoted(layout, at, steps); !status.ok()) return status;
    } else if (IsLetter(c)) {
      const size_t begin = at;
      while (at < layout.size() && layout[at] == c) ++at;
      const auto step = JavaField(c, at - begin, begin);
      if (!step.has_value()) {
        const std::string_view name = layout.substr(begin, at - begin);
        return LayoutError(layout, Concat({"unknown letters ", name, " (text stands in quotes)"}),
                           begin);
      }
      steps.push_back(*step);
    } else if (c == '[' || c == ']' || c == '{' || c == '}' || c == '#') {
      // Java reserves them; an optional part would be read as text that must be there.
      return LayoutError(layout,
                         Concat({"reserved character ",
                                 {&c, 1},
                                 " (quote it, or take two layouts for an optional part)"}),
                         at);
    } else {
      AddLiteral(c, at, steps);
      ++at;
    }
  }
  return steps;
}

}  // namespace tailrace
