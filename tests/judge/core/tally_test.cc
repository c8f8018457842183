#include "tests/judge/core/tally.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>

#include "tests/judge/core/id_set.h"
#include "tests/judge/core/json_check.h"
#include "tests/judge/core/line.h"
#include "tests/judge/core/records.h"

namespace tailrace {
namespace {

Ledger MakeLedger(const std::vector<std::string>& records) {
  Ledger ledger;
  for (const std::string& record : records) ledger.Add(record);
  return ledger;
}

std::string TempPath(const std::string& name) { return testing::TempDir() + "/judge_" + name; }

TEST(Tally, CountsWhatIsLostTwiceAndForeign) {
  const Ledger ledger = MakeLedger({"W 00000000000000aa 0 3", "W 00000000000000aa 5 2",
                                    "W 00000000000000bb 0 1", "X 00000000000000bb"});
  LineCounts store;
  for (const uint64_t seq : {0, 1, 1, 5}) store.AddDocument(0xaa, seq);
  store.AddDocument(0xaa, 4);
  store.AddDocument(0xcc, 0);
  const TallyResult result = Tally(ledger, store, {});
  EXPECT_EQ(result.written, 6u);
  EXPECT_EQ(result.lost.count, 3u);
  EXPECT_EQ(result.lost_in_removed, 1u);
  EXPECT_EQ(result.lost.lines.front(), (std::pair<uint64_t, uint64_t>{0xaa, 2}));
  EXPECT_EQ(result.twice.count, 1u);
  EXPECT_EQ(result.twice.lines.front(), (std::pair<uint64_t, uint64_t>{0xaa, 1}));
  EXPECT_EQ(result.foreign.count, 2u);
}

TEST(Tally, RefusedLinesBelongInTheDeadLettersOnce) {
  const Ledger ledger = MakeLedger({"W 00000000000000aa 0 6"});
  LineCounts store, dead;
  store.AddDocument(0xaa, 0);
  for (const uint64_t seq : {1, 2, 3}) store.MarkRefused(0xaa, seq);
  for (const uint64_t seq : {1, 3, 3, 4, 0}) dead.AddDocument(0xaa, seq);
  TallyOptions options;
  options.dead_letters = &dead;
  const TallyResult result = Tally(ledger, store, options);
  EXPECT_EQ(result.lost.count, 2u);          // 2 and 5
  EXPECT_EQ(result.dead_missing.count, 1u);  // 2
  EXPECT_EQ(result.dead_extra.count, 2u);    // 0 was stored, 4 was never refused
  EXPECT_EQ(result.dead_twice.count, 1u);    // 3
}

TEST(Tally, WithoutDeadLettersARefusedLineIsLost) {
  LineCounts store;
  store.MarkRefused(0xaa, 0);
  EXPECT_EQ(Tally(MakeLedger({"W 00000000000000aa 0 1"}), store, {}).lost.count, 1u);
}

TEST(Tally, KeepsAsManyExamplesAsAskedFor) {
  const Ledger ledger = MakeLedger({"W 00000000000000aa 0 100"});
  TallyOptions options;
  options.max_examples = 3;
  const TallyResult result = Tally(ledger, LineCounts(), options);
  EXPECT_EQ(result.lost.count, 100u);
  EXPECT_EQ(result.lost.lines.size(), 3u);
}

TEST(Ledger, OverlappingAndHostileRecordsCountOnce) {
  const Ledger ledger = MakeLedger({"W 00000000000000aa 0 3", "W 00000000000000aa 1 3", "", "W",
                                    "W zz 0 1", "W 00000000000000aa 0 99999999999",
                                    "Y 00000000000000aa 7 1", "W 00000000000000aa x"});
  EXPECT_EQ(ledger.lines(), 4u);
  EXPECT_TRUE(ledger.Has(0xaa, 3));
  EXPECT_FALSE(ledger.Has(0xaa, 4));
  EXPECT_FALSE(ledger.Has(0xbb, 0));
}

TEST(Ledger, ReadsWhatTheWriterWroteButNoTornRecord) {
  const std::string path = TempPath("ledger");
  std::remove(path.c_str());
  LedgerWriter writer;
  ASSERT_TRUE(writer.Open(path));
  writer.Wrote(0xaa, 0, 10);
  writer.Removed(0xaa);
  ASSERT_TRUE(writer.Flush());
  std::ofstream(path, std::ios::app) << "W 00000000000000aa 10 1";
  Ledger ledger;
  ASSERT_TRUE(ledger.Load(path));
  EXPECT_EQ(ledger.lines(), 10u);
  EXPECT_TRUE(ledger.removed().contains(0xaa));
  EXPECT_FALSE(ledger.Load(TempPath("nowhere")));
}

TEST(LineCounts, ADumpIsReadBackAsItWas) {
  LineCounts counts;
  for (int i = 0; i < 20; ++i) counts.AddDocument(255, 0);
  counts.MarkRefused(255, 1);
  counts.AddDocument(7, 3);
  const std::string path = TempPath("dump");
  ASSERT_TRUE(counts.Dump(path));
  LineCounts read;
  ASSERT_TRUE(read.Load(path));
  EXPECT_EQ(read.files(), counts.files());
  EXPECT_EQ(read.lines(), 2u);
  EXPECT_EQ(read.refused_lines(), 1u);
  EXPECT_EQ(read.At(255, 0), LineCounts::kCountMask);  // 15 or more
  EXPECT_EQ(read.LinesOf(7), 1u);
  EXPECT_EQ(read.At(7, 99), 0);
}

TEST(LineCounts, ADamagedDumpIsRefused) {
  LineCounts counts;
  counts.AddDocument(255, 3);
  const std::string path = TempPath("damaged");
  ASSERT_TRUE(counts.Dump(path));
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    std::ofstream(path, std::ios::binary) << bytes.substr(0, cut);
    LineCounts read;
    EXPECT_FALSE(read.Load(path)) << cut;
    EXPECT_EQ(errno, EINVAL);
  }
}

TEST(IdSet, KnowsEveryIdThroughManyGrowths) {
  IdSet ids;
  for (int i = 0; i < 200'000; ++i) {
    ASSERT_TRUE(ids.Insert(MakeIdKey("index", std::to_string(i))));
  }
  EXPECT_EQ(ids.size(), 200'000u);
  for (int i = 0; i < 200'000; ++i) {
    ASSERT_FALSE(ids.Insert(MakeIdKey("index", std::to_string(i))));
    ASSERT_FALSE(ids.Contains(MakeIdKey("other", std::to_string(i))));
  }
  EXPECT_NE(MakeIdKey("ab", "c"), MakeIdKey("a", "bc"));
}

TEST(Records, LinesAreCountedInDocumentsAndFoundInDeadLetters) {
  std::string line;
  AppendLine("run1", 0xaa, 4, "pay\"load", &line);
  std::string quoted;
  AppendJsonString(line, &quoted);
  const std::string path = TempPath("records");
  std::ofstream(path) << "{\"message\":" << quoted << "}\n{\"msg\":" << quoted
                      << ",\"message\":7}\n"
                      << "{\"message\":\"#jx\"}\n{\"message\":" << quoted
                      << "\n{\"a\":1,\"a\":2}\n";
  RecordCounts documents;
  ASSERT_TRUE(LoadDocuments(path, "run1", &documents));
  EXPECT_EQ(documents.lines.documents(), 2u);
  EXPECT_EQ(documents.fillers, 1u);
  EXPECT_EQ(documents.corrupt, 2u);

  std::ofstream(path) << "{\"reason\":\"400\",\"record\":{\"deep\":[" << quoted
                      << "]}}\n{\"no\":1}\nx\n";
  RecordCounts dead;
  ASSERT_TRUE(LoadDeadLetters(path, "run1", &dead));
  EXPECT_EQ(dead.lines.At(0xaa, 4), 1);
  EXPECT_EQ(dead.corrupt, 2u);
}

}  // namespace
}  // namespace tailrace
