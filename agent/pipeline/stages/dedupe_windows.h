// DedupeWindows are the windows of one `dedupe` in one stream: which keys were seen not long ago,
// and, of each, the summary of what was filtered since.
//
//   key a   sent  x    x        (summary of 2)   sent ...
//           |---- window -------|
//
// A window begins with a record that goes on and lasts for DedupeOptions::window; it ends early
// where there is no room for it, or nothing more comes. What it filtered becomes one summary, which
// is closed with it and waits here to be taken.
//
// Invariants
//   (1) A filtered record is in exactly one summary, from Admit until the summary is taken.
//   (2) A summary has, of each file that its records lie in, one reference: to the oldest range
//       that they need. Whoever takes it gives them back once its documents hold their own.
//
// Threads    Owned by the worker of the stream.
// Ownership  See KeptRecord.
// Bounds     `max_keys` windows, and what their summaries keep: one record each. What is closed and
//            not taken comes on top. Nothing when no window is open.
// Cost       A look-up a record; a new key allocates only while there were never as many.
// Units      Times are nanoseconds of any one clock. A clock that jumps by a window, ahead or back,
//            ends the windows.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "agent/event/record_batch.h"
#include "agent/pipeline/stages/kept_record.h"
#include "agent/pipeline/stages/record_key.h"
#include "parsers/held_pieces.h"

namespace tailrace {

struct DedupeOptions {
  RecordKey by;  // Empty: `message`, else the record's whole text.
  // Less: more summaries. More: the frontier of a file whose lines repeat stays back for longer.
  std::chrono::milliseconds window{60'000};
  size_t max_keys = 1024;  // Of a stream; the oldest window makes room for one more.
};

// By two hashes with seeds that nobody knows: whoever writes lines cannot have two taken for one.
struct DedupeKey {
  uint64_t high = 0;
  uint64_t low = 0;

  friend bool operator==(const DedupeKey&, const DedupeKey&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const DedupeKey& key) {
    return H::combine(std::move(state), key.low);
  }
};

// Why a summary was closed.
enum class SummaryEnd : uint8_t {
  kWindow,  // Its window is over.
  kStop,    // Nothing more comes, or not by this plan.
  kKeys,    // There were more keys than `max_keys`.
  kMemory,  // There was no memory for it.
  kSpan,    // Too much was read since its first record.
};

struct DedupeSummary {
  KeptRecord last;  // Of the records that it stands for.
  FileId file;      // That the last one's offset belongs to.
  std::string first_time;
  uint64_t records = 0;
  uint64_t covered_bytes = 0;
  std::vector<RangeRef> ranges;
  SummaryEnd end = SummaryEnd::kWindow;
  // For the id of its document: with the place of the last record the same for the same records,
  // and for no others, but for those of 16 MiB.
  uint32_t id_bytes() const { return static_cast<uint32_t>(covered_bytes & kCoveredBytesMax); }

  size_t last_position = 0;  // In the batch at hand.
  size_t charged_bytes = 0;  // Of `last`, in DedupeWindows::held_bytes.
};

using DedupeSummaries = std::vector<std::unique_ptr<DedupeSummary>>;

class DedupeWindows {
 public:
  explicit DedupeWindows(std::shared_ptr<const DedupeOptions> options);
  DedupeWindows(DedupeWindows&&) = default;
  DedupeWindows& operator=(DedupeWindows&&) = default;

  const DedupeOptions& options() const { return *options_; }

  // For the stage. Ends what is over.
  void EndOld(int64_t now_nanos);
  // Whether the record goes on, as the first of its window. Else it is counted.
  [[nodiscard]] bool Admit(const DedupeKey& key, int64_t now_nanos, const StageBatch& batch,
                           size_t record);
  // Copies what summaries need of the batch. Once, after its last Admit.
  void Keep(const StageBatch& batch);

  // `visit(summary, record)` for each record that was filtered since the last call, in order.
  template <typename Visit>
  void TakeFiltered(Visit&& visit) {
    for (const auto& [summary, record] : filtered_) visit(*summary, record);
    filtered_.clear();
  }

  // Ends all windows.
  void EndAll(SummaryEnd why);
  // Closes summaries that hold a range of `limit.file` before that one. Their windows go on.
  void CloseBehind(RangeRef limit);

  // When the oldest window ends; nullopt when none is open.
  std::optional<int64_t> due_nanos() const;
  bool idle() const { return keys_.empty() && closed_.empty(); }
  // Something was filtered whose summary was not taken.
  bool owes() const { return open_summaries_ > 0 || !closed_.empty(); }
  size_t held_bytes() const;

  size_t closed() const { return closed_.size(); }
  // The first of what is closed: at most `records_max`, and of `bytes_max` bytes unless one alone
  // has more.
  DedupeSummaries TakeClosed(size_t records_max, size_t bytes_max);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Window {
    DedupeKey key;
    int64_t began_nanos = 0;
    std::unique_ptr<DedupeSummary> summary;  // Null while nothing was filtered.
    uint32_t older = kNone;                  // Positions in windows_, in the order of their begin.
    uint32_t newer = kNone;
  };

  bool Over(const Window& window, int64_t now_nanos) const;
  void Begin(const DedupeKey& key, int64_t now_nanos);
  void End(uint32_t window, SummaryEnd why);
  void Close(Window& window, SummaryEnd why);
  void ReleaseMemory();

  std::shared_ptr<const DedupeOptions> options_;
  int64_t window_nanos_;
  absl::flat_hash_map<DedupeKey, uint32_t> keys_;  // Positions in windows_.
  std::vector<Window> windows_;
  uint32_t unused_ = kNone;  // Windows that nobody has, by Window::newer.
  uint32_t oldest_ = kNone;
  uint32_t newest_ = kNone;
  size_t open_summaries_ = 0;
  size_t summary_bytes_ = 0;
  DedupeSummaries closed_;
  std::vector<std::pair<DedupeSummary*, size_t>> filtered_;
};

// The windows of one stream in one pipeline: a table for each of its stages that is a `dedupe`.
struct PipelineWindows {
  struct Table {
    size_t stage = 0;
    DedupeWindows windows;
  };

  // REQUIRES: the stage with these options is one of the pipeline's.
  DedupeWindows& Of(const DedupeOptions& options);
  // For those who hold no ranges.
  void ForgetFiltered();

  std::vector<Table> tables;
};

}  // namespace tailrace
