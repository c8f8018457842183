// What the reader's thread owns, and its rounds: reader.cc has the round as a whole and what comes
// from other threads, reader_turns.cc what is done with one file.
//
// Threads    Owned by the reader.
#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include "agent/tail/discovery.h"
#include "agent/tail/file_table.h"
#include "agent/tail/file_turns.h"
#include "agent/tail/head_key.h"
#include "agent/tail/intake.h"
#include "agent/tail/known_files.h"
#include "agent/tail/lineage_order.h"
#include "agent/tail/read_rate.h"
#include "agent/tail/reader.h"
#include "agent/tail/resume_plan.h"
#include "agent/tail/slab_writer.h"
#include "agent/tail/source_switch.h"
#include "agent/tail/tail_metrics.h"
#include "agent/tail/upkeep.h"

namespace tailrace {

// Of a file whose worker has no room, without a word from it.
inline constexpr std::chrono::milliseconds kBlockedPause{20};

struct Reader::Rounds {
  Rounds(TailOptions given_options, StoredState stored, SelectFn select, const Clock& given_clock,
         MetricRegistry& registry, ReaderPorts given_ports)
      : options(std::move(given_options)),
        clock(given_clock),
        ports(std::move(given_ports)),
        metrics(registry, options.sources),
        keys(options.id_key, options.cluster_name, options.node_name),
        known(std::move(stored.files), options.sources),
        discovery(options, metrics),
        table(options.sources.size()),
        planner(options, stored.first_use && !stored.set_aside, known, keys, clock),
        intake(options, std::move(select), discovery, table, order, known, planner, metrics, clock,
               ports.workers.size()),
        writer(ports.workers, options.max_slabs),
        turns(options, writer, order, table, intake, metrics, clock),
        upkeep(options, table, turns, intake, metrics),
        source_switch(options, discovery, table, order, known, intake, turns, writer, metrics,
                      registry),
        rate(options.max_read_rate_bytes) {}

  MonotonicTime Step();
  void Start(MonotonicTime now);
  bool TakeReload(MonotonicTime now);
  void TakeCommands(MonotonicTime now);
  void TakeCommand(ReaderCommand command, MonotonicTime now);
  void Discover(MonotonicTime now);
  void TakeFindings(Findings& findings, MonotonicTime now);
  void TakeTurns(MonotonicTime now);
  void TakeTurn(TailedFile& file, MonotonicTime now);
  // Gives a file without a handle what it needs. False when there is nothing to be done.
  bool Revive(TailedFile& file, MonotonicTime now);
  bool IsGone(const TailedFile& file, MonotonicTime now) const;
  void TakeGone(TailedFile& file, MonotonicTime now);
  void TakeLeft(TailedFile& file, MonotonicTime now);
  void TakeTruncated(TailedFile& file, MonotonicTime now);
  void RetryBlocked(MonotonicTime now);
  void FinishWhenAllIsRead();
  void Finish(MonotonicTime now);
  MonotonicTime NextWish(MonotonicTime now) const;
  void Wait(MonotonicTime until);
  bool NoCommands() const;

  TailOptions options;
  const Clock& clock;
  const ReaderPorts ports;
  TailMetrics metrics;
  const HeadKey keys;
  KnownFiles known;
  Discovery discovery;
  FileTable table;
  LineageOrder order;
  ResumePlanner planner;
  Intake intake;
  SlabWriter writer;
  FileTurns turns;
  Upkeep upkeep;
  SourceSwitch source_switch;
  ReadRate rate;

  bool started = false;
  bool stopping = false;  // kStop, or the end of --once.
  bool flush_held = false;
  bool done = false;
  size_t ends_sent = 0;    // Of kEndOfInput, by worker.
  bool room_came = false;  // A slab came back since files were found to be blocked.
  std::vector<FileId> blocked;
  std::vector<bool> worker_blocked;
  MonotonicTime blocked_retry = MonotonicTime::max();
  MonotonicTime next_upkeep{};
  MonotonicTime next_hints{};
};

}  // namespace tailrace
