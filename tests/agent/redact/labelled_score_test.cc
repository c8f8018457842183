// Recall and precision of every detector over the labelled set, printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <utility>

#include "agent/redact/detect.h"
#include "tests/agent/redact/labelled/labelled_set.h"

namespace tailrace {
namespace {

constexpr double kMinRecall = 0.995;
constexpr double kMinPrecision = 0.99;
constexpr size_t kMaxPrinted = 12;

struct Score {
  size_t labels = 0;
  size_t found = 0;
  size_t wrong = 0;
  size_t printed = 0;

  double recall() const { return labels == 0 ? 1 : static_cast<double>(found) / labels; }
  double precision() const {
    return found == 0 ? 0 : static_cast<double>(found) / static_cast<double>(found + wrong);
  }
};

using Spans = std::set<std::pair<size_t, size_t>>;

void Print(Score& score, const char* what, const LabelledLine& line, size_t begin, size_t end) {
  if (score.printed++ >= kMaxPrinted) return;
  std::printf("  %s \"%s\" in: %s\n", what, line.text.substr(begin, end - begin).c_str(),
              line.text.c_str());
}

// A finding counts when it has exactly the bytes of a label; any other is wrong.
void AddLine(const LabelledLine& line, Detector detector, Score& score) {
  Findings findings;
  Detect({line.text, ""}, DetectorSet{detector}, findings);
  Spans found;
  for (const Finding& finding : findings) found.emplace(finding.begin, finding.end);
  for (const Label& label : line.labels) {
    if (label.detector != DetectorName(detector)) continue;
    ++score.labels;
    if (found.erase({label.begin, label.end}) == 1) {
      ++score.found;
    } else {
      Print(score, "missed", line, label.begin, label.end);
    }
  }
  score.wrong += found.size();
  for (const auto& [begin, end] : found) Print(score, "wrong", line, begin, end);
}

class LabelledScore : public testing::TestWithParam<size_t> {};

TEST_P(LabelledScore, IsWhatWePromise) {
  const auto detector = static_cast<Detector>(GetParam());
  Score score;
  for (const std::vector<LabelledLine>& lines : {MakeHits(), MakeNearMisses()}) {
    for (const LabelledLine& line : lines) AddLine(line, detector, score);
  }
  std::printf("%-14s %4zu labels, recall %.2f %%, precision %.2f %%\n",
              std::string(DetectorName(detector)).c_str(), score.labels, 100 * score.recall(),
              100 * score.precision());
  EXPECT_GE(score.labels, 200u);
  EXPECT_GE(score.recall(), kMinRecall);
  EXPECT_GE(score.precision(), kMinPrecision);
}

INSTANTIATE_TEST_SUITE_P(Detectors, LabelledScore, testing::Range(size_t{0}, kDetectorCount),
                         [](const testing::TestParamInfo<size_t>& parameter) {
                           return std::string(kDetectorNames[parameter.param]);
                         });

}  // namespace
}  // namespace tailrace
