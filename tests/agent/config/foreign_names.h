// What another project's parsers call a value, and which field of ours must hold it, so that their
// expected results judge our presets.
//
// Threads    Plain values and functions.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/chain/parser_plan.h"

namespace tailrace {

// Their name to ours. "" is what we do not compare: what they add that is not of the text, or in
// pieces what we have as a whole.
using ForeignNames = std::map<std::string, std::string, std::less<>>;

std::filesystem::path Corpora();

// A chain of these presets.
ParserPlanPtr PlanOfPresets(const std::vector<std::string>& names);

// Whether the value of `field` in our document says what theirs says: the same text, number or
// time. Where they say "-", there may be no field.
bool SaysTheSame(const nlohmann::ordered_json& document, const std::string& field,
                 const nlohmann::ordered_json& theirs);

std::string ReadWhole(const std::filesystem::path& path);

}  // namespace tailrace
