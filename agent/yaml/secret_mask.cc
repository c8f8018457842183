#include "agent/yaml/secret_mask.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr size_t kMaxKeyBytes = 64;

bool IsKeyByte(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool SoundsSecret(std::string_view key) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (std::string_view word : {"pass", "pwd", "secret", "token", "apikey", "api_key", "id_key",
                                "credential", "bearer", "authorization"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  // Names that are near to a secret's but mean something else.
  for (std::string_view innocent : {"path", "paths", "key", "app", "host", "user"}) {
    if (lower == innocent) return false;
  }
  return lower.size() <= kMaxKeyBytes &&
         !NearestName(lower, {"password", "api_key", "id_key"}).empty();
}

// "key" alone is most often no secret: the key of a map or of a message. In the stage `redact` it
// is that of the hashes.
bool IsHashKey(std::string_view key, std::string_view line) {
  if (key != "key") return false;
  for (std::string_view beside : {"redact", "detect", "hash", "key_id"}) {
    if (line.find(beside) != std::string_view::npos) return true;
  }
  return false;
}

// Where the value that begins at `begin` ends: at its closing quote, or else at what ends a plain
// scalar in a flow collection or before a comment.
size_t ValueEnd(std::string_view line, size_t begin) {
  const char quote = line[begin];
  if (quote == '"' || quote == '\'') {
    const size_t close = line.find(quote, begin + 1);
    return close == std::string_view::npos ? line.size() : close + 1;
  }
  size_t i = begin;
  if (line.substr(begin, 2) == "${") i = std::min(line.find('}', begin), line.size() - 1) + 1;
  for (; i < line.size(); ++i) {
    if (line[i] == ',' || line[i] == '}') return i;
    if (line[i] == '#' && i > begin && line[i - 1] == ' ') return i - 1;
  }
  return line.size();
}

bool IsReference(std::string_view value) {
  if (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
  return value.starts_with("${") && value.find(":-") == std::string_view::npos;
}

// The secret after the colon at `colon`, when the key before it sounds like one.
bool SecretAfter(std::string_view line, size_t colon, TextSpan* span) {
  size_t key_end = colon;
  while (key_end > 0 && line[key_end - 1] == ' ') --key_end;
  if (key_end > 0 && (line[key_end - 1] == '"' || line[key_end - 1] == '\'')) --key_end;
  size_t key_begin = key_end;
  while (key_begin > 0 && IsKeyByte(line[key_begin - 1])) --key_begin;
  const std::string_view key = line.substr(key_begin, key_end - key_begin);
  if (key.empty() || !(SoundsSecret(key) || IsHashKey(key, line))) return false;
  const size_t begin = line.find_first_not_of(" \t", colon + 1);
  if (begin == std::string_view::npos) return false;
  *span = {begin, ValueEnd(line, begin)};
  return span->end > begin && !IsReference(line.substr(begin, span->end - begin));
}

// "user:password" of the URL whose "://" ends at `authority`.
bool UserInfoAt(std::string_view line, size_t authority, TextSpan* span) {
  const size_t end = std::min(line.find_first_of("/ \"',]", authority), line.size());
  const size_t at = line.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at <= authority) return false;
  *span = {authority, at};
  return true;
}

}  // namespace

std::vector<TextSpan> FindSecrets(std::string_view line) {
  std::vector<TextSpan> spans;
  for (size_t colon = line.find(':'); colon != std::string_view::npos;) {
    TextSpan span;
    const bool url = line.substr(colon, 3) == "://";
    const bool found = url ? UserInfoAt(line, colon + 3, &span) : SecretAfter(line, colon, &span);
    if (found) spans.push_back(span);
    colon = line.find(':', found ? span.end : colon + 1);
  }
  return spans;
}

}  // namespace tailrace
