#include "agent/redact/pair_detector.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "agent/redact/ascii.h"
#include "agent/redact/quoted_value.h"
#include "agent/redact/secret_name.h"
#include "agent/redact/value_name.h"

namespace tailrace {
namespace {

constexpr size_t kMaxName = 64;

// What sentences say of a password behind a colon.
constexpr std::string_view kProse[] = {
    "incorrect", "invalid", "wrong",  "expired", "required", "missing", "must",     "is",
    "not",       "too",     "cannot", "should",  "changed",  "reset",   "updated",  "accepted",
    "rejected",  "failed",  "ok",     "valid",   "unknown",  "denied",  "mismatch", "disabled",
    "enabled",   "set",     "error",  "and",     "or",       "no",      "can",      "may"};

enum class PairForm : uint8_t { kAssigned, kColon, kElement, kOption, kQuotedWord };

struct Pair {
  PairForm form = PairForm::kAssigned;
  ValueSpan value;
};

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Where the value behind the name [begin, end) begins, and in which form; nullopt when it has none.
std::optional<Pair> ReadPair(std::string_view text, size_t begin, size_t end) {
  Pair pair;
  if (ByteAt(text, end) == '>' && ByteBefore(text, begin) == '<') {
    pair.form = PairForm::kElement;
    pair.value = ReadValue(text, end + 1);
    return pair;
  }
  const size_t delimiter = RunEnd(text, SkipClosers(text, end), IsBlank);
  const std::string_view two = text.substr(delimiter, 2);
  size_t at = delimiter;
  if (two == "=>" || two == ":=" || two == "==") {
    at += 2;
  } else if (two.starts_with('=')) {
    ++at;
  } else if (two.starts_with(':')) {
    ++at;
    pair.form = PairForm::kColon;
  } else if (delimiter > end && (two.starts_with('\'') || two.starts_with('"'))) {
    pair.form = PairForm::kQuotedWord;
  } else if (delimiter > end && text[begin] == '-' && !two.starts_with('-')) {
    pair.form = PairForm::kOption;
  } else {
    return std::nullopt;
  }
  const size_t value = RunEnd(text, at, IsBlank);
  const char first = ByteAt(text, value);
  if (pair.form == PairForm::kAssigned && delimiter == end && value > at && first != '"' &&
      first != '\'') {
    return std::nullopt;  // "password= user=app": the value is empty.
  }
  at = value;
  // Go prints lists, and many print what they hide, in brackets.
  if (pair.form != PairForm::kQuotedWord && (ByteAt(text, at) == '[' || ByteAt(text, at) == '(')) {
    ++at;
  }
  pair.value = ReadValue(text, at);
  return pair;
}

bool IsProse(std::string_view text, const Pair& pair) {
  if (pair.form != PairForm::kColon || pair.value.quoted) return false;
  const std::string_view word = text.substr(pair.value.begin, pair.value.end - pair.value.begin);
  if (std::any_of(std::begin(kProse), std::end(kProse),
                  [word](std::string_view prose) { return EqualsNoCase(word, prose); })) {
    return true;
  }
  // A sentence goes on: "password: please enter it again".
  const size_t next = RunEnd(text, pair.value.end, IsBlank);
  return std::all_of(word.begin(), word.end(), IsLower) && next > pair.value.end &&
         IsLower(ByteAt(text, next)) && IsLower(ByteAt(text, next + 1));
}

// "auth_token: Bearer x": the value is what follows the scheme.
void SkipScheme(std::string_view text, ValueSpan& value) {
  const std::string_view word = text.substr(value.begin, value.end - value.begin);
  if (value.quoted || (!EqualsNoCase(word, "bearer") && !EqualsNoCase(word, "basic"))) return;
  if (IsBlank(ByteAt(text, value.end))) value = ReadValue(text, value.end + 1);
}

bool IsSecret(std::string_view text, std::string_view name, SecretName kind, const Pair& pair) {
  const std::string_view value = text.substr(pair.value.begin, pair.value.end - pair.value.begin);
  if (!IsSecretValue(kind, value) || IsProse(text, pair)) return false;
  if (pair.form == PairForm::kQuotedWord) {
    return NameEndsWith(name, {"password", "pass_wd", "pass_phrase"});
  }
  // Unquoted punctuation is no password: "token: )".
  return pair.value.quoted || std::any_of(value.begin(), value.end(), IsAlphanumeric);
}

// Calls `use` for each name of a secret with its pair; `use` returns where to read on.
template <typename Classify, typename Use>
void ForEachPair(std::string_view text, Classify classify, Use use) {
  for (size_t at = 0; at < text.size();) {
    if (!IsNameByte(text[at])) {
      ++at;
      continue;
    }
    const size_t end = RunEnd(text, at, IsNameByte);
    const size_t begin = end - at > kMaxName ? end - kMaxName : at;
    at = end;
    const std::string_view name = text.substr(begin, end - begin);
    // The user of a URL is not a name: "https://token:x@host".
    if (!classify(name) || (begin >= 3 && text.substr(begin - 3, 3) == "://")) continue;
    const std::optional<Pair> pair = ReadPair(text, begin, end);
    if (pair.has_value()) at = std::max(at, use(name, *pair));
  }
}

}  // namespace

bool HasSecretPair(std::string_view text, size_t at) {
  const size_t end = RunEnd(text, at, IsNameByte, kMaxName);
  if (IsNameByte(ByteAt(text, end))) return false;  // What a name ends with stands further on.
  const size_t begin = RunBegin(text, end, IsNameByte, kMaxName);
  const char next = ByteAt(text, end);
  const size_t delimiter = RunEnd(text, SkipClosers(text, end), IsSpace);
  const char mark = ByteAt(text, delimiter);
  const bool announced = mark == '=' || mark == ':' || next == '>' ||
                         (delimiter > end && (mark == '"' || mark == '\'' || text[begin] == '-'));
  if (!announced) return false;
  const std::string_view name = text.substr(begin, end - begin);
  return ClassifyName(name) != SecretName::kNone || IsAwsSecretName(name);
}

void FindPasswords(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  if (IsSecretValue(ClassifyName(subject.name), text)) {
    findings.emplace_back(0, text.size(), Detector::kPassword);
    return;
  }
  const auto classify = [](std::string_view name) {
    return ClassifyName(name) != SecretName::kNone;
  };
  ForEachPair(text, classify, [&](std::string_view name, Pair pair) -> size_t {
    SkipScheme(text, pair.value);
    if (!IsSecret(text, name, ClassifyName(name), pair)) return 0;
    findings.emplace_back(pair.value.begin, pair.value.end, Detector::kPassword);
    return pair.value.end;
  });
}

void FindAwsSecrets(const NamedText& subject, Findings& findings) {
  const std::string_view text = subject.text;
  if (IsAwsSecretName(subject.name) && IsAwsSecretValue(subject.name, text)) {
    findings.emplace_back(0, text.size(), Detector::kAwsKey);
    return;
  }
  ForEachPair(text, IsAwsSecretName, [&](std::string_view name, const Pair& pair) -> size_t {
    const std::string_view value = text.substr(pair.value.begin, pair.value.end - pair.value.begin);
    if (!IsAwsSecretValue(name, value)) return 0;
    findings.emplace_back(pair.value.begin, pair.value.end, Detector::kAwsKey);
    return pair.value.end;
  });
}

}  // namespace tailrace
