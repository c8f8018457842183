#include "agent/redact/json_pass.h"

#include "agent/json/json_escape.h"
#include "agent/json/json_tokens.h"
#include "agent/json/scalar_token.h"

namespace tailrace {

JsonPass::JsonPass(const FieldPaths& fields, std::string_view path, std::string& value)
    : fields_(fields), path_(path), value_(value) {}

bool JsonPass::Run(const NamedText& json, std::string& out, Change change) {
  out.clear();
  out_ = &out;
  copied_ = json.text.data();
  scopes_[0].name = json.name;
  scopes_[0].path_bytes = path_.size();
  scopes_[0].covered = path_.empty();
  const char* end = json.text.data() + json.text.size();
  for (const char* at = json.text.data(); at < end;) at = Take(at, change);
  if (changed_) out.append(copied_, end);
  return changed_;
}

// One token; returns where the next one begins.
const char* JsonPass::Take(const char* at, Change change) {
  const char c = *at;
  if (c == '{' || c == '[') {
    ++depth_;
    if (depth_ <= kMaxDepth) scopes_[depth_] = scopes_[depth_ - 1];
    return at + 1;
  }
  if (c == '}' || c == ']') {
    --depth_;
    return at + 1;
  }
  if (c == ',' || c == ':' || IsJsonSpace(c)) return at + 1;
  if (c != '"') {
    const char* end = SkipScalar(at);
    if (c == '-' || (c >= '0' && c <= '9')) OfferNumber(at, end, change);
    return end;
  }
  const char* end = SkipString(at);
  if (*SkipJsonSpace(end) == ':') {
    EnterMember({at + 1, static_cast<size_t>(end - at) - 2});
  } else {
    OfferString(at, end, change);
  }
  return end;
}

void JsonPass::EnterMember(std::string_view raw_name) {
  Scope& member = scope();
  const Scope& object = scopes_[(depth_ <= kMaxDepth ? depth_ : kMaxDepth) - 1];
  member.name = raw_name;
  if (path_.empty()) return;
  path_.resize(object.path_bytes);
  path_ += '.';
  path_ += Unescaped(raw_name);
  member.path_bytes = path_.size();
  member.covered = object.covered || fields_.Covers(path_);
}

std::string_view JsonPass::Unescaped(std::string_view raw_name) {
  if (raw_name.find('\\') == std::string_view::npos) return raw_name;
  name_.clear();
  AppendUnescaped(raw_name, name_);
  return name_;
}

void JsonPass::OfferString(const char* at, const char* end, Change change) {
  if (!scope().covered) return;
  const std::string_view raw(at + 1, static_cast<size_t>(end - at) - 2);
  if (!change({raw, Unescaped(scope().name)}, value_)) return;
  Write(at + 1, end - 1);
}

void JsonPass::OfferNumber(const char* at, const char* end, Change change) {
  if (!scope().covered) return;
  const std::string_view raw(at, static_cast<size_t>(end - at));
  if (!change({raw, Unescaped(scope().name)}, value_)) return;
  value_.insert(0, 1, '"');
  value_ += '"';
  Write(at, end);
}

// Appends what stands before `until`, and the changed value; goes on at `next`.
void JsonPass::Write(const char* until, const char* next) {
  out_->append(copied_, until);
  *out_ += value_;
  copied_ = next;
  changed_ = true;
}

}  // namespace tailrace
