// A Worker takes slabs from the reader and turns them into payloads for the lanes: it frames each
// file's bytes, runs the plan, encodes, keeps the ledgers, and sends checkpoints to the state
// thread once a second. It never waits for a disk or a network.
//
// Invariants
//   (1) A checkpoint never passes a byte that some sink, or the dead letters, have not confirmed.
//   (2) A file whose sinks have no room waits; the worker goes on with the others. One segment a
//       file may park; what comes after it, or beyond the `parked` budget, is handed back to the
//       reader untouched (see agent/event/reader_command.h).
//
// Threads    Run is the thread's body.
// Bounds     Payloads by the sinks' budgets, unfinished lines and events by the `framing` budget,
//            parked segments by the `parked` one.
// Ordering   A file stays with its worker for life, so its records reach each payload in order.
// Failure    At the end of input it returns when all is settled, or at the deadline that the
//            control thread named.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/heartbeat.h"
#include "agent/pipeline/batch_dispatch.h"
#include "agent/pipeline/dead_letter_desk.h"
#include "agent/pipeline/flow_counters.h"
#include "agent/pipeline/multiline_stage.h"
#include "agent/pipeline/plan.h"
#include "agent/pipeline/reader_link.h"
#include "agent/pipeline/sink_port.h"
#include "agent/pipeline/worker_epoch.h"
#include "agent/pipeline/worker_files.h"

namespace tailrace {

// Files that wait for room are looked at again this often: it may come from another worker.
inline constexpr std::chrono::milliseconds kRetryAfter{20};
// After the deadline of a shutdown, for the last checkpoints.
inline constexpr std::chrono::seconds kCheckpointTime{5};

// What the reader has sent may belong to an event that has timed out: it is looked at first, unless
// there is always more.
inline constexpr std::chrono::seconds kEventGrace{1};

// Windows of `dedupe` end at most so much late, so that many of them are looked at together.
inline constexpr std::chrono::milliseconds kWindowGrace{100};
// A summary goes out early when so many ranges were opened since the first that it holds: before
// its file would have to wait for it (WorkerFiles::kOpenRangesMax), and so that not more than that
// is read again after a crash.
inline constexpr uint64_t kSummaryRangesMax = 1 << 14;

struct WorkerOptions {
  std::vector<FramerOptions> framing;  // By SourceId; the format comes with each file.
  std::vector<std::chrono::milliseconds> flush_partial;  // By SourceId.
  // From one checkpoint to the next. They come faster after a start, so that an agent that never
  // lives for long gets on as well.
  std::chrono::milliseconds first_checkpoint_interval{50};
  std::chrono::milliseconds checkpoint_interval{1000};
};

// From the control thread: the end, or the next epoch (never two that are not begun).
struct WorkerCommand {
  MonotonicTime drain_by{};              // What is not settled by then is left for the next start.
  std::unique_ptr<WorkerEpoch> epoch{};  // Unless null.
};

// What a worker is connected to; all of it outlives the worker.
struct WorkerLinks {
  SpscRing<SlabPtr>* slabs = nullptr;
  SpscRing<ReaderCommand>* reader_commands = nullptr;
  Doorbell* reader_bell = nullptr;
  SpscRing<WorkerCommand>* control = nullptr;
  // To the state thread; false, and the batch stays, when there is no room.
  std::function<bool(CheckpointBatch&)> send_checkpoints;
  std::vector<SinkPortLinks> sinks;  // By SinkId.
  SinkPortLinks dead_letters;        // Without a budget: they are these, by SinkId.
  std::vector<MemoryBudget*> dead_letter_budgets;
  // Shared by all workers: bytes of unfinished lines, and parked segments (in pieces, not bytes).
  MemoryBudget* framing = nullptr;
  MemoryBudget* parked = nullptr;
  Doorbell* own_bell = nullptr;
};

class Worker {
 public:
  Worker(WorkerOptions options, std::shared_ptr<Plan> plan, WorkerLinks links, FlowCounters& flow,
         const Clock& clock, Heartbeat& heartbeat);

  void Run();

  // One round of the loop; false when there was nothing to do. For Run, and for tests that have
  // no threads.
  bool Step();
  // The end has come: everything is settled, or the deadline has passed.
  bool Finished() const;

  // The number of the epoch that it runs, 0 at first. Any thread may ask.
  uint64_t epoch() const { return epoch_.Get(); }

 private:
  // What the framer was given, and where in the file that is.
  struct BatchBytes {
    int64_t offset = 0;
    std::string_view text;
  };
  // Of one batch; see OpenRanges.
  struct OpenedRanges {
    std::optional<RangeRef> first;  // Only where the batch was cut.
    std::optional<RangeRef> last;
  };

  enum class SummaryRoom : uint8_t {
    kReserved,  // They wait for room in the sinks, unless there are more of them than windows.
    kForced,
  };

  void TakeCommands();
  bool TakeSettlements();
  void TakeSettlement(Settlement settlement);
  // Takes the references that the letter holds.
  void AddDeadLetter(SinkId sink, RejectedItem item);
  bool TakeSlab();
  void TakeSegment(OpenSlab* slab, Segment& segment);
  void TakeLifeStep(WorkerFile& file, Segment& segment);
  void TakeData(WorkerFile& file, OpenSlab* slab, Segment segment);
  void TakeSkip(WorkerFile& file, const Segment& segment);
  void Rekey(WorkerFile& file, StreamInfoPtr stream);
  // A step that may open a range, and no more may be open: it comes again when there is room.
  bool WaitsForRange(WorkerFile& file, const Segment& segment);
  // Frames until the segment is used up (true), or there is no room (false, and it says from
  // where).
  bool FrameAll(WorkerFile& file, const Slab& slab, Segment& segment);
  // On true the room is reserved, until the next Dispatch or CancelReserve.
  bool HasRoom(WorkerFile& file, size_t input_bytes);
  void FinishBatch(WorkerFile& file, const BatchBytes& bytes, EventEnd end);
  OpenedRanges OpenRanges(WorkerFile& file, const BatchBytes& bytes);
  static RangeRef OpenRange(WorkerFile& file, int64_t end_bytes, const BatchBytes& bytes,
                            RangeEnd end);
  void ReleaseJoined(WorkerFile& file, std::optional<RangeRef> range);
  void FlushFile(WorkerFile& file, EventEnd end);
  void FlushLine(WorkerFile& file);
  bool LogWaits(const WorkerFile& file);
  void FlushOldPieces();
  void EndOldEvents(MonotonicTime now);
  template <typename Frame>
  void Unreserved(WorkerFile& file, EventEnd end, Frame&& frame);
  // In worker_summaries.cc.
  void LookAtWindows(WorkerFile& file);
  void SendSummaries(WorkerFile& file, SummaryRoom room);
  bool ReserveForSummaries(const WorkerFile& file);
  void EndOldWindows(MonotonicTime now);
  void EndWindows(WorkerFile& file, SummaryEnd why);
  bool EvictWindows();
  void SummariesWait();

  void CountFramed(WorkerFile& file, size_t records);
  void HeldChanged(int64_t bytes);
  void EvictPieces();

  void HandBack(WorkerFile& file, int64_t offset);
  void Park(WorkerFile& file, OpenSlab* slab, Segment segment);
  bool ResumeWaiting();
  bool ResumeFile(WorkerFile& file);

  // In worker_reload.cc.
  void BeginEpoch(uint64_t number);
  void Rebind(WorkerFile& file);
  void EndEvents(WorkerFile& file);
  void TakeLeave(WorkerFile& file);
  void GoOnWith(SinkId sink, PayloadPtr payload);
  SinkPort* SuccessorOf(SinkId sink);
  bool PartFromLanes(MonotonicTime now);

  bool SendCheckpoints(MonotonicTime now);
  void SealDue(MonotonicTime now);
  void FlushHeld();
  void SendLast();
  std::chrono::milliseconds WaitTime(MonotonicTime now) const;
  bool NothingToDo() const;

  WorkerOptions options_;
  std::shared_ptr<Plan> plan_;
  const WorkerLinks links_;
  FlowCounters& flow_;
  std::vector<SourceFlow*> source_flows_;  // By SourceId.
  const Clock& clock_;
  Heartbeat& heartbeat_;

  ReaderLink reader_;
  WorkerFiles files_;
  std::vector<std::unique_ptr<SinkPort>> sinks_;  // By SinkId; null where a sink is gone.
  MultilineStage multiline_;
  BatchDispatch dispatch_;
  DeadLetterDesk dead_letters_;
  RecordBatch batch_;

  std::vector<FileId> waiting_;  // Parked or handed back, first come first.
  bool room_may_have_come_ = false;
  int64_t framing_bytes_ = 0;  // Carries and held pieces of all files.

  MonotonicTime next_checkpoint_{};
  std::chrono::milliseconds checkpoint_pause_;
  MonotonicTime next_seal_ = MonotonicTime::max();
  MonotonicTime next_retry_{};
  MonotonicTime next_event_end_ = MonotonicTime::max();   // Not after the first time-out.
  MonotonicTime next_window_end_ = MonotonicTime::max();  // Not after the first window's.
  bool summaries_wait_ = false;  // The input has ended, and some may not have gone out.
  std::optional<CheckpointBatch> unsent_checkpoints_;
  bool input_ended_ = false;
  bool flush_held_ = false;  // What is held goes out, since the input has ended.
  std::optional<MonotonicTime> drain_by_;

  std::unique_ptr<WorkerEpoch> next_epoch_;  // Until the reader's kEpoch.
  EpochMark epoch_;
  std::vector<RetiredSink> retired_;  // All there were.
  size_t parting_ = 0;                // Of these, those whose ports are still there.
};

}  // namespace tailrace
