#include "agent/json/json_writer.h"

#include <charconv>
#include <cmath>

#include "agent/json/json_escape.h"

namespace tailrace {
namespace {

template <typename Number>
std::string_view Print(Number value, char (&buffer)[40]) {
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return {buffer, static_cast<size_t>(result.ptr - buffer)};
}

}  // namespace

JsonWriter& JsonWriter::Key(std::string_view name) {
  Separate();
  AppendQuoted(name);
  out_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  Separate();
  AppendQuoted(text);
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  char buffer[40];
  return Raw(Print(value, buffer));
}

JsonWriter& JsonWriter::Uint(uint64_t value) {
  char buffer[40];
  return Raw(Print(value, buffer));
}

JsonWriter& JsonWriter::Double(double value) {
  char buffer[40];
  return std::isfinite(value) ? Raw(Print(value, buffer)) : Null();
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

void JsonWriter::Separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

void JsonWriter::AppendQuoted(std::string_view text) {
  out_ += '"';
  AppendEscaped(text, out_);
  out_ += '"';
}

}  // namespace tailrace
