// ValueRedactor redacts one value: a text, the inside of a JSON string, or JSON with its strings
// and numbers at every depth. It counts what the rules find.
//
// Threads    Not thread-safe, one a worker.
// Ownership  Borrows the rules, which outlive it.
// Bounds     kMaxRounds over a text; JSON within text kMaxNesting levels deep.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/json/json_fields.h"
#include "agent/json/json_walker.h"
#include "agent/redact/redact_rules.h"

namespace tailrace {

class ValueRedactor {
 public:
  static constexpr int kMaxRounds = 4;
  static constexpr size_t kMaxNesting = 3;

  explicit ValueRedactor(const RedactRules& rules);

  // Forgets the counts.
  void Begin();
  // By the index of RedactRules::names(); empty when all are zero.
  std::span<const uint32_t> counts() const;

  // Each returns false when nothing is to be redacted, and else true and the new value in `out`,
  // which must not hold the old one. `name` is that of the field or member, "" when it has none.
  [[nodiscard]] bool RedactText(const NamedText& subject, std::string& out);
  // The inside of a string, escapes included; so is what comes out.
  [[nodiscard]] bool RedactJsonString(const NamedText& raw, std::string& out);
  // With `path`, only what the rules' fields cover of an object that stands there; else all of it.
  // REQUIRES: valid JSON; 16 bytes behind it may be read.
  [[nodiscard]] bool RedactJson(const NamedText& json, std::string_view path, std::string& out);

 private:
  // Buffers for one level of JSON within text, so that none is in use twice.
  struct Level {
    std::string text;  // With padding behind it.
    std::string json;
    std::string unescaped;
    std::string value;
    std::string member;
  };

  bool RedactJsonWithin(const NamedText& subject);
  bool RedactPlain(const NamedText& subject, DetectorSet candidates, std::string& out);
  void Replace(std::string_view text, std::string& out);

  const RedactRules& rules_;
  std::vector<uint32_t> counts_;
  bool counted_ = false;
  Findings findings_;
  std::string next_round_;
  std::unique_ptr<JsonWalker> walker_;  // Made when the first text looks like JSON.
  JsonFields walked_;
  std::array<Level, kMaxNesting + 1> levels_;
  size_t nesting_ = 0;
};

}  // namespace tailrace
