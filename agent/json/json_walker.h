// JsonWalker validates one JSON text strictly (RFC 8259) in one pass and notes where the top-level
// members of an object are, so that an encoder can splice the text instead of building it anew.
//
//   simdjson's stage 1   UTF-8, balanced strings, no control characters in them; token offsets
//   scan of the bytes    escapes well-formed; flags for escapes and for raw newlines
//   walk of the tokens   grammar, numbers, literals; spans; names (duplicates, unsafe ones)
//
// Threads    Not thread-safe, one a worker.
// Bounds     Depth kMaxDepth, `max_names` names at all depths together, kMaxBytes a text. Memory
//            4 bytes for each byte of the longest text, of which at most 4 MiB are kept, 80 KiB
//            of name paths and 16 to 256 KiB of name slots.
// Failure    Never throws; any bytes may be passed.
// Cost       Linear, and nothing is allocated once the buffers have grown. A line of 378 bytes with
//            15 names takes 125 ns when its names are those of earlier lines, 245 ns when all are
//            new (bench/json_bench; 46 ns of it are stage 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/json/json_fields.h"
#include "agent/json/name_paths.h"
#include "agent/json/scoped_names.h"
#include "agent/json/stage_one.h"

namespace tailrace {

enum class WalkResult : uint8_t {
  kObject,         // A valid object; the fields are filled in.
  kScalarOrArray,  // Valid JSON that has no fields.
  kInvalid,        // No JSON.
  kTooDeep,        // Nested beyond kMaxDepth; not looked at any further.
  kTooManyNames,
  kTooLong,
};

std::string_view WalkResultName(WalkResult result);

class JsonWalker {
 public:
  static constexpr uint32_t kMaxDepth = 64;
  static constexpr size_t kMaxBytes = size_t{64} << 20;
  static constexpr size_t kReadBeyond = 64;
  static constexpr size_t kDefaultMaxNames = 10000;

  // REQUIRES: `max_names` >= NamePaths::kMaxLength.
  explicit JsonWalker(size_t max_names = kDefaultMaxNames);

  // REQUIRES: kReadBeyond bytes after `text` may be read; what stands in them does not matter.
  [[nodiscard]] WalkResult Walk(std::string_view text, JsonFields& fields) noexcept;

 private:
  struct NextName;

  template <bool kRootObject>
  WalkResult WalkContainer(const char* text, const uint32_t* next, JsonField* field) noexcept;
  NextName UnexpectedName(const char* text, const uint32_t* name, const NamePaths::Step* path,
                          uint32_t scope) noexcept;
  void LeavePath(const char* text, const uint32_t* name, const NamePaths::Step* last) noexcept;
  void AddName(const char* text, uint32_t offset, uint32_t length, uint32_t scope) noexcept;
  void LearnPath(const char* text) noexcept;

  const size_t max_names_;
  StageOne stage_one_;
  NamePaths paths_;

  // For documents that leave every known path, from the first name on that is on none.
  ScopedNames names_;
  const NamePaths::Step* left_at_ = nullptr;
  size_t followed_count_ = 0;  // Names before that.
  size_t name_count_ = 0;      // All names so far.
  NamePaths::Name unknown_[NamePaths::kMaxLength] = {};
  bool learnable_ = false;

  JsonTraits traits_;
  size_t field_count_ = 0;
  std::string unescaped_;  // The name at hand, where its spelling has escapes.
};

}  // namespace tailrace
