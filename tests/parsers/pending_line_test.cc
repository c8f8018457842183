#include "parsers/pending_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tailrace {
namespace {

struct Outcome {
  std::string text;
  int64_t offset = 0;
  int64_t rest_bytes = 0;
  uint32_t bom_bytes = 0;
  int64_t nul_run_bytes = 0;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

LineRules Rules(size_t text_bytes_max, size_t unit_bytes) {
  LineRules rules;
  rules.text_bytes_max = text_bytes_max;
  rules.unit_bytes = unit_bytes;
  return rules;
}

Outcome Strip(std::string_view line, int64_t offset, const LineRules& rules) {
  const LinePrefix prefix = StripPrefix(line, offset, rules);
  const std::string_view text = line.substr(0, rules.text_bytes_max);
  return {std::string(text), offset + prefix.bytes(),
          static_cast<int64_t>(line.size() - text.size()), prefix.bom_bytes, prefix.nul_run_bytes};
}

// `step` bytes at a time.
Outcome Collect(std::string_view line, int64_t offset, const LineRules& rules, size_t step) {
  PendingLine pending;
  for (size_t at = 0; at < line.size(); at += step) {
    pending.Append(line.substr(at, step), offset, rules);
    EXPECT_LE(pending.carry_bytes(), std::max(rules.text_bytes_max, kNulRunBytesMin));
    EXPECT_EQ(pending.bytes(), static_cast<int64_t>(std::min(at + step, line.size())));
  }
  const PhysicalLine whole = pending.Line(offset, 0, rules);
  return {std::string(whole.text), whole.offset, whole.rest_bytes, pending.prefix().bom_bytes,
          pending.prefix().nul_run_bytes};
}

// Of every size around the limits: what may look like a BOM, NULs, text.
std::vector<std::string> HostileLines() {
  const std::string bom(kUtf8Bom);
  std::vector<std::string> lines;
  for (const size_t nuls : {0, 1, 62, 63, 64, 65, 66, 200}) {
    for (const std::string& before : {std::string(), bom, bom.substr(0, 2), std::string("x")}) {
      for (const size_t text : {0, 1, 20, 21, 22, 500}) {
        lines.push_back(before + std::string(nuls, '\0') + std::string(text, 'a'));
      }
    }
  }
  return lines;
}

TEST(PendingLine, CollectsInAnyStepsWhatStripPrefixMakesOfTheWhole) {
  const LineRules rules = Rules(21, 1);
  for (const std::string& line : HostileLines()) {
    for (const int64_t offset : {0, 10}) {
      const Outcome whole = Strip(line, offset, rules);
      for (const size_t step : {1, 2, 3, 7, 63, 64, 65, 1000}) {
        EXPECT_EQ(Collect(line, offset, rules, step), whole)
            << line << " " << offset << " " << step;
      }
    }
  }
}

TEST(PendingLine, ANulRunOfUnitsEndsAtAUnit) {
  for (const size_t unit : {2, 4}) {
    for (size_t nuls = 60; nuls <= 70; ++nuls) {
      std::string line = std::string(nuls, '\0') + "aaaa";
      line.resize(line.size() / unit * unit);
      const LineRules rules = Rules(100, unit);
      const Outcome whole = Strip(line, 0, rules);
      EXPECT_EQ(whole.nul_run_bytes % static_cast<int64_t>(unit), 0);
      for (const size_t step : {unit, 4 * unit}) {
        EXPECT_EQ(Collect(line, 0, rules, step), whole) << unit << " " << nuls;
      }
    }
  }
}

TEST(PendingLine, IsEmptyAfterClear) {
  PendingLine pending;
  const LineRules rules = Rules(1 << 20, 1);
  EXPECT_TRUE(pending.empty());
  pending.Append(std::string(100'000, 'x'), 0, rules);
  EXPECT_FALSE(pending.empty());
  pending.Clear();
  EXPECT_TRUE(pending.empty());
  EXPECT_EQ(pending.bytes(), 0);
  pending.Append(std::string(100, '\0'), 0, rules);
  EXPECT_FALSE(pending.empty());
  EXPECT_EQ(pending.carry_bytes(), 0u);
}

}  // namespace
}  // namespace tailrace
