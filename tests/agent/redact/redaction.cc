#include "tests/agent/redact/redaction.h"

#include <utility>

#include "agent/base/check.h"
#include "agent/event/byte_arena.h"

namespace tailrace {

Redactor CompileOrDie(const RedactOptions& options) {
  absl::StatusOr<Redactor> redactor = Redactor::Compile(options);
  CHECK(redactor.ok());
  return *std::move(redactor);
}

std::string RedactOne(Redactor& redactor, FieldKind kind, std::string_view name,
                      std::string_view value) {
  ByteArena arena;
  // JSON is read beyond its end.
  FieldList fields = {{name, arena.Copy(value), kind}};
  redactor.Redact(fields, arena);
  return std::string(fields[0].value);
}

}  // namespace tailrace
