// Kills at every kind of instant: records are settled in random order, the run stops, and another
// one begins at the frontiers. What the second run makes must be what one run without a kill makes,
// and what it does not make must have been settled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "parsers/framer.h"
#include "tests/parsers/framing_run.h"
#include "tests/parsers/random_log.h"

namespace tailrace {
namespace {

using Log = std::vector<std::string>;  // Its generations, oldest first.

Log MakeLog(RandomLog& random, size_t generations) {
  Log log;
  for (size_t i = 0; i < generations; ++i) {
    std::string text = random.Make(1 + random.Draw(40));
    // A generation ends with a whole line: the runtime closes it between two writes.
    if (text.empty() || text.back() != '\n') text += '\n';
    log.push_back(std::move(text));
  }
  return log;
}

// Reads every generation from its frontier to its end, in random segments; stops after
// `steps_max` segments.
class Reading {
 public:
  Reading(const FramerOptions& options, const Log& log, std::vector<int64_t> begins)
      : run_(options), log_(log), begins_(std::move(begins)) {}

  void Read(RandomLog& random, size_t steps_max, bool settle) {
    for (size_t file = 0; file < log_.size(); ++file) {
      const auto id = static_cast<uint32_t>(file);
      run_.Open(id, begins_[file]);
      size_t at = static_cast<size_t>(begins_[file]);
      while (at < log_[file].size()) {
        if (steps_max-- == 0) return;
        const size_t length = std::min(1 + random.Draw(400), log_[file].size() - at);
        run_.Feed(id, std::string_view(log_[file]).substr(at, length));
        at += length;
        if (settle) SettleSome(random);
      }
      ++opened_;
    }
    for (size_t file = 0; file < log_.size(); ++file) run_.Flush(static_cast<uint32_t>(file));
    if (settle) SettleSome(random);
  }

  std::vector<int64_t> Frontiers() const {
    std::vector<int64_t> frontiers = begins_;
    const size_t known = std::min(opened_ + 1, log_.size());
    for (size_t file = 0; file < known; ++file) {
      frontiers[file] = run_.frontier_bytes(static_cast<uint32_t>(file));
    }
    return frontiers;
  }
  std::set<FramedRecord> Records() const { return {run_.records().begin(), run_.records().end()}; }
  const std::set<FramedRecord>& settled() const { return settled_; }

 private:
  // Newer ones more often than not stay open; of those that are old few do.
  void SettleSome(RandomLog& random) {
    is_settled_.resize(run_.records().size());
    for (size_t i = 0; i < is_settled_.size(); ++i) {
      if (is_settled_[i] || random.Draw(3) == 0) continue;
      is_settled_[i] = true;
      run_.Settle(i);
      settled_.insert(run_.records()[i]);
    }
  }

  FramingRun run_;
  const Log& log_;
  const std::vector<int64_t> begins_;
  size_t opened_ = 0;
  std::vector<bool> is_settled_;
  std::set<FramedRecord> settled_;
};

void KillAndGoOn(FileFormat format, size_t generations, uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "format " << static_cast<int>(format) << " seed " << seed);
  FramerOptions options;
  options.format = format;
  options.max_line_bytes = seed % 2 == 0 ? 50 : 400;
  RandomLog random(format, options.max_line_bytes, seed);
  const Log log = MakeLog(random, generations);
  const std::vector<int64_t> beginnings(log.size(), 0);

  Reading undisturbed(options, log, beginnings);
  undisturbed.Read(random, SIZE_MAX, false);
  const std::set<FramedRecord> expected = undisturbed.Records();

  std::vector<int64_t> begins = beginnings;
  std::set<FramedRecord> settled;
  for (size_t kills = 1 + random.Draw(3); kills > 0; --kills) {
    Reading killed(options, log, begins);
    killed.Read(random, random.Draw(60), true);
    settled.insert(killed.settled().begin(), killed.settled().end());
    begins = killed.Frontiers();
  }
  Reading last(options, log, begins);
  last.Read(random, SIZE_MAX, false);
  const std::set<FramedRecord> again = last.Records();
  std::vector<FramedRecord> foreign, lost;
  std::set_difference(again.begin(), again.end(), expected.begin(), expected.end(),
                      std::back_inserter(foreign));
  ASSERT_THAT(foreign, testing::IsEmpty());
  std::set<FramedRecord> seen = settled;
  seen.insert(again.begin(), again.end());
  std::set_difference(expected.begin(), expected.end(), seen.begin(), seen.end(),
                      std::back_inserter(lost));
  ASSERT_THAT(lost, testing::IsEmpty());
}

TEST(FramerRestart, OneGenerationLosesNothingAndMakesNothingNew) {
  for (const FileFormat format : {FileFormat::kRaw, FileFormat::kCri, FileFormat::kDocker}) {
    for (uint64_t seed = 0; seed < 700; ++seed) {
      KillAndGoOn(format, 1, seed);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(FramerRestart, PiecesAcrossRotationsLoseNothingAndMakeNothingNew) {
  for (const FileFormat format : {FileFormat::kCri, FileFormat::kDocker}) {
    for (uint64_t seed = 0; seed < 700; ++seed) {
      KillAndGoOn(format, 2 + seed % 4, seed);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace tailrace
