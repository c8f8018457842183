#include "agent/redact/replacement.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "agent/base/strings.h"
#include "agent/codec/base64.h"
#include "agent/redact/ascii.h"
#include "agent/redact/canonical_value.h"

namespace tailrace {
namespace {

constexpr size_t kHashCharacters = (Replacement::kHashBytes * 8 + 5) / 6;

bool IsCharacterBegin(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), IsCharacterBegin));
}

// The last `count` characters of `text`.
std::string_view LastCharacters(std::string_view text, size_t count) {
  size_t at = text.size();
  while (at > 0 && count > 0) {
    if (IsCharacterBegin(text[--at])) --count;
  }
  return text.substr(at);
}

}  // namespace

Replacement::Replacement(const RedactOptions& options)
    : action_(options.action),
      keep_last_(options.keep_last),
      prefix_(Concat({"hmac:", options.key_id, ":"})),
      hmac_(options.key.Reveal()) {}

void Replacement::Append(std::string_view secret, RuleIndex rule, std::string& out) const {
  switch (action_) {
    case RedactAction::kMask:
      return AppendMask(secret, out);
    case RedactAction::kRemove:
      return;
    case RedactAction::kHash: {
      const auto hash = hmac_.Of(CanonicalValue(secret, rule));
      out += prefix_;
      out += Base64UrlEncode({reinterpret_cast<const char*>(hash.data()), kHashBytes});
    }
  }
}

void Replacement::AppendMask(std::string_view secret, std::string& out) const {
  const size_t characters = CountCharacters(secret);
  const size_t kept = characters >= 2 * keep_last_ ? keep_last_ : 0;
  out.append(characters - kept, '*');
  out += LastCharacters(secret, kept);
}

bool Replacement::IsMasked(std::string_view text, const Finding& finding) const {
  const std::string_view found = text.substr(finding.begin, finding.end - finding.begin);
  const size_t stars = std::min(found.find_first_not_of('*'), found.size());
  if (stars == found.size()) return true;
  if (keep_last_ == 0) return false;
  const std::string_view tail = found.substr(stars);
  const size_t before =
      finding.begin - RunBegin(
                          text, finding.begin, [](char c) { return c == '*'; }, keep_last_);
  return CountCharacters(tail) <= keep_last_ && before + stars >= keep_last_;
}

void Replacement::DropReplaced(std::string_view text, Findings& findings) const {
  if (action_ == RedactAction::kHash) return DropHashes(text, findings);
  std::erase_if(findings, [&](const Finding& finding) { return IsMasked(text, finding); });
}

// A finding around a hash is cut into what stands before and behind it.
void Replacement::DropHashes(std::string_view text, Findings& findings) const {
  size_t hash = text.find(prefix_);
  if (hash == std::string_view::npos) return;
  Findings left;
  for (Finding finding : findings) {
    while (hash != std::string_view::npos) {
      const size_t characters = hash + prefix_.size();
      const size_t hash_end = RunEnd(text, characters, IsBase64Url, kHashCharacters);
      const bool is_hash = hash_end == characters + kHashCharacters;
      if (is_hash && finding.end <= hash) break;
      if (is_hash && finding.begin < hash) left.emplace_back(finding.begin, hash, finding.rule);
      if (is_hash) finding.begin = std::max(finding.begin, std::min(hash_end, finding.end));
      if (is_hash && finding.end <= hash_end) break;
      hash = text.find(prefix_, characters);
    }
    if (finding.begin < finding.end) left.push_back(finding);
  }
  std::erase_if(left, [&](const Finding& finding) {
    return std::none_of(text.begin() + static_cast<std::ptrdiff_t>(finding.begin),
                        text.begin() + static_cast<std::ptrdiff_t>(finding.end), IsAlphanumeric);
  });
  findings = std::move(left);
}

}  // namespace tailrace
