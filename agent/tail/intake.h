// Intake turns names that were found into files that are tailed: it opens them, recognises those
// that are known under another name, and decides where reading begins once the head is there.
//
// Threads    Not thread-safe; owned by the reader.
// Bounds     kLaterMax names that could not be opened are remembered; while there are more, all
// that
//            discovery knows are gone through every kOverflowInterval.
// Failure    What cannot be opened is counted by reason, warned about once a minute a source, and
//            tried again after kLaterInterval.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/log.h"
#include "agent/tail/discovery.h"
#include "agent/tail/file_table.h"
#include "agent/tail/lineage_order.h"
#include "agent/tail/resume_plan.h"
#include "agent/tail/stream_naming.h"
#include "agent/tail/tail_metrics.h"
#include "agent/tail/tail_options.h"

namespace tailrace {

inline constexpr size_t kLaterMax = 10'000;
inline constexpr std::chrono::seconds kLaterInterval{2};
inline constexpr std::chrono::seconds kOverflowInterval{20};
// No growth for so long after the rename or unlink was seen, and a rotated file is done: the
// kubelet renames first, and the runtime reopens seconds later.
inline constexpr std::chrono::seconds kDrainTime{60};

enum class Identified : uint8_t {
  kYes,
  kWait,    // Its first line is not complete.
  kReject,  // It is not to be read, or is known under another name: it was removed.
};

class Intake {
 public:
  Intake(const TailOptions& options, SelectFn select, Discovery& discovery, FileTable& table,
         LineageOrder& order, KnownFiles& known, ResumePlanner& planner, TailMetrics& metrics,
         const Clock& clock, size_t workers);

  // A reload has changed it.
  void SetSelect(SelectFn select) { select_ = std::move(select); }
  bool Selects(const StreamInfo& stream) { return select_(stream.source, stream); }

  // What discovery found, in any order.
  void Take(const std::vector<PathChange>& changes, MonotonicTime now);
  // Tries again what could not be opened.
  void RetryLater(MonotonicTime now);
  // Reads the head and plans. With `forced` an incomplete head will do.
  // REQUIRES: the file has a handle and is not identified. Removes it for kReject.
  enum class Head : uint8_t { kComplete, kAnything };
  Identified Identify(TailedFile& file, Head wanted, MonotonicTime now);
  // Makes the key of the complete head, when it is complete by now.
  bool CompleteHead(TailedFile& file);

  // The handle again, of a file that was closed; it must still be the same file. False: not now.
  bool Reopen(TailedFile& file);
  // Goes on in the file's spare, if it has one with the same content. False when it has none.
  bool UseSpare(TailedFile& file, MonotonicTime now);
  // The file was truncated: a new one begins under its names, with its handle.
  void BeginGeneration(TailedFile& old, MonotonicTime now);

  // Whether every write to the file makes a hint, so that it need not be looked at as often.
  bool WritesAreSeen(const TailedFile& file) const;

  // Whether the generations of its log that came before it have been found: of two rotations that
  // follow each other at once, what the second made can be found first.
  bool OlderAreKnown(const TailedFile& file, MonotonicTime now) const;

  // The first look is over: counts what is gone of the files that the store had.
  void EndFirstSweep();
  // Handles ran out since this was asked last.
  bool TakeWantsDescriptors() { return std::exchange(wants_descriptors_, false); }

 private:
  struct Later {
    PathChange change;
    MonotonicTime next;
  };

  // The file that is tailed for the source of `change`, or for another one; null if there is none.
  TailedFile* FindTailed(const PathChange& change, const FileIdentity& inode) const;
  void Rebind(const PathChange& change, TailedFile& file, MonotonicTime now);
  // A reload had left the file, and its source asks for it again.
  void ComeBack(TailedFile& file);
  void Lose(const PathChange& change, MonotonicTime now);
  void Admit(const PathChange& change, MonotonicTime now);
  void Refuse(const PathChange& change, const OpenedLog& opened, MonotonicTime now);
  void TryLater(const PathChange& change, MonotonicTime now);
  void TryAgain(PathChange change, MonotonicTime now);
  std::optional<NamedStream> NameOf(const PathChange& change) const;
  void UpdateRotated(TailedFile& file, MonotonicTime now);
  Identified TakeEmptyGz(TailedFile& file, Head wanted, MonotonicTime now);
  void RejectCompressed(TailedFile& file, MonotonicTime now);
  TailedFile* FindOriginal(TailedFile& file, std::string_view head) const;
  void Merge(TailedFile& copy, TailedFile& original, MonotonicTime now);
  void Remove(TailedFile& file);
  std::string LiveName(const TailedFile& file) const { return file.stream->path; }

  const TailOptions& options_;
  SelectFn select_;
  Discovery& discovery_;
  FileTable& table_;
  LineageOrder& order_;
  KnownFiles& known_;
  ResumePlanner& planner_;
  TailMetrics& metrics_;
  const Clock& clock_;
  const size_t workers_;
  const StreamNaming naming_;
  bool first_sweep_ = true;
  bool wants_descriptors_ = false;
  std::deque<Later> later_;
  std::optional<MonotonicTime> overflow_retry_;  // When there was no room in later_.
  LogThrottle refusal_throttle_{std::chrono::seconds(60)};
  LogThrottle compressed_throttle_{std::chrono::seconds(60)};
};

}  // namespace tailrace
