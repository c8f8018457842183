// DeadLetterSink writes the dead letters of all sinks, each sink's to a file of its own, and
// confirms them after fdatasync. A payload's `sink` tells whose letters it carries; its bytes are
// whole lines (see dead_letter.h).
//
// Threads    As SinkClient. One lane for all sinks.
// Bounds     kQueueMax payloads a sink; their memory is bounded by who made them. A file ends at
//            `max_size_bytes`; then `when_full`: wait keeps the letters and their ranges and looks
//            every few seconds whether somebody made room, drop counts them and goes on.
// Ordering   A sink's letters as submitted. A file that is full or broken holds up no other.
// Failure    As SinkClient.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "agent/base/log.h"
#include "ringbuffer/spsc_ring.h"
#include "sinks/backoff.h"
#include "sinks/local_sink_links.h"
#include "sinks/ndjson_file.h"
#include "sinks/sink_client.h"
#include "sinks/sink_options.h"

namespace tailrace {

// Where the dead letters of one sink go.
struct DeadLetterFile {
  std::string sink;
  DeadLetterOptions options;         // With a path.
  SinkCounters* counters = nullptr;  // The sink's.
};

class DeadLetterSink final : public SinkClient {
 public:
  static constexpr size_t kQueueMax = 1024;

  // `files` by SinkId. Those of sinks that come with a reload arrive by `later`, each before the
  // first letter of its sink: the next SinkId is theirs. Null: none will come.
  DeadLetterSink(std::vector<DeadLetterFile> files, int wake_fd, const Clock& clock,
                 SettleFn settle, const DiskOps& disk = RealDisk(),
                 SpscRing<DeadLetterFile>* later = nullptr);

  [[nodiscard]] bool TrySubmit(size_t worker, PayloadPtr& payload) override;
  void Poll(std::chrono::milliseconds budget) override;
  void Drain(MonotonicTime deadline) override;
  bool idle() const override;
  // That of the first sink whose letters cannot be written.
  std::string down_reason() const override;

 private:
  struct Queued {
    size_t worker;
    PayloadPtr payload;
  };
  struct Shelf {  // Of one sink.
    Shelf(DeadLetterFile file, const DiskOps& disk);

    DeadLetterFile options;
    NdjsonFile file;
    std::deque<Queued> queue;
    size_t written_count = 0;              // Of the queue, those that wait for the sync.
    std::vector<std::string> new_folders;  // Made, but their names are not durable yet.
    bool parents_made = false;
    MonotonicTime retry_at{};
    int failures = 0;
    std::string down_reason;
    LogThrottle error_log{std::chrono::seconds(30)};
  };

  void AddShelf(DeadLetterFile file);
  void TakeLater();
  bool Work();
  bool WorkOn(Shelf& shelf);
  absl::Status MakeParents(Shelf& shelf);
  absl::Status WriteQueue(Shelf& shelf);
  absl::Status SyncWritten(Shelf& shelf);
  void Drop(Shelf& shelf);
  void OnError(Shelf& shelf, const absl::Status& status);
  // When Work next has something to do.
  MonotonicTime NextDue() const;

  const DiskOps& disk_;
  const int wake_fd_;
  const Clock& clock_;
  SettleFn settle_;
  SpscRing<DeadLetterFile>* const later_;
  std::deque<Shelf> shelves_;    // One a path.
  std::vector<Shelf*> by_sink_;  // By SinkId.
  Backoff backoff_;
  bool looked_ = false;  // For torn lines, at the start.
  bool draining_ = false;
};

}  // namespace tailrace
