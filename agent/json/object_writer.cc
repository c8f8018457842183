#include "agent/json/object_writer.h"

#include "agent/json/escape_sequence.h"
#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"

namespace tailrace {
namespace {

constexpr std::string_view kReplacementEscape = "\\ufffd";

bool HasEscape(std::string_view text) { return text.find('\\') != std::string_view::npos; }

}  // namespace

ObjectWriter::ObjectWriter(std::string& out, JsonFields& fields, size_t max_members)
    : out_(out),
      fields_(fields),
      first_field_(fields.Prepare(max_members + 1)),
      field_(first_field_) {}

void ObjectWriter::Open(char bracket) {
  BeginValue(bracket);
  out_ += bracket;
  objects_ = objects_ << 1 | (bracket == '{' ? 1 : 0);
  ++depth_;
  comma_ = false;
}

void ObjectWriter::Close(char bracket) {
  out_ += bracket;
  objects_ >>= 1;
  --depth_;
  EndValue();
}

void ObjectWriter::Name(std::string_view quoted) {
  BeginName();
  AppendString(quoted);
  EndName();
}

void ObjectWriter::NewName(std::string_view name) {
  BeginName();
  out_ += '"';
  AppendEscaped(name, out_);
  out_ += '"';
  EndName();
}

void ObjectWriter::Scalar(std::string_view token) {
  BeginValue(token.front());
  if (token.front() == '"') {
    AppendString(token);
  } else {
    out_ += token;
  }
  EndValue();
}

void ObjectWriter::Finish() {
  const JsonTraits traits{.escapes = HasEscape(out_)};
  fields_.Finish(static_cast<size_t>(field_ - first_field_), traits, 1,
                 static_cast<uint32_t>(out_.size() - 2));
}

void ObjectWriter::BeginName() {
  if (comma_) out_ += ',';
  comma_ = false;
  if (depth_ == 1) field_->key_offset = static_cast<uint32_t>(out_.size() + 1);
}

void ObjectWriter::EndName() {
  if (depth_ == 1) {
    field_->key_length = static_cast<uint32_t>(out_.size() - 1 - field_->key_offset);
    field_->key_escaped = HasEscape(field_->key(out_));
  }
  out_ += ':';
}

void ObjectWriter::BeginValue(char first) {
  if (comma_) out_ += ',';
  if (depth_ != 1) return;
  field_->value_offset = static_cast<uint32_t>(out_.size());
  field_->kind = KindOfValue(first);
}

void ObjectWriter::EndValue() {
  comma_ = true;
  if (depth_ != 1) return;
  field_->value_length = static_cast<uint32_t>(out_.size() - field_->value_offset);
  field_->value_escaped = field_->kind == JsonKind::kString && HasEscape(field_->value(out_));
  ++field_;
}

// A lone surrogate's escape has the length of the one that replaces it.
void ObjectWriter::AppendString(std::string_view quoted) {
  const size_t begin = out_.size();
  out_ += quoted;
  const char* limit = out_.data() + out_.size();
  for (size_t at = out_.find('\\', begin); at != std::string::npos; at = out_.find('\\', at)) {
    const EscapeSequence escape = DecodeEscape(out_.data() + at, limit);
    if (escape.lone_surrogate) {
      out_.replace(at, kReplacementEscape.size(), kReplacementEscape);
    }
    at += escape.length;
  }
}

}  // namespace tailrace
