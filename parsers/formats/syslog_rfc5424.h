// Rfc5424Reader reads the parts of a syslog message of RFC 5424 that follow its version.
//
// Threads    Not thread-safe; one a SyslogFormat.
// Failure    Each function refuses what is not of the RFC's grammar, and may have appended fields.
#pragma once

#include "agent/event/byte_arena.h"
#include "agent/event/field.h"
#include "parsers/formats/structured_data.h"
#include "parsers/timestamp.h"

namespace tailrace {

class Rfc5424Reader {
 public:
  explicit Rfc5424Reader(bool keep_unknown_escapes) : keep_unknown_escapes_(keep_unknown_escapes) {}

  // From TIMESTAMP to the end of the message.
  [[nodiscard]] bool ReadFromTime(const char* at, const char* end, FieldList& fields,
                                  ByteArena& arena);
  // From HOSTNAME on.
  [[nodiscard]] bool ReadFromHost(const char* at, const char* end, FieldList& fields,
                                  ByteArena& arena);
  // A time that is not nil; returns its end, or nullptr. Fractions may have up to nine digits.
  const char* ReadTime(const char* at, const char* end, FieldList& fields);

 private:
  const bool keep_unknown_escapes_;
  TimestampReader times_;
  StructuredData structured_data_;
};

}  // namespace tailrace
