// Runs lines through a parser as the agent does: they are joined to events where a preset says so,
// each event is parsed, and what comes out is a document.
//
// Threads    One test at a time.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/chain/parser_chain.h"
#include "parsers/chain/parser_plan.h"

namespace tailrace {

struct ParsedRecord {
  std::string text;  // Of all its lines.
  size_t alternative = ChainJob::kRefused;
  // The fields by their names, "@timestamp" where a time was read; {"message": text} when all
  // parsers refused.
  nlohmann::ordered_json document;
  ChainTime time = ChainTime::kNone;

  bool parsed() const { return alternative != ChainJob::kRefused; }
};

std::vector<ParsedRecord> RunParser(const ParserPlanPtr& plan,
                                    const std::vector<std::string>& lines, int64_t now_nanos);

// The plan of an inline spec; fails the test, with what is wrong, when there is none.
ParserPlanPtr PlanOf(std::string_view inline_spec);

// "2026-06-15T12:00:00Z" as nanoseconds since 1970.
int64_t NanosOf(std::string_view rfc3339);

std::vector<std::string> LinesOfText(std::string_view text);

}  // namespace tailrace
