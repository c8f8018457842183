#include "tests/agent/redact/labelled/pattern.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "agent/base/check.h"
#include "tests/agent/redact/labelled/value_maker.h"

namespace tailrace {
namespace {

constexpr int kMaxDepth = 8;

const ValueMaker& FindMaker(std::string_view name) {
  for (const auto makers : {NumberMakers(), AddressMakers(), KeyMakers(), CredentialMakers(),
                            InnocentMakers(), LookalikeMakers()}) {
    for (const ValueMaker& maker : makers) {
      if (maker.name == name) return maker;
    }
  }
  std::fprintf(stderr, "no value is called %s\n", std::string(name).c_str());
  std::abort();
}

void ExpandWithin(std::string_view pattern, int depth, Dice& dice, LabelledLine& line) {
  CHECK(depth < kMaxDepth);
  while (!pattern.empty()) {
    const size_t open = pattern.find('`');
    line.text += pattern.substr(0, open);
    if (open == std::string_view::npos) return;
    const size_t close = pattern.find('`', open + 1);
    CHECK(close != std::string_view::npos);
    const ValueMaker& maker = FindMaker(pattern.substr(open + 1, close - open - 1));
    const size_t begin = line.text.size();
    ExpandWithin(maker.make(dice), depth + 1, dice, line);
    if (!maker.detector.empty()) line.labels.push_back({maker.detector, begin, line.text.size()});
    pattern.remove_prefix(close + 1);
  }
}

}  // namespace

void Expand(std::string_view pattern, Dice& dice, LabelledLine& line) {
  ExpandWithin(pattern, 0, dice, line);
}

}  // namespace tailrace
