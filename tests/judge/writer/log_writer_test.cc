#include "tests/judge/writer/log_writer.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "tests/judge/core/document.h"
#include "tests/judge/core/line.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string ReadAll(const std::string& path) {
  const gzFile in = gzopen(path.c_str(), "rb");  // reads plain files as well
  std::string text;
  std::string buffer(1 << 20, '\0');
  // A slow machine writes much while it rotates.
  for (int size = 0; (size = gzread(in, buffer.data(), 1 << 20)) > 0;) {
    text.append(buffer, 0, static_cast<size_t>(size));
  }
  gzclose(in);
  return text;
}

// The text of a line as an agent would see it, back to the generated line.
LineKind Parse(std::string text, LineRef* line, std::string* keep) {
  if (text.starts_with("{\"")) {
    CheckJson(text, [&](const JsonMember& member) {
      if (member.key == "\"msg\"" || member.key == "\"message\"") UnquoteJson(member.value, keep);
    });
  } else {
    *keep = text;
  }
  return ParseLine("run1", *keep, line);
}

class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    EXPECT_TRUE(ledger_.Open(folder_ + "/ledger"));
    options_.run = "run1";
    options_.folder = folder_ + "/logs";
  }

  // Steps a rotation to its end; the clock is ours.
  void Rotate(LogWriter* writer, LogWriter::Clock::time_point* now, size_t bytes) {
    const uint64_t files = writer->files();
    *now += options_.rotate_every;
    while (writer->files() == files) {
      ASSERT_TRUE(writer->Step(*now));
      ASSERT_TRUE(writer->Append(bytes));
      *now += milliseconds(1);
    }
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(options_.folder)) names.push_back(entry.path());
    std::sort(names.begin(), names.end());
    // The live one is the newest.
    std::rotate(names.begin(), names.begin() + 1, names.end());
    return names;
  }

  // Joins P and F over all files in order and counts each line found.
  std::map<std::pair<uint64_t, uint64_t>, int> LinesInFiles() const {
    std::map<std::pair<uint64_t, uint64_t>, int> found;
    std::map<std::string, std::string> partial;
    for (const std::string& path : Files()) {
      std::istringstream lines(ReadAll(path));
      for (std::string line; std::getline(lines, line);) {
        const std::string stream = line.substr(31, 6);
        partial[stream] += line.substr(40);
        if (line[38] == 'P') continue;
        LineRef ref;
        std::string keep;
        EXPECT_EQ(Parse(partial[stream], &ref, &keep), LineKind::kGood)
            << partial[stream].substr(0, 200);
        ++found[{ref.file, ref.seq}];
        partial[stream].clear();
      }
    }
    return found;
  }

  const std::string folder_ = testing::TempDir() + "/judge_log_writer";
  LogWriterOptions options_;
  LedgerWriter ledger_;
  Rotator rotator_;
};

TEST_F(LogWriterTest, TheFilesHoldWhatTheLedgerSaysThroughRotations) {
  options_.rotate_every = options_.first_rotation = milliseconds(1000);
  options_.keep = 100;
  LogWriter writer(options_, &ledger_, &rotator_);
  LogWriter::Clock::time_point now{};
  ASSERT_TRUE(writer.Open(now));
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(writer.Append(50'000));
    Rotate(&writer, &now, 500);
  }
  ASSERT_TRUE(writer.Finish());
  ASSERT_TRUE(ledger_.Flush());
  Ledger ledger;
  ASSERT_TRUE(ledger.Load(folder_ + "/ledger"));
  EXPECT_EQ(ledger.lines(), writer.lines());
  const auto found = LinesInFiles();
  EXPECT_EQ(found.size(), ledger.lines());
  for (const auto& [line, count] : found) {
    EXPECT_EQ(count, 1);
    EXPECT_TRUE(ledger.Has(line.first, line.second));
  }
}

TEST_F(LogWriterTest, AllRotatedFilesButTheLastAreCompressedAndTheOldestRemoved) {
  options_.rotate_every = options_.first_rotation = milliseconds(1000);
  options_.keep = 4;
  LogWriter writer(options_, &ledger_, &rotator_);
  LogWriter::Clock::time_point now{};
  ASSERT_TRUE(writer.Open(now));
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(writer.Append(1000));
    Rotate(&writer, &now, 100);
  }
  ASSERT_TRUE(writer.Finish());
  ASSERT_TRUE(ledger_.Flush());
  const std::vector<std::string> files = Files();
  ASSERT_EQ(files.size(), 4u);  // two compressed, one just rotated, the live one
  EXPECT_TRUE(files[0].ends_with(".gz"));
  EXPECT_TRUE(files[1].ends_with(".gz"));
  EXPECT_FALSE(files[2].ends_with(".gz"));
  EXPECT_EQ(files[2].substr(files[2].rfind('/')).size(),
            std::string("/0.log.20261123-142600").size());
  EXPECT_TRUE(files[3].ends_with("0.log"));
  Ledger ledger;
  ASSERT_TRUE(ledger.Load(folder_ + "/ledger"));
  EXPECT_EQ(ledger.removed().size(), 4u);
}

TEST_F(LogWriterTest, ARotationWithoutSplitLinesLeavesNoPieceBehind) {
  options_.rotate_every = options_.first_rotation = milliseconds(1000);
  options_.split_across_rotation = false;
  options_.gzip_level = 0;
  LogWriter writer(options_, &ledger_, &rotator_);
  LogWriter::Clock::time_point now{};
  ASSERT_TRUE(writer.Open(now));
  for (int i = 0; i < 8; ++i) Rotate(&writer, &now, 3000);
  ASSERT_TRUE(writer.Finish());
  for (const std::string& path : Files()) {
    std::istringstream lines(ReadAll(path));
    int open = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.substr(31, 6) == "stdout") open = line[38] == 'P';
    }
    EXPECT_EQ(open, 0) << path;
  }
}

TEST(LineMaker, MakesTheSameTextsAgainAndOnlyTheShapesAskedFor) {
  LineMaker one("run1", 5, "json"), other("run1", 5, "json");
  for (uint64_t seq = 0; seq < 200; ++seq) {
    std::string a, b, keep;
    one.Append(7, seq, &a);
    other.Append(7, seq, &b);
    EXPECT_EQ(a, b);
    LineRef line;
    EXPECT_EQ(CheckJson(a, JsonVisitor()), JsonVerdict::kGood);
    EXPECT_EQ(Parse(a, &line, &keep), LineKind::kGood);
  }
  EXPECT_FALSE(LineMaker("run1", 5, "jsn").valid());
}

TEST(LineMaker, AllShapesHoldSoundLinesWithoutNewlines) {
  LineMaker maker("run1", 5, "");
  std::set<JsonVerdict> verdicts;
  for (uint64_t seq = 0; seq < 20'000; ++seq) {
    std::string text, keep;
    maker.Append(7, seq, &text);
    LineRef line;
    ASSERT_EQ(text.find('\n'), std::string::npos);
    ASSERT_EQ(Parse(text, &line, &keep), LineKind::kGood) << text.substr(0, 200);
    verdicts.insert(CheckJson(text, JsonVisitor()));
  }
  EXPECT_EQ(verdicts.size(), 3u);
}

}  // namespace
}  // namespace tailrace
