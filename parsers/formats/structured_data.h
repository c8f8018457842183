// StructuredData reads the STRUCTURED-DATA of RFC 5424, section 6.3, and writes it as one JSON
// object:
//
//   [origin ip="192.0.2.1" ip="192.0.2.129"][empty]
//   ->  {"origin":{"ip":["192.0.2.1","192.0.2.129"]},"empty":{}}
//
// A name that stands more than once in an element becomes an array; elements of the same SD-ID,
// which the RFC forbids, become one. Names that no index takes are repaired as in
// agent/json/field_name.h.
//
// Threads    Not thread-safe; one a SyslogFormat.
// Bounds     kElementsMax elements and kParametersMax parameters a message.
// Failure    What is not of the grammar is refused, as is what is over the bounds.
// Cost       No allocation once the lists have grown, but for names that must be repaired.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/event/byte_arena.h"

namespace tailrace {

class StructuredData {
 public:
  static constexpr size_t kElementsMax = 64;
  static constexpr size_t kParametersMax = 256;

  // Reads from the '[' at `at` on; returns the end of the last element, or nullptr. `kept_escapes`:
  // a backslash before another character than '"', '\' and ']' is one, as section 6.3.3 demands;
  // else it is an error.
  // REQUIRES: up to 15 bytes after `end` may be read.
  const char* Read(const char* at, const char* end, bool kept_escapes);

  // What was read, as JSON in `arena`.
  std::string_view ToJson(ByteArena& arena);

 private:
  struct Parameter {
    uint32_t element = 0;
    bool escaped = false;
    bool written = false;
    std::string_view name;
    std::string_view value;  // As it stands between the quotes.
  };

  const char* ReadParameter(const char* at, const char* end, bool kept_escapes);
  bool AddElement(std::string_view id);
  size_t BoundBytes() const;
  char* WriteElement(uint32_t element, char* out);
  char* WriteName(std::string_view name, char* out);
  char* WriteValues(size_t first, char* out);
  char* WriteValue(const Parameter& parameter, char* out);

  std::vector<std::string_view> elements_;
  std::vector<Parameter> parameters_;
  uint32_t element_ = 0;  // The one whose parameters are read.
  std::string unescaped_;
  std::string repaired_;
};

}  // namespace tailrace
