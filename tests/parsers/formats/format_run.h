// Runs a Format over single texts and gives back what it made of them as JSON, so that a test is a
// table of texts and JSON.
//
// Threads    Not thread-safe.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/format.h"

namespace tailrace {

// The fields of `text` as an object, or nullopt when it was refused. A name that was there before
// is replaced, as the last field of a name counts. Checks that a refused text leaves no field, and
// that nothing beyond the padding is read (under the address sanitizer).
std::optional<nlohmann::ordered_json> ParseToJson(Format& format, std::string_view text);

// The same as text, "refused" for nullopt.
std::string ParseToText(Format& format, std::string_view text);

nlohmann::ordered_json ToJson(const FieldList& fields);

struct TextCase {
  std::string_view text;
  std::string_view expected;  // JSON, or "refused".
};
// Expects of every case what it says, each on its own and all in one batch.
void ExpectCases(Format& format, const std::vector<TextCase>& cases);

}  // namespace tailrace
