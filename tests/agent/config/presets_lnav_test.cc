// lnav's odd logs (CRLF, ANSI, no UTF-8, no JSON, several formats in one file) through every
// preset and the usual chains: nothing crashes or hangs, and every byte is in one record.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/config/preset_library.h"
#include "tests/agent/config/foreign_names.h"
#include "tests/agent/config/preset_run.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;

// Lines as they are, a carriage return included.
std::vector<std::string> RawLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Chain {
  std::string name;
  ParserPlanPtr plan;
};

std::vector<Chain> Chains() {
  std::vector<Chain> chains = {{"json, logfmt, none", PlanOfPresets({"json", "logfmt", "none"})},
                               {"klog", PlanOfPresets({"klog"})},
                               {"syslog", PlanOfPresets({"syslog"})}};
  const PresetLibrary presets;
  for (const std::string_view name : presets.names()) {
    chains.push_back({std::string(name), PlanOfPresets({std::string(name)})});
  }
  return chains;
}

TEST(PresetsCorpora, LnavLogsAreTakenWholeByEveryParser) {
  const fs::path root = Corpora() / "lnav" / "logs";
  if (!fs::exists(root)) GTEST_SKIP() << root << " is not there";
  const std::vector<Chain> chains = Chains();
  size_t passed = 0, runs = 0, parsed = 0, lines_read = 0;
  for (const auto& file : fs::directory_iterator(root)) {
    const std::string text = ReadWhole(file.path());
    const std::vector<std::string> lines = RawLines(text);
    for (const Chain& chain : chains) {
      std::string joined;
      const std::vector<ParsedRecord> records =
          RunParser(chain.plan, lines, NanosOf("2026-06-15T12:00:00Z"));
      for (const ParsedRecord& record : records) {
        joined += record.text + "\n";
        parsed += record.parsed() ? 1 : 0;
      }
      ++runs;
      lines_read += lines.size();
      passed += joined == text || joined == text + "\n" ? 1 : 0;
      EXPECT_TRUE(joined == text || joined == text + "\n")
          << file.path() << " through " << chain.name;
      if (chain.plan->alternatives().back().name == "none") {
        for (const ParsedRecord& record : records) EXPECT_TRUE(record.parsed()) << record.text;
      }
    }
  }
  std::printf("  %zu lines, %zu records parsed\n", lines_read, parsed);
  std::printf("lnav %zu/%zu\n", passed, runs);
  EXPECT_GT(runs, 0u);
}

}  // namespace
}  // namespace tailrace
