#include "tests/agent/config/foreign_names.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "agent/config/parser_section.h"
#include "agent/config/preset_library.h"
#include "parsers/time_layout_reader.h"
#include "parsers/timestamp.h"
#include "tests/agent/config/loaded_text.h"
#include "tests/agent/config/preset_run.h"

namespace tailrace {
namespace {

using Json = nlohmann::ordered_json;

// As the other projects write times in their results.
constexpr std::string_view kLayouts[] = {
    "rfc3339",       "iso8601", "%d/%b/%Y:%H:%M:%S %z",    "%d/%b/%Y:%H:%M:%S%.f",
    "syslog",        "epoch",   "%a %b %d %H:%M:%S%.f %Y", "%Y/%m/%d %H:%M:%S",
    "%b %d %H:%M:%S"};

bool SameTime(std::string_view ours, std::string_view theirs) {
  for (const std::string_view layout : kLayouts) {
    LayoutReader reader(TimeLayout::Compile(layout).value());
    char text[kUtcTimeBytes];
    if (reader.ParseToUtc(theirs, NanosOf("2026-06-15T12:00:00Z"), text) &&
        std::string_view(text, kUtcTimeBytes) == ours) {
      return true;
    }
  }
  return false;
}

std::string AsText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool SameNumber(const Json& ours, const Json& theirs) {
  const std::string a = AsText(ours), b = AsText(theirs);
  char* end_a = nullptr;
  char* end_b = nullptr;
  const double x = std::strtod(a.c_str(), &end_a), y = std::strtod(b.c_str(), &end_b);
  if (a.empty() || b.empty() || *end_a != '\0' || *end_b != '\0') return false;
  return std::abs(x - y) <= 1e-9 * std::abs(x);
}

}  // namespace

std::filesystem::path Corpora() {
  const char* corpora = std::getenv("TAILRACE_CORPORA");
  return corpora != nullptr ? corpora : "../shared/corpora";
}

ParserPlanPtr PlanOfPresets(const std::vector<std::string>& names) {
  const LoadEnvironment environment = MakeEnvironment();
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  std::vector<ParserSpec> specs(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_TRUE(LoadNamedParser(context, presets, names[i], {}, specs[i])) << diagnostics.Render();
  }
  return ParserPlan::Compile(specs).value();
}

bool SaysTheSame(const Json& document, const std::string& field, const Json& theirs) {
  const auto ours = document.find(field);
  if (ours == document.end()) return theirs == "-" || theirs == "";
  if (nlohmann::json(*ours) == nlohmann::json(theirs) || AsText(*ours) == AsText(theirs) ||
      SameNumber(*ours, theirs))
    return true;
  return field == "@timestamp" && SameTime(AsText(*ours), AsText(theirs));
}

std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace tailrace
