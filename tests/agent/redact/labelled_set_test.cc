#include "tests/agent/redact/labelled/labelled_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace tailrace {
namespace {

std::map<std::string_view, size_t> CountByDetector(const std::vector<LabelledLine>& lines) {
  std::map<std::string_view, size_t> counts;
  for (const LabelledLine& line : lines) {
    for (const Label& label : line.labels) ++counts[label.detector];
  }
  return counts;
}

TEST(LabelledSet, HasTwoHundredHitsForEachDetector) {
  const std::vector<LabelledLine> hits = MakeHits();
  EXPECT_GE(hits.size(), 2000u);
  std::map<std::string_view, size_t> counts = CountByDetector(hits);
  for (std::string_view detector : kLabelledDetectors) {
    EXPECT_GE(counts[detector], 200u) << detector;
    counts.erase(detector);
  }
  EXPECT_THAT(counts, testing::IsEmpty()) << "labels of no detector";
}

TEST(LabelledSet, HasFiveThousandLinesWithoutASecret) {
  const std::vector<LabelledLine> near_misses = MakeNearMisses();
  EXPECT_GE(near_misses.size(), 5000u);
  EXPECT_THAT(CountByDetector(near_misses), testing::IsEmpty());
}

TEST(LabelledSet, LabelsCoverBytesOfTheirLine) {
  for (const LabelledLine& line : MakeHits()) {
    EXPECT_THAT(line.labels, testing::Not(testing::IsEmpty())) << line.text;
    for (const Label& label : line.labels) {
      EXPECT_LT(label.begin, label.end) << line.text;
      EXPECT_LE(label.end, line.text.size()) << line.text;
    }
  }
}

TEST(LabelledSet, IsTheSameAtEveryCall) {
  const std::vector<LabelledLine> first = MakeHits(), second = MakeHits();
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].text, second[i].text);
}

TEST(LabelledSet, HardlyEverRepeatsALine) {
  for (const std::vector<LabelledLine>& lines : {MakeHits(), MakeNearMisses()}) {
    std::set<std::string_view> texts;
    for (const LabelledLine& line : lines) texts.insert(line.text);
    EXPECT_GE(texts.size() * 10, lines.size() * 9);
  }
}

}  // namespace
}  // namespace tailrace
