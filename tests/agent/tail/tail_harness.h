// TailHarness runs a Reader step by step over a real directory, with a manual clock, and plays its
// workers: it puts the content of each file together again and checks that what it is sent is the
// language of agent/event/segment.h.
//
// Threads    One.
// Failure    A breach of the language is a failure of the running test.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/metrics.h"
#include "agent/tail/reader.h"

namespace tailrace {

// One FileId as its worker sees it.
struct SentFile {
  struct Skip {
    int64_t offset;
    int64_t bytes;
    SkipReason reason;
  };
  StreamInfoPtr stream;
  int64_t begin = 0;        // Of the first kOpen.
  int64_t expected = 0;     // The offset of the next step.
  int64_t known_bytes = 0;  // How long it was said to be.
  std::string content;      // From `begin`; '\1' for what was skipped.
  std::vector<Skip> skips;
  Anchor anchor;  // Of kOpen.
  int rekeys = 0;
  int flushes = 0;
  int ends = 0;
  bool open = false;  // Between kOpen or kReopen and kEnd.
  bool gone = false;
  bool left = false;       // Between kLeave and kReturn.
  uint64_t opened_in = 0;  // The epoch that its worker was in then.
  bool rewound = false;    // Steps that do not fit are discarded until one does.
  uint32_t worker = 0;
  uint64_t opened_as = 0;  // The how-many-th kOpen of all.
};

class TailHarness {
 public:
  // A fresh directory below `root` (testing::TempDir() when empty).
  explicit TailHarness(std::string root = "");
  ~TailHarness();

  // Options of the only source: a `file` source over <dir>/**/*.log*, unless changed before Start.
  TailOptions options;
  StoredState stored;
  SelectFn select = [](SourceId, const StreamInfo&) { return true; };
  ManualClock clock;
  size_t workers = 1;
  size_t ring_slabs = 64;

  const std::string& dir() const { return dir_; }
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }
  // The only source is kubernetes_logs over <dir>.
  void UsePods();

  void Start();
  // Ends the reader; what was sent stays to be looked at until the next Start.
  void Stop();
  void Step();
  // Steps, and moves the clock by 5 ms between, until nothing came for a while.
  void Settle();
  // Settles, moves the clock on in small steps, and settles.
  void Advance(std::chrono::milliseconds by);
  // Steps until a --once reader is done. False when it does not end.
  bool RunToEnd();

  // Sends the reader these sources, by SourceId, as those of the next epoch.
  void Reload(std::vector<SourceReload> sources);
  // That every worker has been told of.
  uint64_t epoch() const;

  // Files on disk. Directories on the way are made.
  void Append(const std::string& name, const std::string& text);
  void Write(const std::string& name, const std::string& text);  // Replaces the file.
  void Rename(const std::string& from, const std::string& to);
  void Remove(const std::string& name);
  void Truncate(const std::string& name, int64_t bytes);
  void Gzip(const std::string& from, const std::string& to);

  // What the workers were sent, by id.
  std::map<uint32_t, SentFile>& files() { return files_; }
  // The contents of all files of a live path, in the order in which they were opened, joined.
  std::string ContentOf(const std::string& name) const;
  std::vector<const SentFile*> FilesOf(const std::string& name) const;
  int64_t SkippedBytes(SkipReason reason) const;
  bool ended() const { return ends_of_input_ > 0; }
  bool flush_held() const { return flush_held_; }

  // What a state store would have kept: each file up to a frontier of the caller's choice.
  using FrontierFn = std::function<int64_t(const SentFile&)>;
  StoredState Checkpoints(const FrontierFn& frontier_of) const;
  StoredState CheckpointsAtEnd() const;

  // As a worker whose sinks are full.
  void Pause(uint32_t file);
  void Rewind(uint32_t file, int64_t offset);
  void Resume(uint32_t file);
  // kClosed is held back while this is set.
  bool hold_closed = false;
  // Slabs are left in the rings while this is set.
  bool hold_slabs = false;
  size_t slabs_received() const { return slabs_received_; }
  void StopReader();

  uint64_t CounterValue(const std::string& name, const std::string& label = "") const;
  double GaugeValue(const std::string& name) const;
  Reader& reader() { return *reader_; }
  const Heartbeat& heartbeat() const { return heartbeat_; }

 private:
  struct Worker {
    explicit Worker(size_t slabs_capacity) : slabs(slabs_capacity), commands(8192) {}
    SpscRing<SlabPtr> slabs;
    SpscRing<ReaderCommand> commands;
    Doorbell doorbell;
    uint64_t epoch = 0;
  };
  bool Drain();
  void Take(uint32_t worker, const Segment& segment, const Slab& slab);
  void TakeStep(SentFile& file, const Segment& segment, const Slab& slab);
  void TakeEnd(uint32_t worker, SentFile& file, const Segment& segment);
  void Send(uint32_t worker, ReaderCommand command);

  std::string dir_;
  MetricRegistry metrics_;
  std::vector<std::unique_ptr<Worker>> worker_;
  std::unique_ptr<SpscRing<ReaderCommand>> control_;
  std::unique_ptr<SpscRing<ReaderReloadPtr>> reloads_;
  uint64_t epochs_ = 0;
  std::unique_ptr<Doorbell> doorbell_;
  std::unique_ptr<Reader> reader_;
  std::map<uint32_t, SentFile> files_;
  std::map<uint64_t, uint32_t> worker_of_lineage_;
  std::vector<std::pair<uint32_t, FileId>> unclosed_;
  size_t ends_of_input_ = 0;
  bool flush_held_ = false;
  Heartbeat heartbeat_{"reader"};
  size_t slabs_received_ = 0;
  uint64_t opens_ = 0;
};

// "2026-01-02T03:04:05.000000000Z stdout F TEXT\n", `number` nanoseconds later.
std::string CriLine(int64_t number, const std::string& text);
// "NAME 0000000\n" and so on, `count` lines from `first`.
std::string Lines(const std::string& name, int first, int count);

}  // namespace tailrace
