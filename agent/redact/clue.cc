#include "agent/redact/clue.h"

#include "agent/redact/ascii.h"
#include "agent/redact/pair_detector.h"

namespace tailrace {
namespace {

// Whether `text` has `word` where its byte `index` stands at `at`.
bool HasWord(std::string_view text, size_t at, std::string_view word, size_t index) {
  return at >= index && text.substr(at - index, word.size()) == word;
}
bool HasWordNoCase(std::string_view text, size_t at, std::string_view word, size_t index) {
  return at >= index && EqualsNoCase(text.substr(at - index, word.size()), word);
}

bool IsStripe(std::string_view text, size_t at) {
  const std::string_view kind = text.substr(at + 3, 5);
  return text.substr(at + 1, 2) == "k_" && (kind == "live_" || kind == "test_");
}

Clues CheckP(std::string_view text, size_t at) {
  switch (ToLower(text[at + 1])) {
    case 'k':
      return IsStripe(text, at) ? kClueStripe : 0;
    case 'h':
      return kCluePhoneName;
    default:
      return HasSecretPair(text, at) ? kCluePair : 0;
  }
}

Clues CheckS(std::string_view text, size_t at) {
  if (text[at + 1] == 'k') return IsStripe(text, at) ? kClueStripe : 0;
  return kClueSsnName;
}

Clues CheckX(std::string_view text, size_t at) {
  const char kind = ByteAt(text, at + 3), after = ByteAt(text, at + 4);
  const bool bot = HasWord(text, at, "xox", 0) && (after == '-' || after == '.') && IsLower(kind);
  return bot || HasWord(text, at, "xapp-", 0) ? kClueSlack : 0;
}

Clues CheckA(std::string_view text, size_t at) {
  const std::string_view prefix = text.substr(at, 4);
  if (prefix == "AIza") return kClueGcp;
  const bool aws = prefix == "AKIA" || prefix == "ASIA" || prefix == "ABIA" || prefix == "ACCA";
  return aws ? kClueAws : 0;
}

Clues CheckG(std::string_view text, size_t at) {
  if (HasWord(text, at, "GOCS", 0)) return kClueGcp;
  return HasWord(text, at, "gh", 0) && ByteAt(text, at + 3) == '_' ? kClueGithub : 0;
}

Clues CheckE(std::string_view text, size_t at) {
  if (HasWord(text, at, "eyJ", 0)) return kClueJwt;
  return HasWordNoCase(text, at, "ecr", 0) && HasSecretPair(text, at) ? kCluePair : 0;
}

}  // namespace

Clues CheckFingerprint(std::string_view text, size_t at) noexcept {
  if (at + 3 > text.size()) return 0;
  switch (ToLower(text[at])) {
    case ':':
      return HasWord(text, at, "://", 0) ? kClueUrl : 0;
    case '-':
      return HasWord(text, at, "-----BEGIN ", 0) ? kCluePrivateKey : 0;
    case '.':
      return HasWord(text, at, "hooks.slack.com/", 5) ? kClueSlack : 0;
    case '%':
      return HasWord(text, at, "%40", 0) ? kClueEncodedAt : 0;
    case 'a':
      return CheckA(text, at);
    case 'b':
      return HasWordNoCase(text, at, "bearer ", 0) || HasWordNoCase(text, at, "basic ", 0)
                 ? kClueAuthorization
                 : 0;
    case 'e':
      return CheckE(text, at);
    case 'g':
      return CheckG(text, at);
    case 'k':
      return HasSecretPair(text, at) ? kCluePair : 0;
    case 'p':
      return CheckP(text, at);
    case 'r':
      if (HasWordNoCase(text, at, "authorization", 5)) return kClueAuthorization;
      return IsStripe(text, at) ? kClueStripe : 0;
    case 's':
      return CheckS(text, at);
    case 'u':
      return HasWord(text, at, "github_pat_", 4) ? kClueGithub : 0;
    case 'w':
      return HasWord(text, at, "whsec_", 0) ? kClueStripe : 0;
    case 'x':
      return CheckX(text, at);
    case 'y':
      return HasWord(text, at, "ya29.", 0) ? kClueGcp : 0;
    case 'f':
    case 'm':
    case 't':
      return kCluePhoneName;
    default:
      return 0;
  }
}

}  // namespace tailrace
