// Reader is the body of the reader thread: it finds the files of all sources, follows them through
// rotation, truncation and restarts, and sends what is written to them, as slabs of segments, to
// the worker that owns each file.
//
// Invariants
//   (1) What it sends of one file is the language of agent/event/segment.h.
//   (2) No byte that it has seen is passed over without a kSkip or a count in
//       tailrace_unread_lost_bytes_total.
//   (3) inotify is a hint. What decides are sweeps over directories and fstat of open files.
//
// Threads    One thread, which makes every call; rings and doorbells connect it to the others.
// Ownership  Rings, doorbells, clock and metrics outlive the reader.
// Bounds     `max_slabs` slabs; `max_files` files a source; `max_held_deleted` bytes of deleted
//            files; descriptors within RLIMIT_NOFILE. An idle file costs no more than 3 KiB.
// Ordering   A generation of a log is begun when the older ones were read to their end.
// Failure    Nothing ends the reader but kStop and the end of --once. What cannot be opened or read
//            is counted, warned about, and tried again.
// Cost       Nothing a line; about two system calls a read. An idle file: an fstat a poll_interval.
#pragma once

#include <memory>

#include "agent/base/clock.h"
#include "agent/base/metrics.h"
#include "agent/state/checkpoint.h"
#include "agent/tail/tail_options.h"
#include "agent/tail/worker_port.h"

namespace tailrace {

class Reader {
 public:
  // REQUIRES: at least one worker; all pointers set; options were validated.
  Reader(TailOptions options, StoredState stored, SelectFn select, const Clock& clock,
         MetricRegistry& metrics, ReaderPorts ports);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Steps, and waits between steps, until kStop or the end of --once. Then every worker has been
  // sent kEndOfInput.
  void Run();

  // One round: takes commands and hints, looks at what is due, reads, sends. Returns when it wants
  // to run again at the latest. For Run, and for tests that have no threads.
  MonotonicTime Step();
  bool done() const;

 private:
  struct Rounds;
  const std::unique_ptr<Rounds> rounds_;
};

}  // namespace tailrace
