// JsonPass goes once over valid JSON, gives each string and number to a function that may change
// it, with the name of the member that it is the value or an element of, and copies all else.
//
// Threads    Lives for one pass.
// Ownership  Borrows what it is made from.
// Bounds     Elements and members below kMaxDepth levels bear the name of the level above them.
// Failure    A number that is changed becomes a string. Names are never changed.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

#include "agent/json/json_walker.h"
#include "agent/redact/field_paths.h"
#include "agent/redact/finding.h"

namespace tailrace {

class JsonPass {
 public:
  static constexpr size_t kMaxDepth = JsonWalker::kMaxDepth;

  // Gets the inside of a string, or a number, with its name; returns whether `value` stands in its
  // place, as the inside of a string.
  using Change = absl::FunctionRef<bool(const NamedText& raw, std::string& value)>;

  // Not the members of an object at `path` that `fields` does not cover; with "", all of them are
  // looked at. `value` is a buffer.
  JsonPass(const FieldPaths& fields, std::string_view path, std::string& value);

  // False, and nothing in `out`, when nothing was changed.
  // REQUIRES: valid JSON; 16 bytes behind it may be read.
  [[nodiscard]] bool Run(const NamedText& json, std::string& out, Change change);

 private:
  // What the values at one depth belong to.
  struct Scope {
    std::string_view name;  // As written.
    size_t path_bytes = 0;
    bool covered = false;
  };

  const char* Take(const char* at, Change change);
  void EnterMember(std::string_view raw_name);
  std::string_view Unescaped(std::string_view raw_name);
  void OfferString(const char* at, const char* end, Change change);
  void OfferNumber(const char* at, const char* end, Change change);
  void Write(const char* until, const char* next);
  Scope& scope() { return scopes_[depth_ < kMaxDepth ? depth_ : kMaxDepth]; }

  const FieldPaths& fields_;
  std::string path_;  // Of the member at hand; empty where all is covered.
  std::string name_;  // One that is spelled with escapes.
  std::string& value_;
  std::string* out_ = nullptr;
  const char* copied_ = nullptr;  // What stands before it is in `out_`.
  std::array<Scope, kMaxDepth + 1> scopes_;
  size_t depth_ = 0;
  bool changed_ = false;
};

}  // namespace tailrace
