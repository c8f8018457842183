// A Format takes the text of records apart into fields: JSON, logfmt, syslog, a pattern.
//
//   const FormatMaker make = ...;                   once, when the config loads
//   std::unique_ptr<Format> format = make();        once a worker
//   format->Parse(jobs, arena);                     once a batch
//
// Invariants  A text that is refused leaves its list of fields as it was.
// Threads     A Format belongs to one worker and may keep scratch memory; a FormatMaker may be
//             called from any thread, and what it captures is immutable.
// Ownership   The fields are views of the text, of the arena, or of what the maker holds.
// Failure     A text that is not of the format is refused; nothing else fails.
// Cost        One virtual call a batch; no allocation in steady state.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"

namespace tailrace {

// Bytes after each text that may be read, as after the bodies of a batch and in a ByteArena; what
// stands in them does not matter.
inline constexpr size_t kTextPaddingBytes = 64;

struct ParseJob {
  std::string_view text;        // REQUIRES: kTextPaddingBytes after it may be read.
  FieldList* fields = nullptr;  // Appended to.
  bool parsed = false;          // Set by Parse.
};

class Format {
 public:
  virtual ~Format() = default;
  virtual void Parse(std::span<ParseJob> jobs, ByteArena& arena) = 0;
};

using FormatMaker = std::function<std::unique_ptr<Format>()>;

}  // namespace tailrace
