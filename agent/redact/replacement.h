// Replacement writes what stands in the place of a secret.
//
//   mask     ************1111        one '*' a character; here with keep_last 4
//   remove                           nothing
//   hash     hmac:k1:Vq5nq1vM0l3p4o8Jw2b0Ag
//
// A hash is the first 16 bytes of HMAC-SHA256 over the canonical value (canonical_value.h) in
// base64url, behind the id of the key. Anyone with the key can compute it from a value that he
// knows, so it may be stored and compared; its form is for good.
//
// Threads    Immutable; any.
#pragma once

#include <string>
#include <string_view>

#include "agent/crypto/hmac.h"
#include "agent/redact/finding.h"
#include "agent/redact/redact_options.h"

namespace tailrace {

class Replacement {
 public:
  static constexpr size_t kHashBytes = 16;

  // REQUIRES: valid options.
  explicit Replacement(const RedactOptions& options);

  RedactAction action() const { return action_; }

  // Appends what stands in the place of `secret`.
  void Append(std::string_view secret, RuleIndex rule, std::string& out) const;

  // Takes out of `findings` what is no secret but what this left in its place: masked text with its
  // last characters, hashes.
  void DropReplaced(std::string_view text, Findings& findings) const;

 private:
  void AppendMask(std::string_view secret, std::string& out) const;
  bool IsMasked(std::string_view text, const Finding& finding) const;
  void DropHashes(std::string_view text, Findings& findings) const;

  const RedactAction action_;
  const size_t keep_last_;
  const std::string prefix_;  // "hmac:k1:"
  const HmacSha256 hmac_;
};

}  // namespace tailrace
