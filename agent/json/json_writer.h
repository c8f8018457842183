// JsonWriter appends one JSON document of our own to a string, piece by piece:
//
//   JsonWriter json(&body);
//   json.BeginObject().Key("status").String("up").Key("lag").Uint(7).EndObject();
//
// Ownership  Borrows the string.
// Bounds     None of its own; for answers and reports, not for events.
// Failure    Never: text that is no UTF-8 gets U+FFFD, and a number that JSON lacks (NaN, the
//            infinities) becomes null. Balance is up to the caller.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tailrace {

class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(*out) {}

  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }

  JsonWriter& Key(std::string_view name);
  JsonWriter& String(std::string_view text);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  JsonWriter& Double(double value);  // The shortest spelling that reads back as the same.
  JsonWriter& Bool(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Null() { return Raw("null"); }
  JsonWriter& Raw(std::string_view json);  // A whole value, as it is.

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  void Separate();
  void AppendQuoted(std::string_view text);

  std::string& out_;
  bool comma_ = false;  // Something stands before the next name or element.
};

}  // namespace tailrace
