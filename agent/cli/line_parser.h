// A LineParser brings lines to a parser as `parse` and `test` show it: joined to events where the
// parser says so, each event as a JSON object of its fields.
//
//   {"level":"info","message":"up"}
//   {"message":"the text","parse_error":"refused by every parser"}
//
// Threads    Not thread-safe.
// Cost       For people, not for events.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "agent/base/clock.h"
#include "agent/config/inline_parser.h"
#include "parsers/chain/parser_chain.h"
#include "parsers/multiline_state.h"

namespace tailrace {

class LineParser {
 public:
  using Output = absl::AnyInvocable<void(std::string json)>;

  // REQUIRES: `parser` has a plan.
  LineParser(InlineParser parser, Output output);

  void TakeLine(std::string line);
  // What is open of an event is all there is.
  void End();

  // Some event was refused.
  bool failed() const { return failed_; }

 private:
  void Parse(std::string& text);
  void Refuse(std::string_view text);

  ParserChain chain_;
  std::optional<MultilineRules> rules_;
  Output output_;
  MultilineState state_;
  std::string event_;  // Of which the end has not come, while open_.
  bool open_ = false;
  const SystemClock clock_;
  FieldList fields_;
  ByteArena arena_;
  bool failed_ = false;
};

}  // namespace tailrace
