// Every preset against its own tests, on the way that records take.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/config/parser_section.h"
#include "agent/config/preset_library.h"
#include "tests/agent/config/loaded_text.h"
#include "tests/agent/config/preset_run.h"

namespace tailrace {
namespace {

using Json = nlohmann::ordered_json;

// In the form in which records have it.
void NormalizeTime(Json& document) {
  const auto time = document.find("@timestamp");
  if (time == document.end()) return;
  char text[kUtcTimeBytes];
  FormatUtc(NanosOf(time->get<std::string>()), text);
  *time = std::string(text, kUtcTimeBytes);
}

std::string Sorted(const Json& document) { return nlohmann::json(document).dump(1); }

void RunTest(const ParserPlanPtr& plan, const PresetTest& test) {
  const std::vector<ParsedRecord> records = RunParser(plan, test.lines, NanosOf(test.now));
  ASSERT_EQ(records.size(), test.expected.size()) << "records of " << test.name;
  for (size_t i = 0; i < records.size(); ++i) {
    Json expected = Json::parse(test.expected[i]);
    NormalizeTime(expected);
    EXPECT_EQ(Sorted(records[i].document), Sorted(expected))
        << test.name << ": " << records[i].text;
    EXPECT_NE(records[i].time, ChainTime::kUnreadable) << test.name << ": " << records[i].text;
  }
}

class Presets : public testing::TestWithParam<std::string> {};

TEST_P(Presets, MakesOfItsLinesWhatItsTestsSay) {
  const LoadEnvironment environment = MakeEnvironment();
  Diagnostics diagnostics;
  LoadContext context{environment, diagnostics};
  PresetLibrary presets;
  ParserSpec spec;
  ASSERT_TRUE(LoadNamedParser(context, presets, GetParam(), {}, spec)) << diagnostics.Render();
  const absl::StatusOr<ParserPlanPtr> plan = ParserPlan::Compile({spec});
  ASSERT_TRUE(plan.ok()) << plan.status();
  const std::vector<PresetTest> tests = presets.Tests(context, GetParam());
  EXPECT_EQ(diagnostics.Render(), "");
  EXPECT_FALSE(tests.empty());
  for (const PresetTest& test : tests) RunTest(*plan, test);
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  const PresetLibrary presets;
  for (const std::string_view name : presets.names()) names.emplace_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Presets, testing::ValuesIn(Names()),
                         [](const auto& preset) { return preset.param; });

}  // namespace
}  // namespace tailrace
