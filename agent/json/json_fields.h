// JsonFields is what a walk leaves behind of one JSON object: where its top-level members are, and
// whether anything in it must be changed before it may stand in one of our own documents.
//
// Ownership  Offsets only, relative to the text that was walked; it holds no view of that text.
// Bounds     Memory follows the largest document seen; a walker never reports more than its
//            `max_keys` members, at 20 bytes each.
// Cost       Reused from line to line: no allocation once it has grown.
// Units      Offsets and lengths are bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tailrace {

enum class JsonKind : uint8_t { kString, kNumber, kTrue, kFalse, kNull, kObject, kArray };

struct JsonField {
  uint32_t key_offset = 0;  // First byte after the opening quote.
  uint32_t key_length = 0;  // As written, escapes included.
  uint32_t value_offset = 0;
  uint32_t value_length = 0;  // A string's includes its quotes; no whitespace around it.
  JsonKind kind = JsonKind::kNull;
  bool key_escaped = false;    // The key holds at least one backslash.
  bool value_escaped = false;  // The value is a string that holds at least one backslash.

  // REQUIRES: `text` is the one that was walked.
  std::string_view key(std::string_view text) const {
    return {text.data() + key_offset, key_length};
  }
  std::string_view value(std::string_view text) const {
    return {text.data() + value_offset, value_length};
  }
};

// What a document holds at any depth. All but `escapes` mean that it must be rewritten.
struct JsonTraits {
  bool escapes = false;          // A backslash, so some string differs from its spelling.
  bool duplicate_names = false;  // Twice the same name in one object, after unescaping.
  bool unsafe_names = false;     // See field_name.h.
  bool newlines = false;         // Raw \n or \r between the tokens; would break NDJSON.
  bool lone_surrogates = false;  // \ud800 without its other half: valid JSON, not valid text.

  bool needs_rewrite() const {
    return duplicate_names || unsafe_names || newlines || lone_surrogates;
  }
};

class JsonFields {
 public:
  std::span<const JsonField> all() const { return {fields_.get(), size_}; }
  size_t size() const { return size_; }
  const JsonField& operator[](size_t index) const { return fields_[index]; }

  const JsonTraits& traits() const { return traits_; }
  // The bytes between the outermost braces, whitespace included.
  uint32_t inner_offset() const { return inner_offset_; }
  uint32_t inner_length() const { return inner_length_; }

  // The field of that name after unescaping, the last one when there are several, or nullptr.
  const JsonField* Find(std::string_view text, std::string_view name) const noexcept;

  // For the producer: room for `capacity` fields, to be filled from the first on and then
  // published by Finish.
  JsonField* Prepare(size_t capacity);
  void Finish(size_t size, const JsonTraits& traits, uint32_t inner_offset,
              uint32_t inner_length) noexcept;

 private:
  std::unique_ptr<JsonField[]> fields_;
  size_t capacity_ = 0;
  size_t size_ = 0;
  JsonTraits traits_;
  uint32_t inner_offset_ = 0;
  uint32_t inner_length_ = 0;
};

}  // namespace tailrace
