// FileSink appends documents to an NDJSON file, plain or as zstd frames, rotated by size, and
// confirms what fdatasync has made durable.
//
//   payload --> queue --write--> its shell goes back at once --fdatasync--> its ranges are released
//
// A payload's memory is free as soon as it is written, so that the sink is as fast as the disk
// whatever `flush_interval` says.
//
// Threads    As SinkClient.
// Bounds     kQueueMax payloads that wait for their write, kUnsyncedMax that wait for the sync.
// With
//            zstd about 1 MiB more, and room for a payload that is packed.
//            One fdatasync in `flush_interval`, and one more at each rotation and at the end.
// Ordering   As submitted, also over errors: nothing is written past a payload that failed.
// Failure    As SinkClient. Where a failed sync has cost bytes that were written (see
//            ndjson_file.h), their ranges stay: the agent's next start reads them again.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/log.h"
#include "agent/codec/zstd.h"
#include "sinks/backoff.h"
#include "sinks/local_sink_links.h"
#include "sinks/ndjson_file.h"
#include "sinks/sink_client.h"
#include "sinks/sink_options.h"

namespace tailrace {

class FileSink final : public SinkClient {
 public:
  static constexpr size_t kQueueMax = 8;
  static constexpr size_t kUnsyncedMax = 4096;

  FileSink(FileSinkOptions options, LocalSinkLinks links, SettleFn settle,
           const DiskOps& disk = RealDisk());

  [[nodiscard]] bool TrySubmit(size_t worker, PayloadPtr& payload) override;
  void Poll(std::chrono::milliseconds budget) override;
  void Drain(MonotonicTime deadline) override;
  // What was written and could not be synced by then counts as dropped: its bytes are gone from
  // here, and most likely in the file.
  void GiveUp(MonotonicTime deadline) override;
  bool idle() const override { return queue_.empty() && unsynced_.empty(); }
  std::string down_reason() const override { return down_reason_; }

 private:
  struct Queued {
    size_t worker;
    PayloadPtr payload;
  };
  struct Unsynced {
    size_t worker;
    uint64_t document_bytes;
    Settlement settlement;  // Ready, but for the sync.
  };

  // Does what is due; returns whether that was anything.
  bool Work();
  absl::Status WriteQueue();
  // As it is written to the file; valid until the next call.
  std::string_view Packed(const Payload& payload);
  absl::Status SyncWritten();
  bool SyncIsDue() const;
  void OnLoss();
  void OnError(const absl::Status& status);
  MonotonicTime NextDue() const;

  const FileSinkOptions options_;
  const LocalSinkLinks links_;
  SettleFn settle_;
  NdjsonFile file_;
  std::optional<ZstdCompressor> compressor_;
  std::string frame_;
  std::deque<Queued> queue_;
  std::vector<Unsynced> unsynced_;
  MonotonicTime next_sync_{};
  MonotonicTime retry_at_{};
  int failures_ = 0;
  Backoff backoff_;
  std::string down_reason_;
  LogThrottle error_log_{std::chrono::seconds(30)};
  bool draining_ = false;
};

}  // namespace tailrace
