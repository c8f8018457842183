// Reads what an agent left in files: the NDJSON of a file sink, and dead letters, whose field names
// are the agent's business (a line is found wherever in the record it stands).
//
// Threads   Stateless.
// Failure   False with errno set when the file cannot be read. Bad records are counted, never an
// error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/judge/core/line_counts.h"

namespace tailrace {

struct RecordCounts {
  LineCounts lines;
  uint64_t records = 0;
  uint64_t corrupt = 0;  // no valid JSON, or no sound line of this run in it
  uint64_t fillers = 0;
};

// Documents as a sink writes them, one a line.
bool LoadDocuments(const std::string& path, std::string_view run, RecordCounts* counts);

// One record a line, each with the text of one line (whole or in a rendered document) anywhere in
// it.
bool LoadDeadLetters(const std::string& path, std::string_view run, RecordCounts* counts);

}  // namespace tailrace
