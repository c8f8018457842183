#include "agent/tail/reader.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "agent/tail/reader_rounds.h"

namespace tailrace {
namespace {

constexpr size_t kCommandsMax = 4096;  // Of one ring, in one go.

}  // namespace

MonotonicTime Reader::Rounds::Step() {
  const MonotonicTime now = clock.Now();
  ports.heartbeat->Beat(now);
  if (!started) Start(now);
  TakeCommands(now);
  if (stopping) {
    Finish(now);
    return now + kHintInterval;
  }
  if (!TakeReload(now)) {
    writer.SendOld(now);
    return now + kBlockedPause;
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

// False while a reload waits for slabs.
bool Reader::Rounds::TakeReload(MonotonicTime now) {
  if (ports.reloads == nullptr) return true;
  if (!source_switch.under_way()) {
    std::optional<ReaderReloadPtr> reload = ports.reloads->TryPop();
    if (!reload) return true;
    source_switch.Begin(*std::move(reload), now);
  }
  return source_switch.Continue(now);
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
  const bool reload = ports.reloads != nullptr && ports.reloads->SizeApprox() > 0;
  return none && !reload && ports.control->SizeApprox() == 0;
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
