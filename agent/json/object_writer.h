// ObjectWriter writes one object from the tokens of another, without whitespace, and notes where
// its top-level members are.
//
// Invariants  Commas and colons are its own business: the caller passes containers, names, scalars.
// Threads     Not thread-safe, for one object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/json/json_fields.h"

namespace tailrace {

class ObjectWriter {
 public:
  // REQUIRES: `out` is empty; at most `max_members` names follow; at most 64 containers are open.
  ObjectWriter(std::string& out, JsonFields& fields, size_t max_members);

  bool in_object() const { return (objects_ & 1) != 0; }

  void Open(char bracket);
  void Close(char bracket);
  void Name(std::string_view quoted);
  void NewName(std::string_view name);  // Not escaped yet.
  void Scalar(std::string_view token);

  // Publishes the fields. Call once, last.
  void Finish();

 private:
  void BeginName();
  void EndName();
  void BeginValue(char first);
  void EndValue();
  void AppendString(std::string_view quoted);

  std::string& out_;
  JsonFields& fields_;
  JsonField* const first_field_;
  JsonField* field_;
  uint64_t objects_ = 0;  // A bit for each open container, the innermost lowest.
  uint32_t depth_ = 0;
  bool comma_ = false;  // Something stands before the next name or element.
};

}  // namespace tailrace
