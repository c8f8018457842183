// Random histories: logs are written, rotated, copied, truncated, compressed and deleted while the
// reader steps, is handed bytes back, and is stopped and started with random frontiers. Each byte
// of each log must arrive exactly once behind the frontier that was kept, in the order of writing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/agent/tail/tail_harness.h"

namespace tailrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kLogs = 3;
constexpr int kGenerationsKept = 4;

class History {
 public:
  History(unsigned seed, bool pods) : random_(seed), pods_(pods) {
    if (pods) tail_.UsePods();
    tail_.workers = 2;
    tail_.options.sources[0].max_held_deleted_bytes = int64_t{1} << 40;
    for (int i = 0; i < kLogs; ++i) {
      logs_[i].name = pods ? "ns_pod_uid" + std::to_string(i) + "/c/0.log"
                           : "d/app" + std::to_string(i) + ".log";
      // "app.log.1" is a generation of "app.log" only once there was one.
      Write(logs_[i]);
    }
    tail_.Start();
    tail_.Settle();
  }

  void Run(int operations) {
    for (int i = 0; i < operations && !testing::Test::HasFailure(); ++i) Operate();
    SettleAll();
    TakeRun(KeepsAll::kYes);
    for (const Log& log : logs_) {
      std::string arrived;
      for (const std::string& key : log.keys) arrived += arrived_[key];
      const auto differ =
          std::mismatch(arrived.begin(), arrived.end(), log.written.begin(), log.written.end());
      const auto at = differ.first - arrived.begin();
      ASSERT_TRUE(arrived == log.written)
          << log.name << ": " << arrived.size() << " bytes arrived of " << log.written.size()
          << ", the first difference at " << at << " behind "
          << std::count(arrived.begin(), differ.first, '\n') << " lines";
    }
    EXPECT_EQ(tail_.CounterValue("tailrace_unread_lost_bytes_total"), 0u);
  }

 private:
  struct Log {
    std::string name;
    std::string written;
    std::vector<std::string> rotated;  // Names, oldest first.
    std::vector<std::string> keys;     // In the order in which they were first opened.
    int lines = 0;
  };
  enum class KeepsAll : bool { kNo, kYes };

  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  void Operate() {
    Log& log = logs_[Pick(kLogs)];
    switch (Pick(20)) {
      case 0:
      case 1:
        return Rotate(log);
      case 2:
        return pods_ ? Compress(log) : CopyAndTruncate(log);
      case 3:
        return DeleteOldest(log);
      case 4:
        return pods_ ? Rotate(log) : TruncateInPlace(log);
      case 5:
        return HandBack();
      case 6:
        return Pick(4) == 0 ? Restart() : ResumeOne();
      case 7:
        return tail_.Advance(milliseconds(Pick(3000)));
      case 8:
      case 9:
        return ResumeOne();
      case 10:
      case 11:
      case 12:
        tail_.clock.Advance(milliseconds(Pick(50)));
        return tail_.Step();
      default:
        return Write(log);
    }
  }

  void Write(Log& log) {
    std::string text;
    for (int i = Pick(30); i >= 0; --i) {
      const std::string body(static_cast<size_t>(Pick(200)), static_cast<char>('a' + Pick(26)));
      text += CriLine(++log.lines, body);
    }
    log.written += text;
    tail_.Append(log.name, text);
  }

  bool Exists(const std::string& name) { return std::filesystem::exists(tail_.Path(name)); }

  void Rotate(Log& log) {
    if (!Exists(log.name)) return;
    if (static_cast<int>(log.rotated.size()) >= kGenerationsKept) return;
    if (pods_) {
      char suffix[32];
      snprintf(suffix, sizeof(suffix), ".20260102-%06d", ++rotations_);
      tail_.Rename(log.name, log.name + suffix);
      log.rotated.push_back(log.name + suffix);
      return;
    }
    ShiftRotated(log);
    tail_.Rename(log.name, log.name + ".1");
    log.rotated.push_back(log.name + ".1");
  }

  // Numbers grow with age: "app.log.1" becomes "app.log.2".
  void ShiftRotated(Log& log) {
    const size_t count = log.rotated.size();
    for (size_t i = 0; i < count; ++i) {
      const std::string older = log.name + "." + std::to_string(count - i + 1);
      if (older != log.rotated[i]) tail_.Rename(log.rotated[i], older);
      log.rotated[i] = older;
    }
  }

  void Compress(Log& log) {
    for (std::string& name : log.rotated) {
      if (name.ends_with(".gz")) continue;
      tail_.Gzip(name, name + ".gz.tmp");
      tail_.Rename(name + ".gz.tmp", name + ".gz");
      tail_.Remove(name);
      name += ".gz";
      return;
    }
  }

  void CopyAndTruncate(Log& log) {
    if (!Exists(log.name) || static_cast<int>(log.rotated.size()) >= kGenerationsKept) return;
    ReadAll(log);
    ShiftRotated(log);
    std::filesystem::copy_file(tail_.Path(log.name), tail_.Path(log.name + ".1"));
    tail_.Truncate(log.name, 0);
    log.rotated.push_back(log.name + ".1");
  }

  void TruncateInPlace(Log& log) {
    if (!Exists(log.name)) return;
    ReadAll(log);
    tail_.Truncate(log.name, 0);
  }

  void DeleteOldest(Log& log) {
    if (log.rotated.empty()) return;
    ReadAll(log);
    tail_.Remove(log.rotated.front());
    log.rotated.erase(log.rotated.begin());
  }

  // What is destroyed next was read and settled: only then is nothing lost.
  void ReadAll(const Log& log) {
    SettleAll();
    for (const auto& [id, file] : tail_.files()) {
      if (file.stream->path == tail_.Path(log.name)) settled_.insert(KeyOf(file));
    }
  }

  void SettleAll() {
    for (const uint32_t id : paused_) tail_.Resume(id);
    paused_.clear();
    tail_.Advance(seconds(12));
  }

  void HandBack() {
    if (tail_.files().empty()) return;
    auto chosen = tail_.files().begin();
    std::advance(chosen, Pick(static_cast<int>(tail_.files().size())));
    auto& [id, file] = *chosen;
    if (file.gone || !file.open || paused_.contains(id)) return;
    const auto room = static_cast<int>(file.expected - file.begin);
    if (settled_.contains(KeyOf(file)) || room == 0) return;
    tail_.Rewind(id, file.begin + Pick(room + 1));
    paused_.insert(id);
  }

  void ResumeOne() {
    if (paused_.empty()) return;
    tail_.Resume(*paused_.begin());
    paused_.erase(paused_.begin());
  }

  static std::string KeyOf(const SentFile& file) {
    return {file.stream->key.bytes.begin(), file.stream->key.bytes.end()};
  }

  // Adds what this run was sent to what arrived, up to frontiers, and returns those.
  StoredState TakeRun(KeepsAll keeps_all) {
    std::vector<const SentFile*> files;
    for (const auto& [id, file] : tail_.files()) {
      if (file.stream != nullptr) files.push_back(&file);
    }
    std::sort(files.begin(), files.end(),
              [](const SentFile* a, const SentFile* b) { return a->opened_as < b->opened_as; });
    std::map<const SentFile*, int64_t> frontiers;
    for (const SentFile* file : files) {
      const std::string key = KeyOf(*file);
      std::string& arrived = arrived_[key];
      EXPECT_EQ(file->begin, static_cast<int64_t>(arrived.size())) << file->stream->path;
      const bool whole = keeps_all == KeepsAll::kYes || settled_.contains(key);
      const auto room = static_cast<int>(file->expected - file->begin);
      frontiers[file] = whole ? file->expected : file->begin + Pick(room + 1);
      arrived += file->content.substr(0, static_cast<size_t>(frontiers[file] - file->begin));
      for (Log& log : logs_) {
        const bool known = std::find(log.keys.begin(), log.keys.end(), key) != log.keys.end();
        if (file->stream->path == tail_.Path(log.name) && !known) log.keys.push_back(key);
      }
    }
    StoredState state = tail_.Checkpoints([&](const SentFile& file) { return frontiers[&file]; });
    // What the run before knew and this one did not touch is still in the store.
    for (const StoredFile& old : stored_.files) {
      const bool newer = std::any_of(state.files.begin(), state.files.end(), [&](const auto& file) {
        return file.key == old.key && file.identity == old.identity;
      });
      if (!newer) state.files.push_back(old);
    }
    return state;
  }

  void Restart() {
    stored_ = TakeRun(KeepsAll::kNo);
    paused_.clear();
    tail_.Stop();
    if (Pick(2) == 0) Write(logs_[Pick(kLogs)]);
    if (Pick(2) == 0) Rotate(logs_[Pick(kLogs)]);
    tail_.stored = stored_;
    tail_.Start();
  }

  std::mt19937 random_;
  const bool pods_;
  TailHarness tail_;
  Log logs_[kLogs];
  int rotations_ = 0;
  std::map<std::string, std::string> arrived_;  // By key, from offset 0.
  std::set<std::string> settled_;               // Keys that a restart may not take back.
  std::set<uint32_t> paused_;
  StoredState stored_;
};

class HistoryTest : public testing::TestWithParam<unsigned> {};

TEST_P(HistoryTest, EveryByteOfARotatedLogArrivesOnce) { History(GetParam(), false).Run(400); }

TEST_P(HistoryTest, EveryByteOfAPodLogArrivesOnce) { History(GetParam(), true).Run(400); }

INSTANTIATE_TEST_SUITE_P(Seeds, HistoryTest, testing::Range(1u, 13u));

}  // namespace
}  // namespace tailrace
