#include "agent/tail/reader.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "agent/tail/discovery.h"
#include "agent/tail/file_table.h"
#include "agent/tail/file_turns.h"
#include "agent/tail/head_key.h"
#include "agent/tail/intake.h"
#include "agent/tail/known_files.h"
#include "agent/tail/lineage_order.h"
#include "agent/tail/read_rate.h"
#include "agent/tail/resume_plan.h"
#include "agent/tail/slab_writer.h"
#include "agent/tail/tail_metrics.h"
#include "agent/tail/upkeep.h"

namespace tailrace {
namespace {

constexpr size_t kTurnsMax = 1024;  // In one round.
constexpr size_t kTurnsBetweenCommands = 64;
constexpr size_t kCommandsMax = 4096;                   // Of one ring, in one go.
constexpr std::chrono::milliseconds kHintInterval{5};   // Hints are taken in batches.
constexpr std::chrono::milliseconds kBlockedPause{20};  // Without a word from the worker.

}  // namespace

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
        rate(options.max_read_rate_bytes) {}

  MonotonicTime Step();
  void Start(MonotonicTime now);
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
  void TakeTruncated(TailedFile& file, MonotonicTime now);
  void RetryBlocked(MonotonicTime now);
  void FinishWhenAllIsRead();
  void Finish(MonotonicTime now);
  MonotonicTime NextWish(MonotonicTime now) const;
  void Wait(MonotonicTime until);
  bool NoCommands() const;

  const TailOptions options;
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

MonotonicTime Reader::Rounds::Step() {
  const MonotonicTime now = clock.Now();
  ports.heartbeat->Beat(now);
  if (!started) Start(now);
  TakeCommands(now);
  if (stopping) {
    Finish(now);
    return now + kHintInterval;
  }
  Discover(now);
  RetryBlocked(now);
  if (rate.Allows(now)) TakeTurns(now);
  if (now >= next_upkeep) {
    upkeep.Run(now);
    intake.RetryLater(now);
    metrics.slab_bytes.Set(static_cast<double>(writer.slab_bytes()));
    writer.Trim();
    next_upkeep = now + kUpkeepInterval;
  }
  if (intake.TakeWantsDescriptors()) upkeep.FreeDescriptors(now);
  if (options.once) FinishWhenAllIsRead();
  writer.SendOld(now);
  return stopping ? now : NextWish(now);
}

void Reader::Rounds::Start(MonotonicTime now) {
  started = true;
  worker_blocked.assign(writer.workers(), false);
  upkeep.RaiseDescriptorLimit();
  Findings findings;
  discovery.Start(now, findings);
  TakeFindings(findings, now);
  intake.EndFirstSweep();
}

void Reader::Rounds::TakeCommands(MonotonicTime now) {
  for (const WorkerPort& port : ports.workers) {
    port.commands->TryPopBatch(
        kCommandsMax, [&](ReaderCommand&& command) { TakeCommand(std::move(command), now); });
  }
  ports.control->TryPopBatch(
      kCommandsMax, [&](ReaderCommand&& command) { TakeCommand(std::move(command), now); });
}

void Reader::Rounds::TakeCommand(ReaderCommand command, MonotonicTime now) {
  if (command.kind == ReaderCommand::Kind::kFreeSlab) {
    writer.TakeBack(std::move(command.slab));
    room_came = true;
    return;
  }
  if (command.kind == ReaderCommand::Kind::kStop) {
    stopping = true;
    return;
  }
  TailedFile* file = table.Find(command.file);
  if (file == nullptr) return;
  switch (command.kind) {
    case ReaderCommand::Kind::kPause:
      file->paused = true;
      table.ScheduleBy(file, now);  // To rest as a file whose unread end may be destroyed.
      break;
    case ReaderCommand::Kind::kRewind:
      turns.Rewind(*file, command.offset);
      table.ScheduleBy(file, now);
      break;
    case ReaderCommand::Kind::kResume:
      file->paused = false;
      file->data_expected = true;
      table.Schedule(file, now);
      break;
    case ReaderCommand::Kind::kClosed:
      if (!file->ended) break;  // It was handed back after all.
      file->closed = true;
      file->fd.reset();
      file->gz.reset();
      table.Schedule(file, now);
      break;
    default:
      break;
  }
}

void Reader::Rounds::Discover(MonotonicTime now) {
  if (now < next_hints && now < discovery.next_check()) return;
  const MonotonicTime before = clock.Now();
  Findings findings;
  // After some, the next ones wait for each other a little, so that a busy writer does not wake the
  // reader each time.
  next_hints = discovery.Poll(now, findings) ? now + kHintInterval : now;
  TakeFindings(findings, now);
  metrics.sweep_seconds.Observe(std::chrono::duration<double>(clock.Now() - before).count());
}

void Reader::Rounds::TakeFindings(Findings& findings, MonotonicTime now) {
  intake.Take(findings.paths, now);
  if (findings.hints_lost) {
    table.ForEach([&](TailedFile* file) {
      if (file->due != MonotonicTime::max()) table.ScheduleBy(file, now);
    });
  }
  for (const WriteHint& hint : findings.writes) {
    TailedFile* file = table.ByPath(hint.source, hint.path);
    if (file == nullptr || file->paused) continue;
    // What was just read is read again a little later, when there is more of it.
    file->backoff = kHotInterval;
    file->data_expected = true;
    file->watched = hint.watched;
    file->trusts_hints |= hint.watched;
    table.ScheduleBy(file, std::max(now, file->grew_at + kHotInterval));
  }
}

void Reader::Rounds::TakeTurns(MonotonicTime now) {
  std::vector<TailedFile*> due = table.Due(now, kTurnsMax);
  // Those that are closest to being destroyed first, then those with the most to read.
  std::stable_sort(due.begin(), due.end(), [](const TailedFile* a, const TailedFile* b) {
    return std::pair(!a->rotated, -a->backlog()) < std::pair(!b->rotated, -b->backlog());
  });
  std::vector<FileId> ids;
  ids.reserve(due.size());
  for (const TailedFile* file : due) ids.push_back(file->id);
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i % kTurnsBetweenCommands == kTurnsBetweenCommands - 1) {
      TakeCommands(now);
      ports.heartbeat->Beat(clock.Now());  // So many turns may take long.
      if (!rate.Allows(now)) return;
    }
    if (stopping) return;
    TailedFile* file = table.Find(ids[i]);
    if (file != nullptr && file->due <= now) TakeTurn(*file, now);
    rate.Take(turns.TakeReadBytes());
  }
}

void Reader::Rounds::TakeTurn(TailedFile& file, MonotonicTime now) {
  if (IsGone(file, now)) {
    TakeGone(file, now);
    return;
  }
  if (!file.has_handle() && !file.loss.has_value() && !Revive(file, now)) return;
  const TurnResult result =
      worker_blocked[file.worker] ? TurnResult::kBlocked : turns.Take(file, now);
  switch (result) {
    case TurnResult::kIdle:
      if (file.closed) file.fd.reset();  // It was looked at, and has not grown.
      break;
    case TurnResult::kRemoved:
      break;
    case TurnResult::kMore:
      table.Schedule(&file, now);
      break;
    case TurnResult::kBlocked:
      worker_blocked[file.worker] = true;
      blocked.push_back(file.id);
      blocked_retry = std::min(blocked_retry, now + kBlockedPause);
      table.Schedule(&file, MonotonicTime::max());
      break;
    case TurnResult::kTruncated:
      TakeTruncated(file, now);
      break;
  }
}

bool Reader::Rounds::Revive(TailedFile& file, MonotonicTime now) {
  const bool hinted = file.trusts_hints && intake.WritesAreSeen(file);
  table.Schedule(&file, now + options.sources[file.source().value()].poll_interval *
                                  (hinted ? kHintedIntervals : 1));
  const bool waits = file.ended && !file.closed;
  if (file.paths.empty() || file.compressed || waits || (options.once && file.ended)) return false;
  const std::optional<FileStat> stat = StatTarget(AT_FDCWD, file.paths.front()->c_str());
  if (!stat.has_value() || stat->inode != file.inode) return false;  // Discovery will see it.
  if (stat->size_bytes == file.position && stat->mtime_nanos == file.mtime_nanos) return false;
  return intake.Reopen(file);
}

bool Reader::Rounds::IsGone(const TailedFile& file, MonotonicTime now) const {
  if (!file.paths.empty() || options.once) return false;
  const bool silent = !file.announced && file.size == 0;
  if (!silent && !(file.ended && file.closed)) return false;
  // A rename to another directory is seen there within a cycle.
  return now - file.rotated_at >= 2 * discovery.cycle();
}

void Reader::Rounds::TakeGone(TailedFile& file, MonotonicTime now) {
  if (file.announced) {
    if (!turns.SendGone(file, now)) {
      table.Schedule(&file, now + kBlockedPause);
      return;
    }
    StoredFile left;
    left.identity = file.stream->identity;
    left.key = file.stream->key;
    left.lineage = file.stream->lineage;
    left.path = file.stream->path;
    left.frontier_bytes = left.known_bytes = file.position;
    left.anchor = file.tail.anchor();
    left.complete = true;
    known.Remember(file.source(), std::move(left));
  }
  order.Remove(&file);
  table.Remove(&file);
}

void Reader::Rounds::TakeTruncated(TailedFile& file, MonotonicTime now) {
  if (!file.announced) {
    // Nothing of it was passed on: the new content takes its place.
    turns.Lose(file, SkipReason::kTruncated);
    intake.BeginGeneration(file, now);
    order.Remove(&file);
    table.Remove(&file);
    return;
  }
  // Who truncates may have made a copy just before.
  Findings findings;
  discovery.CheckDirectoryOf(file.source(), file.stream->path, now, findings);
  intake.Take(findings.paths, now);
  intake.BeginGeneration(file, now);
  if (!intake.UseSpare(file, now)) turns.Lose(file, SkipReason::kTruncated);
  table.Schedule(&file, now);
}

void Reader::Rounds::RetryBlocked(MonotonicTime now) {
  if (blocked.empty() || (!room_came && now < blocked_retry)) return;
  for (const FileId id : blocked) {
    TailedFile* file = table.Find(id);
    if (file != nullptr) table.ScheduleBy(file, now);
  }
  blocked.clear();
  worker_blocked.assign(writer.workers(), false);
  blocked_retry = MonotonicTime::max();
  room_came = false;
}

void Reader::Rounds::FinishWhenAllIsRead() {
  bool all = true;
  table.ForEach([&](const TailedFile* file) {
    const bool nothing = !file->announced && file->size == 0;
    if (!nothing && !(file->ended && file->closed)) all = false;
  });
  if (!all) return;
  stopping = true;
  flush_held = true;
}

void Reader::Rounds::Finish(MonotonicTime now) {
  while (ends_sent < writer.workers()) {
    Segment end;
    end.kind = SegmentKind::kEndOfInput;
    end.flush_held = flush_held;
    if (!writer.Append(static_cast<uint32_t>(ends_sent), std::move(end), now)) return;
    ++ends_sent;
  }
  writer.SendAll();
  done = writer.all_sent();
}

MonotonicTime Reader::Rounds::NextWish(MonotonicTime now) const {
  if (room_came && !blocked.empty()) return now;
  MonotonicTime next = std::min(
      {table.next_due(), discovery.next_check(), writer.next_send(), next_upkeep, blocked_retry});
  if (table.next_due() <= now) next = std::max(now, rate.next(now));
  return std::max(next, now);
}

bool Reader::Rounds::NoCommands() const {
  const bool none = std::all_of(ports.workers.begin(), ports.workers.end(),
                                [](const auto& port) { return port.commands->SizeApprox() == 0; });
  return none && ports.control->SizeApprox() == 0;
}

void Reader::Rounds::Wait(MonotonicTime until) {
  const MonotonicTime now = clock.Now();
  const bool take_hints = now >= next_hints;
  if (!take_hints) until = std::min(until, next_hints);
  if (until <= now || !ports.doorbell->TryPark([&] { return NoCommands(); })) return;
  const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(until - now).count();
  const timespec timeout{nanos / 1'000'000'000, nanos % 1'000'000'000};
  pollfd waited[2] = {{ports.doorbell->fd(), POLLIN, 0}, {discovery.hint_fd(), POLLIN, 0}};
  // An EINTR only makes the next round come early.
  ppoll(waited, take_hints && discovery.hint_fd() >= 0 ? 2 : 1, &timeout, nullptr);
  ports.doorbell->Unpark();
}

Reader::Reader(TailOptions options, StoredState stored, SelectFn select, const Clock& clock,
               MetricRegistry& metrics, ReaderPorts ports)
    : rounds_(std::make_unique<Rounds>(std::move(options), std::move(stored), std::move(select),
                                       clock, metrics, std::move(ports))) {}

Reader::~Reader() = default;

MonotonicTime Reader::Step() { return rounds_->Step(); }
bool Reader::done() const { return rounds_->done; }

void Reader::Run() {
  while (!rounds_->done) rounds_->Wait(rounds_->Step());
  rounds_->ports.heartbeat->End();
}

}  // namespace tailrace
