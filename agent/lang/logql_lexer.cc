#include "agent/lang/logql_lexer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/base/status.h"
#include "agent/lang/field_path.h"
#include "agent/lang/quantity.h"
#include "agent/lang/quoted_string.h"
#include "agent/lang/syntax_error.h"

namespace tailrace {
namespace {

constexpr std::string_view kOperators[] = {"==", "=~", "!=", "!~", ">=", "<=", "=", ">", "<"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsBeyondAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool StartsLabel(char c) { return IsLetter(c) || c == '_'; }
bool ContinuesLabel(char c) { return StartsLabel(c) || IsDigit(c); }
bool StartsPlainName(char c) { return StartsLabel(c) || c == '@' || IsBeyondAscii(c); }
bool ContinuesSegment(char c) { return StartsPlainName(c) || IsDigit(c) || c == '-'; }
bool StartsSegment(char c) { return StartsPlainName(c) || IsDigit(c); }
bool ContinuesQuantity(char c) { return ContinuesLabel(c) || c == '.' || IsBeyondAscii(c); }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool IsPlainSegment(std::string_view segment) {
  return !segment.empty() && StartsSegment(segment.front()) &&
         std::all_of(segment.begin(), segment.end(), ContinuesSegment);
}

bool IsPlainName(std::string_view segment) {
  return IsPlainSegment(segment) && StartsPlainName(segment.front());
}

bool IsWord(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(),
                    [](char c, char lower) { return Lower(c) == lower; });
}

absl::StatusOr<LogqlToken> LogqlLexer::Next() {
  SkipSpace();
  if (at_ >= text_.size()) return Take(LogqlTokenKind::kEnd, 0);
  if (StartsName()) return ReadName();
  const char c = Peek();
  if (c == '"' || c == '`') return ReadString();
  if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return ReadQuantity();
  return ReadSymbol();
}

absl::StatusOr<LogqlToken> LogqlLexer::NextValue() {
  SkipSpace();
  const char c = Peek();
  if (c == '`') return ReadString();
  const size_t digit = c == '-' || c == '+' ? 1 : 0;
  if (IsDigit(Peek(digit)) || (Peek(digit) == '.' && IsDigit(Peek(digit + 1)))) {
    return ReadQuantity();
  }
  return Next();
}

void LogqlLexer::SkipSpace() {
  while (at_ < text_.size()) {
    if (text_[at_] == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (IsSpace(text_[at_])) {
      ++at_;
    } else {
      return;
    }
  }
}

bool LogqlLexer::StartsName() const {
  const char c = Peek();
  if (names_ == FilterNames::kLabels) return StartsLabel(c);
  return StartsPlainName(c) || c == '`' || (c == '.' && (StartsSegment(Peek(1)) || Peek(1) == '`'));
}

absl::StatusOr<LogqlToken> LogqlLexer::ReadName() {
  LogqlToken token;
  token.kind = LogqlTokenKind::kName;
  token.offset = at_;
  if (names_ == FilterNames::kLabels) {
    while (ContinuesLabel(Peek())) ++at_;
    token.segments.emplace_back(text_.substr(token.offset, at_ - token.offset));
  } else {
    token.leading_dot = Peek() == '.';
    if (token.leading_dot) ++at_;
    RETURN_IF_ERROR(ReadSegment(token));
    while (Peek() == '.') {
      ++at_;
      RETURN_IF_ERROR(ReadSegment(token));
    }
  }
  token.length = at_ - token.offset;
  token.text = text_.substr(token.offset, token.length);
  if (token.length > FieldPath::kTextMax) {
    return SyntaxError(token.offset, {"a name of over 1 KiB"});
  }
  return token;
}

absl::Status LogqlLexer::ReadSegment(LogqlToken& token) {
  if (token.segments.size() == FieldPath::kSegmentsMax) {
    return SyntaxError(at_, {"a field path of over 16 levels"});
  }
  const size_t begin = at_;
  if (Peek() == '`') {
    const size_t close = text_.find('`', begin + 1);
    if (close == std::string_view::npos) {
      return SyntaxError(begin, {"this backtick is never closed"});
    }
    if (close == begin + 1) return SyntaxError(begin, {"expected a name between the backticks"});
    token.segments.emplace_back(text_.substr(begin + 1, close - begin - 1));
    at_ = close + 1;
    return absl::OkStatus();
  }
  if (!StartsSegment(Peek())) {
    return SyntaxError(at_, {"expected the name of a field after the dot"});
  }
  while (ContinuesSegment(Peek())) ++at_;
  token.segments.emplace_back(text_.substr(begin, at_ - begin));
  return absl::OkStatus();
}

absl::StatusOr<LogqlToken> LogqlLexer::ReadString() {
  ASSIGN_OR_RETURN(QuotedString quoted, ParseQuotedString(text_, at_));
  LogqlToken token = Take(LogqlTokenKind::kString, quoted.end - at_);
  token.string = std::move(quoted.value);
  return token;
}

absl::StatusOr<LogqlToken> LogqlLexer::ReadQuantity() {
  size_t length = Peek() == '-' || Peek() == '+' ? 1 : 0;
  bool decimal = true;  // Digits and dots alone, so that an exponent may follow.
  for (; at_ + length < text_.size(); ++length) {
    const char c = Peek(length);
    const bool of_exponent = decimal && Lower(c) == 'e';
    if (of_exponent && (Peek(length + 1) == '-' || Peek(length + 1) == '+')) ++length;
    if (!of_exponent && !ContinuesQuantity(c)) break;
    decimal = decimal && (IsDigit(c) || c == '.');
  }
  const std::string_view text = text_.substr(at_, length);
  LogqlTokenKind kind = LogqlTokenKind::kNumber;
  std::optional<double> number = ReadNumber(text);
  if (!number.has_value()) {
    kind = LogqlTokenKind::kDuration;
    number = ReadDuration(text);
  }
  if (!number.has_value()) {
    kind = LogqlTokenKind::kBytes;
    number = ReadBytes(text);
  }
  if (!number.has_value()) {
    return SyntaxError(
        at_, {"expected a number, a duration such as 1h30m or 250ms, or a size such as 10KiB"});
  }
  LogqlToken token = Take(kind, length);
  token.number = *number;
  return token;
}

LogqlToken LogqlLexer::ReadSymbol() {
  const std::string_view rest = text_.substr(at_);
  for (const std::string_view op : kOperators) {
    if (rest.starts_with(op)) return Take(LogqlTokenKind::kOperator, op.size());
  }
  return Take(LogqlTokenKind::kSymbol, 1);
}

LogqlToken LogqlLexer::Take(LogqlTokenKind kind, size_t length) {
  LogqlToken token;
  token.kind = kind;
  token.offset = at_;
  token.length = length;
  token.text = text_.substr(at_, length);
  at_ += length;
  return token;
}

}  // namespace tailrace
