// ValueTemplate is a text with labels and fields in it, such as `{{ namespace }}/{{ .user.id }}`: a
// value that a stage gives to a field, or a key.
//
// Names mean what they mean in filters (name_scope.h): labels of the stream always win, `.name` is
// the record's own field, any other name is a field path. A single brace is text.
//
// Threads    Immutable; any.
// Bounds     4 KiB of text, kNamesMax names. A value follows the fields in it.
// Failure    Parse: a SyntaxError. What is missing in a record, or null, is empty.
// Cost       10 ns and 1 ns for each field of the record, for each name in it; no allocation in
//            steady state.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "agent/lang/field_path.h"
#include "agent/lang/name_scope.h"

namespace tailrace {

class ValueTemplate {
 public:
  static constexpr size_t kNamesMax = 32;

  enum class PartKind : uint8_t { kLiteral, kLabel, kField };
  struct Part {
    PartKind kind = PartKind::kLiteral;
    std::string text;  // The literal, or the name of the label.
    FieldPath path;    // Of a field.
    size_t offset = 0;
  };

  ValueTemplate() = default;
  [[nodiscard]] static absl::StatusOr<ValueTemplate> Parse(std::string_view text,
                                                           const NameScope& scope);

  // Plain text (FieldKind::kText) in the arena, or in the template where that is constant;
  // ByteArena::kPaddingBytes may be read behind it.
  std::string_view Render(std::span<const Field> record, LabelLookup labels,
                          ByteArena& arena) const;

  bool is_constant() const;
  // The path of a template that is one field and nothing else, whose value may be taken over with
  // its type; else nullptr.
  const FieldPath* sole_field() const;
  const std::vector<Part>& parts() const { return parts_; }
  std::vector<FieldPath> fields() const;

 private:
  static constexpr size_t kPartsMax = 2 * kNamesMax + 1;  // With the literals around them.

  size_t constant_size() const { return constant_.size() - ByteArena::kPaddingBytes; }

  std::vector<Part> parts_;
  std::string constant_;  // Of a constant one its text, with padding behind it.
};

}  // namespace tailrace
