// JsonReader parses whole JSON documents that others answer us with, such as the answer to a _bulk
// request, into a tree that JsonValue walks over.
//
// Threads    Not thread-safe; a JsonValue is read-only.
// Ownership  A JsonValue and the strings it returns last until the reader's next Parse.
// Bounds     `max_bytes` a document; memory about 10 bytes for each of its bytes, kept for the
// next. Cost       About 3 GB/s; Get and Size are linear in the members of their object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace tailrace {

enum class JsonType : uint8_t { kMissing, kNull, kBool, kNumber, kString, kObject, kArray };

class JsonValue {
 public:
  JsonValue() = default;  // kMissing.

  // For JsonReader: where the value stands in its tape.
  JsonValue(const void* tape, size_t index) : tape_(tape), index_(index) {}

  JsonType type() const noexcept;
  bool missing() const noexcept { return type() == JsonType::kMissing; }

  // Null where the value is of another type, or does not fit.
  std::optional<bool> AsBool() const noexcept;
  std::optional<int64_t> AsInt() const noexcept;
  std::optional<double> AsDouble() const noexcept;  // Integers as well.
  std::optional<std::string_view> AsString() const noexcept;

  // The first member of that name; kMissing where there is none, or where this is no object. So
  // chains need no checks: item.Get("error").Get("type").AsString().
  JsonValue Get(std::string_view name) const noexcept;

  // Members or elements; 0 for scalars.
  size_t Size() const noexcept;

  // In the order of the document; does nothing where this is no array, or no object.
  void ForEachElement(absl::FunctionRef<void(JsonValue)> use) const;
  void ForEachMember(absl::FunctionRef<void(std::string_view, JsonValue)> use) const;

 private:
  const void* tape_ = nullptr;  // Null for kMissing.
  size_t index_ = 0;
};

class JsonReader {
 public:
  static constexpr size_t kDefaultMaxBytes = size_t{256} << 20;

  explicit JsonReader(size_t max_bytes = kDefaultMaxBytes);
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // InvalidArgument for what is no JSON, ResourceExhausted beyond `max_bytes`.
  absl::StatusOr<JsonValue> Parse(std::string_view text);

 private:
  class Parser;

  const size_t max_bytes_;
  const std::unique_ptr<Parser> parser_;
};

}  // namespace tailrace
