// Redactor takes secrets out of records, before anything is written anywhere, and out of raw lines
// on their way to the dead letters.
//
//   RedactOptions options;
//   options.detectors = {Detector::kEmail, Detector::kCreditCard};
//   ASSIGN_OR_RETURN(Redactor redactor, Redactor::Compile(options));
//   for (FieldList& fields : batch) redactor.Redact(fields, arena);
//
// What is looked at, by the kind of the value:
//
//   text                 itself; text that is JSON as JSON, where it holds escapes or a secret
//   JSON string          what it says, not how it is spelled: "ada\u0040example.com" is found
//   JSON object, array   each string and number in it, with the name of its member
//   number               its digits; one that is a secret becomes a string
//
// Names of fields are left alone, but tell what a value is: 4155550100 is a telephone number when
// it is called "phone".
//
// Invariants
//   (1) Values stay valid for their kind: JSON stays JSON.
//   (2) After kMask and kRemove a second run finds nothing. What becomes visible by cutting or
//       masking is redacted as well; a text where that does not end after 4 rounds goes whole.
// Threads    Not thread-safe, one a worker. Copies share what was compiled.
// Bounds     JSON within text within JSON is looked at 3 levels deep.
// Cost       Texts that cannot hold a secret are told by one pass with SIMD (prefilter.h). Custom
//            patterns have no such pass and cost what RE2 does, on every text. Nothing is allocated
//            for a record without a secret, once the buffers have grown.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "agent/redact/redact_options.h"

namespace tailrace {

class RedactRules;
class ValueRedactor;

// How many secrets each rule found, by the index of rule_names(); empty when none did. Where
// findings overlap, the longest one counts.
using RedactCounts = std::span<const uint32_t>;

class Redactor {
 public:
  // Errors of RedactOptions::Validate.
  [[nodiscard]] static absl::StatusOr<Redactor> Compile(const RedactOptions& options);

  ~Redactor();
  Redactor(const Redactor& other);
  Redactor& operator=(const Redactor& other);
  Redactor(Redactor&&) noexcept;
  Redactor& operator=(Redactor&&) noexcept;

  // Redacts the fields that the options name, or all. New values lie in `arena`. The counts are
  // valid until the next call.
  // REQUIRES: 64 bytes behind each value that is a JSON string, object or array may be read.
  // `text` is what the record was parsed from, if it is at hand: names and values that lie in it
  // are looked at where they are, in one pass, which is the cheapest way for a record without
  // secrets.
  RedactCounts Redact(FieldList& fields, ByteArena& arena, std::string_view text = {});

  // Redacts one text, whatever `fields` of the options says. Returns true and the new text in
  // `out`, or false, and then `out` means nothing. `text` may not lie in `out`.
  [[nodiscard]] bool RedactText(std::string_view text, std::string_view name, std::string& out);

  // Whether Redact looks at the text of a field of that name.
  bool LooksAt(std::string_view name) const;

  // Of the detectors (detector.h) and then of the patterns, as RedactCounts counts them.
  const std::vector<std::string>& rule_names() const;

 private:
  explicit Redactor(std::shared_ptr<const RedactRules> rules);

  // Which fields of a record need a closer look.
  enum class Suspicion : uint8_t { kNone, kEscapes, kAll };
  Suspicion Suspect(const FieldList& fields, std::string_view text);
  void RedactField(Field& field, ByteArena& arena);

  std::shared_ptr<const RedactRules> rules_;
  std::unique_ptr<ValueRedactor> values_;  // With the buffers.
  std::string staged_;                     // The record as one text, for the prefilter.
  std::string rewritten_;
};

}  // namespace tailrace
