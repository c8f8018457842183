// JsonFormat takes a JSON object apart into its top-level members.
//
//   {"a":"x\ty","b":{"c":[1]},"b":2}  ->  a: the JSON string x\ty, b: the number 2
//
// A string stays as it is spelled (kJsonString), and so do objects and arrays. Of members of one
// name the last counts, at every depth; names that no index takes are repaired and lone surrogates
// replaced, as JsonRewriter does. A byte order mark before the object is skipped.
//
// Threads    One worker's, as every Format.
// Bounds     Those of JsonWalker.
// Failure    What is no object is refused, other valid JSON included: it has no fields.
// Cost       JsonWalker's, and about 2 ns a member; a text that must be rewritten a few ns a byte.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agent/json/json_fields.h"
#include "agent/json/json_rewrite.h"
#include "agent/json/json_walker.h"
#include "parsers/format.h"

namespace tailrace {

class JsonFormat final : public Format {
 public:
  void Parse(std::span<ParseJob> jobs, ByteArena& arena) override;

 private:
  bool ParseText(std::string_view text, FieldList& fields, ByteArena& arena);

  JsonWalker walker_;
  JsonFields members_;
  JsonRewriter rewriter_;
  std::string rewritten_;
};

}  // namespace tailrace
