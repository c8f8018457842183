// ParseEach runs a parser of one text over the jobs of a batch, and undoes what it appended where
// it refuses.
//
// Threads    Those of the Format that calls it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "parsers/format.h"

namespace tailrace {

// `parse(text, fields)` returns whether the text is of the format.
template <typename ParseText>
void ParseEach(std::span<ParseJob> jobs, ParseText parse) {
  for (ParseJob& job : jobs) {
    const size_t size = job.fields->size();
    job.parsed = parse(job.text, *job.fields);
    if (!job.parsed) job.fields->resize(size);
  }
}

// Whether `text` is an integer as JSON spells it, of at most 18 digits and without sign.
inline bool IsPlainInteger(std::string_view text) {
  if (text.empty() || text.size() > 18 || (text[0] == '0' && text.size() > 1)) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

// A number where it can be one, else text.
inline Field IntegerField(std::string_view name, std::string_view value) {
  return {name, value, IsPlainInteger(value) ? FieldKind::kNumber : FieldKind::kText};
}

}  // namespace tailrace
