// FieldPath names a field of a record, or a value inside one: `status`, `log.level`, `` a.`odd key`
// ``. It is taken apart once, when the config loads, and looked up in every record.
//
//   path = segment { "." segment }      a segment is plain text, or anything in backticks; dots in
//                                       backticks are part of the name
//
// A dot reaches into a JSON object as well as it is a part of a name: `a.b.c` is the field `a.b.c`;
// or `c`, or `b.c`, in the objects that the fields `a.b` and `a` hold. The longest name of a field
// that leads to a value wins; of several fields of one name the one that the config made (`ours`),
// else the last, as in the document.
//
// Threads    Immutable; any.
// Bounds     kSegmentsMax segments, kTextMax bytes.
// Failure    Parse: a SyntaxError.
// Cost       About 1 ns for each field of the record; what lies in an object, 1 ns for each byte
//            before it. Nothing is allocated.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "agent/event/field.h"

namespace tailrace {

// The value of a field or of something in it. A view, as long-lived as the field's value is.
struct FieldValue {
  std::string_view text;  // As Field::value: a string without its quotes, else the JSON token.
  FieldKind kind = FieldKind::kNull;
  bool found = false;

  bool is_string() const { return kind <= FieldKind::kJsonString; }
  // There is nothing of this name, or JSON's null.
  bool missing() const { return kind == FieldKind::kNull; }
  // It is spelled with escapes: see TextOf.
  bool escaped() const {
    return kind == FieldKind::kJsonString && text.find('\\') != std::string_view::npos;
  }
};

class FieldPath {
 public:
  static constexpr size_t kSegmentsMax = 16;
  static constexpr size_t kTextMax = 1024;

  // The empty path, which finds nothing.
  FieldPath() = default;
  [[nodiscard]] static absl::StatusOr<FieldPath> Parse(std::string_view text);
  // REQUIRES: 1 to kSegmentsMax segments of kTextMax bytes in all, dots between them included.
  static FieldPath Of(std::span<const std::string> segments);

  // REQUIRES: objects are valid JSON with each name once, as the JSON parser leaves them; 16 bytes
  // may be read behind them.
  FieldValue Find(std::span<const Field> fields) const noexcept;

  size_t size() const { return size_; }
  std::string_view segment(size_t index) const { return Joined(index, index + 1); }
  // The segments with dots between them: the name of the field that Find prefers, and the one that
  // a stage which sets this path writes.
  const std::string& name() const { return name_; }
  // As Parse reads it: with backticks where a segment needs them.
  std::string ToString() const;

  friend bool operator==(const FieldPath& a, const FieldPath& b) {
    return a.name_ == b.name_ && a.size_ == b.size_ && a.ends_ == b.ends_;
  }

 private:
  size_t Begin(size_t segment) const { return segment == 0 ? 0 : ends_[segment - 1] + size_t{1}; }
  std::string_view Joined(size_t first, size_t last) const {
    return std::string_view(name_).substr(Begin(first), ends_[last - 1] - Begin(first));
  }
  // All lengths from 63 on share a bit.
  static uint64_t LengthBit(size_t length) { return uint64_t{1} << std::min<size_t>(length, 63); }
  // False for most names that are not the first segments.
  bool MayBeBeginning(std::string_view name) const {
    return (lengths_ & LengthBit(name.size())) != 0 && !name.empty() &&
           name.front() == name_.front();
  }
  size_t SegmentsIn(std::string_view name) const noexcept;
  const Field* FindWhole(std::span<const Field> fields) const noexcept;
  FieldValue FindMember(std::string_view object, size_t from) const noexcept;

  std::string name_;
  std::array<uint16_t, kSegmentsMax> ends_{};  // In name_.
  size_t size_ = 0;
  uint64_t lengths_ = 0;  // A LengthBit for each of ends_.
};

// The text that `value` stands for, of a string its characters: unescaped into `buffer` where its
// spelling has escapes, else a view of the value itself. Numbers, booleans, objects and arrays are
// their JSON text; what is missing is "".
std::string_view TextOf(const FieldValue& value, std::string& buffer);

}  // namespace tailrace
